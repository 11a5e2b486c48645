// Rebuilds test/fixtures/edits/edits.json.br: pairs of files before and after real changes, from two versions each of the
// packages that test/fixtures/edits/package.json pins, with their licences. Run it with `node scripts/realEdits.ts`.
import { brotliCompressSync, constants } from 'node:zlib';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { diffLines } from 'diff';
import { installOutside } from './outside.ts';
import { root } from './paths.ts';

export interface RealEdit {
  /** Package, versions and path. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface RealEdits {
  readonly edits: readonly RealEdit[];
  /** The text of each package's licence. */
  readonly licences: Readonly<Record<string, string>>;
}

export const editsFile = join(root, 'test/fixtures/edits/edits.json.br');

const mostPerPackage = 10;
const [fewestLines, mostLines] = [20, 2_500];
/** What changed of the lines; beyond it a file was written anew rather than edited. */
const mostChanged = 0.6;

async function make(): Promise<RealEdits> {
  const modules = join(await installOutside('edits'), 'node_modules');
  const licences: Record<string, string> = {};
  const edits: RealEdit[] = [];
  for await (const folder of glob('*-before', { cwd: modules })) {
    const name = folder.replace(/-before$/, '');
    const [before, after] = [join(modules, folder), join(modules, `${name}-after`)];
    for await (const licence of glob('{LICENSE,LICENCE}*', { cwd: after })) licences[name] = await readFile(join(after, licence), 'utf8');
    const versions = await Promise.all([before, after].map(versionOf));
    const found: RealEdit[] = [];
    for await (const path of glob('**/*.{js,mjs,cjs,ts,md}', { cwd: before })) {
      const texts = await Promise.all([before, after].map((each) => readFile(join(each, path), 'utf8').catch(() => '')));
      const edit = { name: `${name} ${versions.join(' → ')} ${path}`, before: texts[0]!, after: texts[1]! };
      if (!/\.min\.|\.map$|(?:^|\/)(?:dist|build|lib\/marked)/.test(path) && isEdit(edit)) found.push(edit);
    }
    found.sort((a, b) => a.before.length - b.before.length);
    // Evenly over all sizes.
    const step = Math.max(1, found.length / mostPerPackage);
    for (let at = 0; at < found.length; at += step) edits.push(found[Math.floor(at)]!);
  }
  return { edits, licences };
}

function isEdit({ before, after }: RealEdit): boolean {
  const lines = before.split('\n').length;
  if (after === '' || before === after || lines < fewestLines || lines > mostLines) return false;
  const changed = diffLines(before, after).reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);
  return changed > 0 && changed / (2 * lines) <= mostChanged;
}

async function versionOf(folder: string): Promise<string> {
  return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

if (basename(process.argv[1] ?? '') === basename(import.meta.filename)) {
  const made = await make();
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const packed = brotliCompressSync(JSON.stringify(made), { params });
  await writeFile(editsFile, packed);
  console.log(`${made.edits.length} edits of ${Object.keys(made.licences).join(', ')}; ${packed.length} bytes.`);
}
