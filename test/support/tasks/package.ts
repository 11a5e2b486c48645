// `npm run package`: builds, makes the VSIX, and refuses one that holds what nobody should download.
import { runTask } from '../explained.ts';
import { packVsix } from '../vsix.ts';

await runTask(async () => {
  const { file, bytes, contents } = await packVsix();
  for (const { path, size } of contents) console.log(`${String(size).padStart(9)}  ${path}`);
  console.log(`\n${file}: ${contents.length} files, ${(bytes / 1024).toFixed(0)} KB`);
});
