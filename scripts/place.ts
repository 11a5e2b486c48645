// Starts a VS Code to open windows in: the server from npm, or the desktop program.
import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { desktopPlace } from './desktop.ts';
import { ensureHost } from './install.ts';
import { demoFolder, root, temporaryFolder } from './paths.ts';
import type { OwnPlace, Place, PlaceOptions, Settings } from './places.ts';
import { serverPlace } from './server.ts';
import { ensureChromium } from './systemPackages.ts';

/** Settings for tests: nothing that uses the network, moves, or covers what a test looks at. */
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

/** Installs what windows need before tests that open one start in parallel. */
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
    // Renamed into place, because a window would take half a file for empty settings.
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
