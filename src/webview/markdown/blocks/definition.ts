// Reads `[label]: address "title"` at the start of a paragraph, and says when more text is needed to know.
//
// Footnotes (`[^1]: …`) and log lines (`[INFO]: Started`) are no definitions: their text must not vanish.
import type { Inline } from '../inline/inline.ts';

export type DefinitionReading =
  | { readonly type: 'found'; readonly label: string; readonly href: string; readonly title: string; readonly length: number }
  | { readonly type: 'open' }
  | { readonly type: 'none' };

const NONE: DefinitionReading = { type: 'none' };
const OPEN: DefinitionReading = { type: 'open' };
/** A definition that is longer is text. */
const LONGEST = 4096;
/** Something that can be an address; `<…>` says that it is meant as one. */
const ADDRESS = /^<|[:/.#]/;
const LABEL = /^\[((?:\\[^]|[^\\[\]]){0,999})(\\$|\]?)/;

/** `complete`: nothing follows the text; otherwise its last line may go on, and lines may follow. */
export function readDefinition(text: string, complete: boolean, { md }: Inline): DefinitionReading {
  if (text.length <= LONGEST) return read(text, complete, md);
  const reading = read(text.slice(0, LONGEST), false, md);
  return reading.type === 'open' ? NONE : reading;
}

function read(text: string, complete: boolean, md: Inline['md']): DefinitionReading {
  const undecided = complete ? NONE : OPEN;
  const label = LABEL.exec(text);
  if (!label) return NONE;
  if (label[2] !== ']') return label[0].length === text.length ? undecided : NONE;
  let at = label[0].length;
  if (at === text.length) return undecided;
  if (text[at] !== ':' || label[1]!.trim() === '' || label[1]!.startsWith('^')) return NONE;
  at = skip(text, at + 1, /[ \t]*\n?[ \t]*/y);
  if (at === text.length) return undecided;
  const address = md.helpers.parseLinkDestination(text, at, text.length);
  if (!address.ok) return text.includes('\n', at) ? NONE : undecided;
  const written = text.slice(at, address.pos);
  at = address.pos;
  if (!ADDRESS.test(written)) return at === text.length ? undecided : NONE;
  const found = (title: string, end: number): DefinitionReading => ({
    type: 'found',
    label: md.utils.normalizeReference(label[1]!),
    href: md.normalizeLink(address.str),
    title,
    length: end,
  });
  if (at === text.length) return complete ? found('', at) : OPEN;
  // The address alone, if its line ends here; a title may still follow on the next line.
  const lineEnd = skip(text, at, /[ \t]*/y);
  const alone = lineEnd === text.length || text[lineEnd] === '\n' ? found('', Math.min(lineEnd + 1, text.length)) : undefined;
  const start = skip(text, at, /[ \t]*\n?[ \t]*/y);
  if (start === text.length) return complete ? (alone ?? NONE) : OPEN;
  if (start === at) return NONE;
  const title = md.helpers.parseLinkTitle(text, start, text.length);
  if (!title.ok) return title.can_continue && !complete ? OPEN : (alone ?? NONE);
  const end = skip(text, title.pos, /[ \t]*/y);
  if (end === text.length) return complete ? found(title.str, end) : OPEN;
  return text[end] === '\n' ? found(title.str, end + 1) : (alone ?? NONE);
}

function skip(text: string, from: number, what: RegExp): number {
  what.lastIndex = from;
  return from + (what.exec(text)?.[0].length ?? 0);
}
