// Makes the VSIX and looks into it: only files that the extension reads, and small enough to be downloaded on a whim.
import { createVSIX, listFiles } from '@vscode/vsce';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Explained } from './explained.ts';
import { outputFolder, root } from './paths.ts';
import { build } from './stages.ts';

export interface Vsix {
  readonly file: string;
  readonly bytes: number;
  readonly contents: readonly { readonly path: string; readonly size: number }[];
}

const largestBytes = 1_000_000;

const belongs = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^media\/[\w-]+\.(png|svg)$/,
  /^dist\/(?!.*(\.map|\.ts)$)(?!.*node_modules)[\w./-]+$/,
];

const needed = ['package.json', 'dist/extension.js', 'dist/page/page.js'];

/** Builds, packs and checks; the file lies in the repository's root, or where `file` says. */
export async function packVsix(file = join(root, 'rivulet.vsix')): Promise<Vsix> {
  await mkdir(outputFolder, { recursive: true });
  const built = await build();
  if (built.failures.length > 0) throw new Explained('The build failed; the lines above say why.');
  const options = { cwd: root, dependencies: false };
  const paths = (await listFiles(options)).map((path) => path.replaceAll('\\', '/')).sort();
  const junk = paths.filter((path) => !belongs.some((pattern) => pattern.test(path)));
  if (junk.length > 0) throw new Explained(`These files do not belong into the VSIX (see .vscodeignore): ${junk.join(', ')}`);
  const missing = needed.filter((path) => !paths.includes(path));
  if (missing.length > 0) throw new Explained(`The VSIX would lack ${missing.join(', ')}.`);
  await createVSIX({ ...options, packagePath: file, allowMissingRepository: true, rewriteRelativeLinks: false });
  const bytes = (await stat(file)).size;
  const contents = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(join(root, path))).size })));
  if (bytes >= largestBytes) {
    const largest = contents.toSorted((a, b) => b.size - a.size).slice(0, 5).map(({ path, size }) => `${path} ${size}`);
    throw new Explained(`The VSIX has ${bytes} bytes, ${largestBytes} are allowed. Largest: ${largest.join(', ')}`);
  }
  return { file, bytes, contents };
}
