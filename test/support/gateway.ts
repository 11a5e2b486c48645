// A gateway that is not ours, as a process of its own: test/fixtures/gateway names its exact packages, and they are
// installed into the user's cache when it is first needed, so that `npm ci` need not bring them for one test.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { npm } from './npm.ts';
import { cacheFolder, root, temporaryFolder } from './paths.ts';
import { startProcess } from './processes.ts';

const source = join(root, 'test/fixtures/gateway');

/** The folder in which it is installed. */
export async function ensureGateway(): Promise<string> {
  const lock = await readFile(join(source, 'package-lock.json'));
  const folder = join(cacheFolder, `gateway-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`);
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

export interface Gateway extends AsyncDisposable {
  /** Its base URL for OpenAI clients; its model is `behind,fake`. */
  readonly url: string;
}

/** @param behind the base URL of the server that it passes requests on to */
export async function startGateway(folder: string, behind: string): Promise<Gateway> {
  const running = startProcess(process.execPath, [join(source, 'start.mjs'), folder, behind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: running.process.stdout! });
  const said = await Promise.race([new Promise<string>((resolve) => lines.once('line', resolve)), running.ended]);
  if (typeof said === 'number') throw new Error(`The gateway ended with code ${said} before it listened.`);
  return { url: said, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
