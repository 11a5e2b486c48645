/** Which files fit a few letters, the best first: a name that begins with them, a name that has them, a path that has them. */
import fuzzysort from 'fuzzysort';
import ignore from 'ignore';

export interface RankedFile {
  readonly name: string;
  /** Relative to the workspace, with `/`. */
  readonly path: string;
}

/** Case does not matter, and letters may be left out: `partsbutton` finds `src/parts/button.ts`. */
export function rankFiles<File extends RankedFile>(files: readonly File[], words: string, most: number): readonly File[] {
  const letters = words.replaceAll('\\', '/');
  // A name that begins with the letters may stand lower in the list of all names that have them.
  const named = letters.includes('/') ? [] : fuzzysort.go(letters, files, { key: 'name', limit: most * 20, threshold: 0 });
  const begins = ({ name }: File): boolean => name.toLowerCase().startsWith(letters.toLowerCase());
  const byName = named
    .toSorted(
      (a, b) =>
        Number(begins(b.obj)) - Number(begins(a.obj)) ||
        b.score - a.score ||
        a.obj.path.length - b.obj.path.length ||
        (a.obj.path < b.obj.path ? -1 : 1),
    )
    .map(({ obj }) => obj);
  if (byName.length >= most) return byName.slice(0, most);
  const byPath = fuzzysort.go(letters, files, { key: 'path', limit: most * 2, threshold: 0 }).map(({ obj }) => obj);
  return [...new Set([...byName, ...byPath])].slice(0, most);
}

/** The ignore file of a folder. */
export interface IgnoreFile {
  /** Relative to the workspace folder: empty for its root, else ending in `/`. */
  readonly folder: string;
  readonly text: string;
}

/** Leaves out the paths that ignore files name; a deeper file overrules those above it. */
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
