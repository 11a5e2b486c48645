// One running VS Code server from npm, with its own settings, extensions and workspace that vanish with it.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { Explained } from './explained.ts';
import { ensureHost } from './install.ts';
import { demoFolder, root, temporaryFolder } from './paths.ts';
import { run, startProcess } from './processes.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface HostOptions {
  readonly settings?: Settings;
  /** Installed from a VSIX instead of loaded from the repository. */
  readonly vsix?: string;
  /** Copied, so that what is written in the window stays out of the repository. */
  readonly folder?: string;
  readonly trusted?: boolean;
}

export interface Host extends AsyncDisposable {
  readonly address: string;
  /** The workspace's folder, a copy of the one asked for. */
  readonly folder: string;
  /** The address of a window. */
  url(options?: { readonly tests?: string }): string;
  /** Replaces the user's settings, also in windows that are open. */
  configure(settings: Settings): Promise<void>;
  /** Settles when the server ends by itself. */
  readonly ended: Promise<number>;
}

/** Quiet and the same everywhere: nothing that looks for the network, moves, or covers what a test looks at. */
const calm: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'workbench.editor.empty.hint': 'hidden',
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'window.title': '${rootName}',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'files.autoSave': 'off',
  'typescript.validate.enable': false,
};

export async function startHost(options: HostOptions = {}): Promise<Host> {
  const installed = await ensureHost();
  await using cleanup = new AsyncDisposableStack();
  const own = cleanup.use(await temporaryFolder('host'));
  const [data, extensions, folder] = ['data', 'extensions', 'workspace'].map((name) => join(own.path, name)) as [string, string, string];
  await mkdir(extensions, { recursive: true });
  await cp(options.folder ?? demoFolder, folder, { recursive: true });
  const configure = async (settings: Settings): Promise<void> => {
    // The window takes its user settings from the first, the extension host those of scope machine from the second.
    for (const place of ['User', 'Machine']) {
      await mkdir(join(data, 'data', place), { recursive: true });
      await writeFile(join(data, 'data', place, 'settings.json'), JSON.stringify({ ...calm, ...settings }, null, 2));
    }
  };
  await configure(options.settings ?? {});
  if (options.vsix) await installVsix(installed, options.vsix, extensions, data);

  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'];
  // The first lets a page's address load our extension; the second ends a server whose owner was killed outright.
  args.push('--enable-smoke-test-driver', '--enable-remote-auto-shutdown', '--telemetry-level', 'off');
  if (options.trusted !== false) args.push('--disable-workspace-trust');
  args.push('--server-data-dir', data, '--extensions-dir', extensions);
  // A VS Code that we run inside must not speak for the one that we start.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|npm_|ELECTRON_)/.test(name)));
  const server = cleanup.use(startProcess(installed.node, [installed.serverMain, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  await listening(server.process.stdout!, server.process.stderr!, server.ended);

  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const kept = cleanup.move();
  return {
    address,
    folder,
    url({ tests } = {}) {
      const payload = [['skipWelcome', 'true']];
      if (!options.vsix) payload.push(['extensionDevelopmentPath', remote(root)]);
      if (tests) payload.push(['extensionTestsPath', remote(tests)]);
      return `${address}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    },
    configure,
    ended: server.ended,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function installVsix(
  installed: Awaited<ReturnType<typeof ensureHost>>,
  vsix: string,
  extensions: string,
  data: string,
): Promise<void> {
  const args = [installed.commandLine, '--install-extension', vsix, '--extensions-dir', extensions, '--user-data-dir', data];
  const code = await run(installed.node, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error(`VS Code could not install ${vsix} (exit code ${code}).`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Settles when the server says that it listens; rejects with its last words when it ends before that. */
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
