// Starts desktop VS Code, which @vscode/test-electron downloads, as an Electron application of Playwright.
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type Page } from 'playwright-core';
import { root } from './paths.ts';
import type { OwnPlace, Place, PlaceOptions } from './places.ts';
import { run } from './processes.ts';

type DesktopPlace = Place & { kind: 'desktop' };

export async function desktopPlace(folders: Omit<DesktopPlace, 'kind' | 'executable'>, options: PlaceOptions): Promise<OwnPlace> {
  const executable = await downloadAndUnzipVSCode({ extensionDevelopmentPath: root });
  const place: DesktopPlace = { ...folders, kind: 'desktop', executable };
  if (options.vsix) {
    const [command, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true }) as [string, ...string[]];
    const code = await run(command, [...args, ...own(place), '--install-extension', options.vsix], { shell: process.platform === 'win32' });
    if (code !== 0) throw new Error(`VS Code could not install ${options.vsix} (exit code ${code}).`);
  }
  // Each window is its own process and ends with it; nothing runs between two windows.
  return { place, ended: new Promise(() => {}), [Symbol.asyncDispose]: async () => {} };
}

export async function openDesktopWindow(place: DesktopPlace, language: string): Promise<{ page: Page; close(): Promise<void> }> {
  const args = [place.folder, ...own(place), ...desktopArguments, `--locale=${language}`];
  if (place.development) args.push(`--extensionDevelopmentPath=${place.development}`);
  const program = await _electron.launch({ executablePath: place.executable, args });
  return { page: await program.firstWindow(), close: () => program.close() };
}

export const desktopArguments = [
  '--disable-workspace-trust',
  '--skip-welcome',
  '--skip-release-notes',
  '--disable-updates',
  '--disable-telemetry',
  // Secrets go to a file, so that no keychain is needed.
  '--password-store=basic',
];

export const own = (place: DesktopPlace): string[] => [`--user-data-dir=${place.data}`, `--extensions-dir=${place.extensions}`];
