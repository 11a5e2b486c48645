// `npm run package`: builds and packs the VSIX, and fails if it contains unwanted files.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Explained, runTask } from '../explained.ts';
import { root } from '../paths.ts';
import { build } from '../stages.ts';
import { packVsix } from '../vsix.ts';

const name = 'rivulet.vsix';

await runTask(async () => {
  if ((await build()).failures.length > 0) throw new Explained('The build failed; the lines above say why.');
  const { bytes, contents, problems } = await packVsix(join(root, name));
  for (const { path, size } of contents) console.log(`${String(size).padStart(9)}  ${path}`);
  if (problems.length > 0) {
    await rm(join(root, name));
    throw new Explained(`\n${problems.join('\n')}`);
  }
  console.log(`\n${name}: ${contents.length} files, ${(bytes / 1000).toFixed(0)} KB`);
});
