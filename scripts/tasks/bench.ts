// `npm run bench:engine|panel|editor [-- argument …]`: runs one measurement of test/bench on the project's own Node.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Explained, runTask } from '../explained.ts';
import { root } from '../paths.ts';
import { run } from '../processes.ts';

await runTask(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const folder = join(root, 'test/bench');
  const script = [`${name}.ts`, `${name}/run.ts`, `${name}/main.ts`].map((file) => join(folder, file)).find((file) => existsSync(file));
  if (!script) {
    const known = existsSync(folder) ? (await readdir(folder)).map((file) => file.replace(/\.ts$/, '')).join(', ') : 'none yet';
    throw new Explained(`There is no measurement named "${name}" in test/bench (${known}).`);
  }
  // Those that open a window load the build.
  const built = name === 'engine' ? 0 : await run(process.execPath, ['esbuild.mjs'], { cwd: root });
  if (built !== 0) return built;
  return await run(process.execPath, [script, ...args], { cwd: root });
});
