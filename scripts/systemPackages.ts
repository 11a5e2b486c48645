// Checks for programs that npm does not bring: Chromium, and the tools that build the host's native modules. Missing
// ones are installed for root on Debian; otherwise an error says what to install.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Explained } from './explained.ts';
import { output, run } from './processes.ts';

interface Need {
  readonly name: string;
  readonly debianPackage: string;
  readonly present: () => boolean | Promise<boolean>;
  /** Installed where possible, but not required. */
  readonly optional?: true;
}

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const chromiumPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export const findChromium = (): string | undefined =>
  process.env['RIVULET_CHROMIUM'] ??
  chromiumNames.map(onPath).find((path) => path !== undefined) ??
  chromiumPaths.find((path) => existsSync(path));

export function onPath(command: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((ending) => join(folder, command + ending))).find((path) => existsSync(path));
}

export const windowNeeds: readonly Need[] = [
  { name: 'Chromium', debianPackage: 'chromium', present: () => findChromium() !== undefined },
  { name: 'curl', debianPackage: 'curl', present: () => onPath('curl') !== undefined },
  {
    name: 'a font with Chinese and Japanese characters',
    debianPackage: 'fonts-noto-cjk',
    present: async () => Boolean(await output('fc-list', [':lang=ja', 'family'])),
    optional: true,
  },
];

export const buildNeeds: readonly Need[] = [
  { name: 'make', debianPackage: 'make', present: () => onPath('make') !== undefined },
  { name: 'g++', debianPackage: 'g++', present: () => onPath('g++') !== undefined },
  { name: 'python3', debianPackage: 'python3', present: () => onPath('python3') !== undefined },
  { name: 'pkg-config', debianPackage: 'pkg-config', present: () => onPath('pkg-config') !== undefined },
  {
    name: 'the Kerberos headers',
    debianPackage: 'libkrb5-dev',
    present: () => existsSync('/usr/include/gssapi/gssapi.h'),
  },
];

/** Chromium's path. */
export async function ensureChromium(): Promise<string> {
  await ensure(windowNeeds);
  return findChromium()!;
}

export async function ensure(needs: readonly Need[]): Promise<void> {
  const missing = await filterMissing(needs);
  if (missing.length === 0) return;
  const packages = missing.map((need) => need.debianPackage);
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    console.log(`Installing the Debian packages ${packages.join(' ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  }
  const lacking = (await filterMissing(needs)).filter((need) => !need.optional);
  if (lacking.length === 0) return;
  const names = lacking.map((need) => need.name).join(', ');
  const command = `sudo apt-get install ${lacking.map((need) => need.debianPackage).join(' ')}`;
  throw new Explained(`This machine has no ${names}. Install what is missing (on Debian: ${command}) and run this again.`);
}

async function filterMissing(needs: readonly Need[]): Promise<readonly Need[]> {
  const present = await Promise.all(needs.map(async (need) => need.present()));
  return needs.filter((_, index) => !present[index]);
}
