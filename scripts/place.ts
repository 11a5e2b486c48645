// A VS Code to open windows in: the server from npm, or the desktop program. Plain data, so that the test that starts it
// and the tests that use it can be different processes.
import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { desktopPlace } from './desktop.ts';
import { ensureHost } from './install.ts';
import { demoFolder, root, temporaryFolder } from './paths.ts';
import { serverPlace } from '../test/support/server.ts';
import { ensureChromium } from './systemPackages.ts';

export type Settings = Readonly<Record<string, unknown>>;

interface Folders {
  /** The workspace: a copy, so that what is written in the window stays out of the repository. */
  readonly folder: string;
  readonly data: string;
  readonly extensions: string;
  /** Where Rivulet is loaded from, when it was not installed from a VSIX. */
  readonly development?: string;
}
export type Place = Folders &
  (
    | { readonly kind: 'server'; readonly address: string; readonly processGroup: number }
    | { readonly kind: 'desktop'; readonly executable: string }
  );

export interface PlaceOptions {
  readonly settings?: Settings;
  /** Installed from this file instead of loaded from the repository. */
  readonly vsix?: string;
  /** Loads a copy of the build, so that the next build does not pull the files from under open windows. */
  readonly frozen?: boolean;
  /** For in-host tests: windows can be told to load and test an extension, but show no pop-up messages. */
  readonly driven?: boolean;
  /** The folder of another extension that is there too. */
  readonly beside?: string;
  /** Goes on without any window. */
  readonly lasting?: boolean;
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

export const usesDesktop = (): boolean => (process.env['RIVULET_HOST'] ?? (process.platform === 'linux' ? 'npm' : 'desktop')) === 'desktop';

/** Installs what windows need, before tests that want one begin side by side. */
export async function ensureWindows(): Promise<void> {
  await ensureChromium();
  if (!usesDesktop()) await ensureHost();
}

export async function startPlace(options: PlaceOptions = {}): Promise<OwnPlace> {
  await using cleanup = new AsyncDisposableStack();
  const own = cleanup.use(await temporaryFolder('vscode'));
  const inside = (name: string): string => join(own.path, name);
  const folders = {
    folder: inside('workspace'),
    data: inside('data'),
    extensions: inside('extensions'),
    ...(options.vsix ? {} : { development: options.frozen ? await copyOfBuild(inside('rivulet')) : root }),
  };
  await mkdir(folders.extensions);
  if (options.beside) await cp(options.beside, join(folders.extensions, basename(options.beside)), { recursive: true });
  await cp(demoFolder, folders.folder, { recursive: true });
  await writeSettings(folders.data, options.settings ?? {});
  const { place, ended } = cleanup.use(await (usesDesktop() ? desktopPlace : serverPlace)(folders, options));
  const kept = cleanup.move();
  return { place, ended, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function copyOfBuild(folder: string): Promise<string> {
  const files = (await readdir(root)).filter((name) => /^(dist|l10n|media|package(\.nls.*)?\.json)$/.test(name));
  await Promise.all(files.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
  return folder;
}

/** Replaces the user's settings, also in windows that are open. */
export const configure = (place: Place, settings: Settings): Promise<void> => writeSettings(place.data, settings);

async function writeSettings(data: string, settings: Settings): Promise<void> {
  const text = JSON.stringify({ ...calm, ...settings }, null, 2);
  // Desktop reads the first; a server's window the second, and its extension host those of scope machine from the third.
  for (const folder of ['User', 'data/User', 'data/Machine']) {
    await mkdir(join(data, folder), { recursive: true });
    // Renamed into place, because a window that reads half a file takes it for no settings at all.
    const file = join(data, folder, 'settings.json');
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
}

/** The address of a window in the browser; `tests` is a module whose `run()` is called in the extension host. */
export function windowAddress(place: Place & { kind: 'server' }, tests?: string): string {
  const query = new URLSearchParams({ folder: place.folder });
  if (tests) {
    const remote = (path: string): string => `vscode-remote://${new URL(place.address).host}${path}`;
    const payload = { extensionDevelopmentPath: remote(place.development ?? root), extensionTestsPath: remote(tests) };
    query.set('payload', JSON.stringify(Object.entries(payload)));
  }
  return `${place.address}/?${query}`;
}
