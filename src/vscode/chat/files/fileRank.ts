/** Ranks files for a few letters and applies ignore rules, like VS Code's Quick Open. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import ignore from 'ignore';
import { fuzzyMatch } from './fuzzyScore.ts';

export interface RankedFile {
  readonly name: string;
  /** Relative to the workspace, with `/`. */
  readonly path: string;
}

/** Ranks: name starts with the letters, name contains them, path contains them. */
type Fit = 'begins' | 'name' | 'path';

interface Scored<File> {
  readonly file: File;
  readonly fit: Fit;
  readonly score: number;
  /** Distance from the first matched character to the last. */
  readonly span: number;
}

/** Files scored before yielding, about 5 ms. */
const sliceLength = 2_000;

/** Best match first. Ignores case and missing letters: `partsbutton` finds `src/parts/button.ts`. */
export async function rankFiles<File extends RankedFile>(files: readonly File[], words: string, most: number): Promise<readonly File[]> {
  const letters = words.replaceAll('\\', '/').replaceAll(/[*…\s"]/g, '');
  if (letters === '') return [];
  const found: Scored<File>[] = [];
  for (let start = 0; start < files.length; start += sliceLength) {
    if (start > 0) await nextTurn();
    for (const file of files.slice(start, start + sliceLength)) {
      const scored = scoreOf(file, letters);
      if (scored !== undefined) found.push(scored);
    }
  }
  return found
    .toSorted(compare)
    .slice(0, most)
    .map(({ file }) => file);
}

function scoreOf<File extends RankedFile>(file: File, letters: string): Scored<File> | undefined {
  const { name, path } = file;
  const inName = letters.includes('/') && name !== path ? undefined : fuzzyMatch(name, letters);
  const match = inName ?? fuzzyMatch(path, letters);
  if (match === undefined) return undefined;
  const span = match.places.at(-1)! - match.places[0]!;
  const begins = inName !== undefined && name.toLowerCase().startsWith(letters.toLowerCase());
  // A shorter name is closer to what was typed.
  const score = match.score + (begins ? Math.round((letters.length / name.length) * 100) : 0);
  return { file, fit: begins ? 'begins' : inName === undefined ? 'path' : 'name', score, span };
}

const order: Readonly<Record<Fit, number>> = { begins: 0, name: 1, path: 2 };

function compare(a: Scored<RankedFile>, b: Scored<RankedFile>): number {
  return (
    order[a.fit] - order[b.fit] ||
    b.score - a.score ||
    (a.fit === 'begins' ? 0 : a.span - b.span) ||
    (a.fit === 'path' ? 0 : a.file.name.length - b.file.name.length) ||
    a.file.path.length - b.file.path.length ||
    a.file.name.localeCompare(b.file.name) ||
    (a.file.path < b.file.path ? -1 : 1)
  );
}

/** The ignore file of a folder. */
export interface IgnoreFile {
  /** Relative to the workspace folder: empty for its root, else ending in `/`. */
  readonly folder: string;
  readonly text: string;
}

/** Removes ignored paths; deeper ignore files take precedence. */
export function withoutIgnored<File extends RankedFile>(files: readonly File[], ignoreFiles: readonly IgnoreFile[]): readonly File[] {
  const rules = ignoreFiles
    .toSorted((a, b) => a.folder.length - b.folder.length)
    .map(({ folder, text }) => ({ folder, rule: ignore().add(text) }));
  const isIgnored = (path: string): boolean =>
    rules.reduce((ignored, { folder, rule }) => {
      if (!path.startsWith(folder)) return ignored;
      const verdict = rule.test(path.slice(folder.length));
      return verdict.ignored || (ignored && !verdict.unignored);
    }, false);
  return files.filter(({ path }) => !isIgnored(path));
}
