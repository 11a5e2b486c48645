// Starts the VS Code server that was installed from npm, and ends it with everything it started.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { Explained } from './explained.ts';
import { ensureHost, type InstalledHost } from './install.ts';
import type { OwnPlace, Place, PlaceOptions } from './places.ts';
import { run, startProcess } from './processes.ts';

export async function serverPlace(
  folders: Omit<Place & { kind: 'server' }, 'kind' | 'address' | 'processGroup'>,
  options: PlaceOptions,
): Promise<OwnPlace> {
  const installed = await ensureHost();
  if (options.vsix) await installVsix(installed, options.vsix, folders);
  else if (!options.driven) {
    const beside = options.beside === undefined ? [] : [join(folders.extensions, basename(options.beside))];
    await registerUnpacked([folders.development!, ...beside], folders.extensions);
  }
  const port = await freePort(options.port);
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'];
  args.push('--telemetry-level', 'off');
  // Ends the server five minutes after its last window, in case this process was killed.
  if (!options.lasting) args.push('--enable-remote-auto-shutdown');
  // Lets the address of a page name an extension to load and to test. It also suppresses pop-up messages.
  if (options.driven) args.push('--enable-smoke-test-driver');
  if (options.trusted !== false) args.push('--disable-workspace-trust');
  args.push('--server-data-dir', folders.data, '--extensions-dir', folders.extensions);
  // Variables of a surrounding VS Code must not reach the server started here.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|npm_|ELECTRON_)/.test(name)));
  const server = startProcess(installed.node, [installed.serverMain, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  await listening(server.process.stdout!, server.process.stderr!, server.ended);
  return {
    place: { ...folders, kind: 'server', address: `http://127.0.0.1:${port}`, processGroup: server.process.pid! },
    ended: server.ended,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Registers unpacked extensions as installed. */
async function registerUnpacked(paths: readonly string[], extensions: string): Promise<void> {
  const entries = paths.map(async (path) => {
    const { publisher, name, version } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
    return { identifier: { id: `${publisher}.${name}` }, version, location: { $mid: 1, path, scheme: 'file' } };
  });
  await writeFile(join(extensions, 'extensions.json'), JSON.stringify(await Promise.all(entries)));
}

async function installVsix(installed: InstalledHost, vsix: string, folders: { data: string; extensions: string }): Promise<void> {
  const places = ['--extensions-dir', folders.extensions, '--user-data-dir', folders.data];
  const args = [installed.commandLine, '--install-extension', vsix, ...places];
  const code = await run(installed.node, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error(`VS Code could not install ${vsix} (exit code ${code}).`);
}

/** The wanted port if it is free, else any. */
async function freePort(wanted = 0): Promise<number> {
  const probe = createServer();
  probe.listen(wanted, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return freePort();
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Settles when the server listens; rejects with its last output if it ends before that. */
function listening(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream, ended: Promise<number>): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (part: Buffer): void => {
      said = (said + part).slice(-4_000);
      if (said.includes('Extension host agent listening on')) resolve();
    };
    stdout.on('data', hear);
    stderr.on('data', hear);
    void ended.then((code) => reject(new Explained(`The VS Code server ended with code ${code} before it was up:\n${said}`)));
  });
}
