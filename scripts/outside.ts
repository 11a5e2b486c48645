// Installs rarely used packages into the user's cache when a test first needs them, so that `npm ci` stays small. A
// folder of test/fixtures pins their versions.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { cacheFolder, root, temporaryFolder } from './paths.ts';

/** The folder that they are installed in. */
export async function installOutside(fixture: string): Promise<string> {
  const source = join(root, 'test/fixtures', fixture);
  const lock = await readFile(join(source, 'package-lock.json'));
  const folder = join(cacheFolder, `${fixture}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  await using building = await temporaryFolder('installing', cacheFolder);
  for (const file of ['package.json', 'package-lock.json']) await cp(join(source, file), join(building.path, file));
  await npm(building.path, ['ci', '--ignore-scripts']);
  // Renamed when it is complete. If another clone was faster, its copy serves as well.
  await rename(building.path, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
  return folder;
}
