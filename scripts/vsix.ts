// Packs the VSIX and checks it: only files that the extension reads, and small.
import { createVSIX, listFiles } from '@vscode/vsce';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { budgets } from './budgets.ts';
import { noticesFile } from './notices.ts';
import { root } from './paths.ts';

export interface Vsix {
  readonly bytes: number;
  readonly contents: readonly { readonly path: string; readonly size: number }[];
  /** A sentence for each problem. */
  readonly problems: readonly string[];
}

const belongs = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^media\/(walkthrough\/)?[\w-]+\.(png|svg)$/,
  /^dist\/(?!.*(\.map|\.ts)$)(?!.*node_modules)[\w./-]+$/,
];

const needed = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', `dist/${noticesFile}`, 'dist/extension.js', 'dist/page/page.js'];

/** Packs what the last build left in dist. */
export async function packVsix(file: string): Promise<Vsix> {
  const options = { cwd: root, dependencies: false };
  const paths = (await listFiles(options)).map((path) => path.replaceAll('\\', '/')).sort();
  const log = silenced();
  await createVSIX({ ...options, packagePath: file, allowMissingRepository: true, rewriteRelativeLinks: false }).finally(log.restore);
  const bytes = (await stat(file)).size;
  const contents = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(join(root, path))).size })));
  const largest = contents
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 5)
    .map(({ path, size }) => `${path} ${size}`);
  const junk = paths.filter((path) => !belongs.some((pattern) => pattern.test(path)));
  const missing = needed.filter((path) => !paths.includes(path));
  const problems = [
    ...junk.map((path) => `${path} does not belong into the VSIX (see .vscodeignore).`),
    ...missing.map((path) => `The VSIX lacks ${path}.`),
    ...(bytes < budgets.vsixBytes
      ? []
      : [`The VSIX has ${bytes} bytes, less than ${budgets.vsixBytes} are wanted; largest: ${largest.join(', ')}`]),
  ];
  return { bytes, contents, problems };
}

/** Suppresses the listing of vsce: ours says more. */
function silenced(): { restore(): void } {
  const { log } = console;
  console.log = () => {};
  return { restore: () => (console.log = log) };
}
