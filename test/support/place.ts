// A VS Code to open windows in: the server from npm, or the desktop program. Plain data, so that the test that starts it
// and the tests that use it can be different processes.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { desktopPlace } from './desktop.ts';
import { demoFolder, root, temporaryFolder } from './paths.ts';
import { serverPlace } from './server.ts';

export type Settings = Readonly<Record<string, unknown>>;

interface Folders {
  /** The workspace: a copy, so that what is written in the window stays out of the repository. */
  readonly folder: string;
  readonly data: string;
  readonly extensions: string;
  /** False when Rivulet was installed from a VSIX. */
  readonly development: boolean;
}
export type Place = Folders &
  ({ readonly kind: 'server'; readonly address: string } | { readonly kind: 'desktop'; readonly executable: string });

export interface PlaceOptions {
  readonly settings?: Settings;
  readonly vsix?: string;
  readonly port?: number;
  readonly trusted?: boolean;
}

export interface OwnPlace extends AsyncDisposable {
  readonly place: Place;
  /** Settles when VS Code ends by itself. */
  readonly ended: Promise<unknown>;
}

/** Quiet and the same everywhere: nothing that looks for the network, moves, or covers what a test looks at. */
const calm: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
};

export const usesDesktop = (): boolean =>
  (process.env['RIVULET_HOST'] ?? (process.platform === 'linux' ? 'npm' : 'desktop')) === 'desktop';

export async function startPlace(options: PlaceOptions = {}): Promise<OwnPlace> {
  await using cleanup = new AsyncDisposableStack();
  const own = cleanup.use(await temporaryFolder('vscode'));
  const inside = (name: string): string => join(own.path, name);
  const folders = {
    folder: inside('workspace'),
    data: inside('data'),
    extensions: inside('extensions'),
    development: options.vsix === undefined,
  };
  await mkdir(folders.extensions);
  await cp(demoFolder, folders.folder, { recursive: true });
  await writeSettings(folders.data, options.settings ?? {});
  const { place, ended } = cleanup.use(await (usesDesktop() ? desktopPlace : serverPlace)(folders, options));
  const kept = cleanup.move();
  return { place, ended, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Replaces the user's settings, also in windows that are open. */
export const configure = (place: Place, settings: Settings): Promise<void> => writeSettings(place.data, settings);

async function writeSettings(data: string, settings: Settings): Promise<void> {
  const text = JSON.stringify({ ...calm, ...settings }, null, 2);
  // Desktop reads the first; a server's window the second, and its extension host those of scope machine from the third.
  for (const folder of ['User', 'data/User', 'data/Machine']) {
    await mkdir(join(data, folder), { recursive: true });
    await writeFile(join(data, folder, 'settings.json'), text);
  }
}

/** The address of a window in the browser; `tests` is a module whose `run()` is called in the extension host. */
export function windowAddress(place: Place & { kind: 'server' }, tests?: string): string {
  const remote = (path: string): string => `vscode-remote://${new URL(place.address).host}${path}`;
  const payload = [['skipWelcome', 'true']];
  if (place.development) payload.push(['extensionDevelopmentPath', remote(root)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  const query = new URLSearchParams({ folder: place.folder, payload: JSON.stringify(payload) });
  return `${place.address}/?${query}`;
}
