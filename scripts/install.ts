// Installs VS Code from the npm package code-server, once per user and machine. The folder gets its final name when it
// is complete, so an interrupted install is never used.
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Explained } from './explained.ts';
import { npm } from './npm.ts';
import { cacheFolder, temporaryFolder } from './paths.ts';
import { buildNeeds, ensure } from './systemPackages.ts';

const version = '4.139.1';
const nodeMajor = process.versions.node.split('.')[0];
const nodePackage = `node-${process.platform}-${process.arch}`;

export interface InstalledHost {
  /** The Node that its native modules were built for. */
  readonly node: string;
  readonly serverMain: string;
  /** Installs a VSIX: `--install-extension FILE --extensions-dir E`. */
  readonly commandLine: string;
}

export async function ensureHost(): Promise<InstalledHost> {
  const folder = join(cacheFolder, `code-server-${version}-${process.platform}-${process.arch}-node${nodeMajor}`);
  if (!existsSync(folder)) await install(folder);
  const server = join(folder, 'node_modules/code-server');
  return {
    node: join(folder, 'node_modules', nodePackage, 'bin/node'),
    serverMain: join(server, 'lib/vscode/out/server-main.js'),
    commandLine: join(server, 'out/node/entry.js'),
  };
}

async function install(folder: string): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Explained('The VS Code server from npm runs on Linux. Here, set RIVULET_HOST=desktop or leave it out.');
  }
  await ensure(buildNeeds);
  await mkdir(cacheFolder, { recursive: true });
  await using temporary = await temporaryFolder('installing', cacheFolder);
  const building = temporary.path;
  const startMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startMs) / 1000);
  console.log(`Installing VS Code ${version} from npm into ${cacheFolder} (800 MB, about 2 minutes, once) …`);
  const heartbeat = setInterval(() => console.log(`  … still installing, ${seconds()} s`), 15_000);
  try {
    const manifest = { private: true, allowScripts: { 'code-server': true, argon2: true } };
    await writeFile(join(building, 'package.json'), JSON.stringify(manifest));
    // code-server's own install refuses another Node than 24, so npm must run on it, and node-gyp needs its headers.
    await npm(building, ['install', `${nodePackage}@${process.versions.node}`]);
    const nodeRoot = join(building, 'node_modules', nodePackage);
    await npm(building, ['install', `code-server@${version}`], {
      PATH: `${join(nodeRoot, 'bin')}${delimiter}${process.env['PATH']}`,
      npm_config_nodedir: nodeRoot,
    });
    await rename(building, folder).catch((error: unknown) => {
      // Another clone was faster; its copy serves as well.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    clearInterval(heartbeat);
  }
  console.log(`VS Code is installed (${seconds()} s).`);
}
