// Starts a third-party gateway in its own process.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installOutside } from '../../scripts/outside.ts';
import { root } from '../../scripts/paths.ts';
import { startProcess } from '../../scripts/processes.ts';

const source = join(root, 'test/fixtures/gateway');

/** The folder in which it is installed. */
export const ensureGateway = (): Promise<string> => installOutside('gateway');

export interface Gateway extends AsyncDisposable {
  /** Its base URL for OpenAI clients; its model is `behind,fake`. */
  readonly url: string;
}

/** @param behind base URL of the server that receives the forwarded requests */
export async function startGateway(folder: string, behind: string): Promise<Gateway> {
  const running = startProcess(process.execPath, [join(source, 'start.mjs'), folder, behind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: running.process.stdout! });
  const said = await Promise.race([new Promise<string>((resolve) => lines.once('line', resolve)), running.ended]);
  if (typeof said === 'number') throw new Error(`The gateway ended with code ${said} before it listened.`);
  return { url: said, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
