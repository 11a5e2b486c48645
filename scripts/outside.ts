// Packages that few need: a folder of test/fixtures names the exact ones, and they are installed into the user's cache
// when they are first needed, so that `npm ci` need not bring them.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { cacheFolder, root, temporaryFolder } from './paths.ts';

/** The folder in which they are installed. */
export async function installOutside(fixture: string): Promise<string> {
  const source = join(root, 'test/fixtures', fixture);
  const lock = await readFile(join(source, 'package-lock.json'));
  const folder = join(cacheFolder, `${fixture}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  await using building = await temporaryFolder('installing', cacheFolder);
  for (const file of ['package.json', 'package-lock.json']) await cp(join(source, file), join(building.path, file));
  await npm(building.path, ['ci', '--ignore-scripts']);
  // Renamed when it is whole. Another clone may have been quicker; its install is as good as this one.
  await rename(building.path, folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
  return folder;
}
