/** Parses the name of a file in an answer: a path or URL, perhaps with a line, as in `src/a.ts:12`, `a.ts#L3-L9` or `a.ts(3,1)`. */
import { percentDecoded } from '../provider/percentDecoded.ts';

export interface FileName {
  /** Separated by `/`. */
  readonly path: string;
  /** It starts at the root of the file system or of a drive. */
  readonly absolute: boolean;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly lastLine?: number;
}

const ADDRESS = /^(?:file:\/\/(?:localhost)?|vscode(?:-insiders)?:\/\/file)(?=\/)/i;
const PLACE = new RegExp(
  [
    '[#:]L?(?<a>\\d{1,7})(?:[C:](?<b>\\d{1,5}))?(?:-L?(?<c>\\d{1,7})(?:[C:]\\d{1,5})?)?:?',
    '#\\p{L}[\\p{L}\\d_-]*',
    '\\((?<g>\\d{1,7})(?:,\\s?(?<h>\\d{1,5}))?\\)',
  ]
    .map((form) => `(?:${form})$`)
    .join('|'),
  'u',
);

export function readFileName(name: string): FileName | undefined {
  const address = ADDRESS.exec(name);
  const place = PLACE.exec(name);
  const bare = name.slice(address?.[0].length ?? 0, place?.index);
  const slashes = (address ? percentDecoded(bare) : bare).replaceAll('\\', '/');
  const drive = /^\/?(?=[A-Za-z]:\/)/.exec(slashes);
  const path = drive ? `/${slashes.slice(drive[0].length)}` : slashes.replace(/^(?:\.\/)+/, '');
  if (path === '' || path.endsWith('/') || path.includes('\0')) return undefined;
  const { a, b, c: lastLine, g: line = a, h: column = b } = place?.groups ?? {};
  return {
    path,
    absolute: path.startsWith('/'),
    ...(line === undefined ? {} : { line: Math.max(1, Number(line)) }),
    ...(column === undefined ? {} : { column: Math.max(1, Number(column)) }),
    ...(lastLine === undefined ? {} : { lastLine: Number(lastLine) }),
  };
}
