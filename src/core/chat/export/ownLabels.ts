/** Footnotes and link definitions with labels of their own: one that two texts of a document use would lead both to the first. */
import { codeSpan, piecesOf } from './closedMarkdown.ts';

/** The label of a link, or of a footnote if it begins with `^`. */
const labelText = String.raw`\^?(?:[^\[\]\\\n]|\\.|\n(?!\s*\n)){1,200}`;
/** A label in brackets, or code, which contains no labels. */
const bracketed = new RegExp(String.raw`${codeSpan}|\[(?<label>${labelText})\](?<empty>\[\])?`, 'g');
/** What may stand before a definition on its line: the marks of quotes and list items. */
const lineStart = String.raw`^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*)*`;
const definition = new RegExp(String.raw`${lineStart}\[(${labelText})\]:`, 'gm');
const isLineStart = new RegExp(`${lineStart}$`);
/** Longer lines do not begin with a definition. */
const maxStart = 1_000;
/** The label after a link text. */
const nextLabel = new RegExp(String.raw`\[${labelText}\]`, 'y');
/** The address after a link text. */
const address = /\(\s*(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/y;

export class OwnLabels {
  /** In how many texts each label stands. */
  readonly #texts = new Map<string, number>();
  /** The last number that was given to each. */
  readonly #numbers = new Map<string, number>();

  /** @param texts all of the document */
  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      for (const label of new Set(outside(text).flatMap(labelsIn))) this.#texts.set(label, (this.#texts.get(label) ?? 0) + 1);
    }
  }

  /** The text with other labels for what it defines, where they stand in other texts too. */
  own(text: string): string {
    const defined = new Set(outside(text).flatMap((piece) => [...piece.matchAll(definition)].map(([, label = '']) => plain(label))));
    const isShared = (label: string): boolean => this.#texts.get(label) !== 1;
    if (![...defined].some(isShared)) return text;
    const names = new Map([...defined].map((label) => [label, isShared(label) ? this.#free(label) : label]));
    return piecesOf(text)
      .pieces.map((piece) => (piece.fenced ? piece.text : renamed(piece.text, names)))
      .join('');
  }

  #free(label: string): string {
    let number = this.#numbers.get(label) ?? 1;
    do number++;
    while (this.#texts.has(`${label}-${number}`));
    this.#numbers.set(label, number);
    return `${label}-${number}`;
  }
}

function outside(text: string): readonly string[] {
  return text.includes('[') ? piecesOf(text).pieces.flatMap((piece) => (piece.fenced ? [] : [piece.text])) : [];
}

function labelsIn(piece: string): readonly string[] {
  return [...piece.matchAll(bracketed)].flatMap(({ groups }) => (groups!['label'] === undefined ? [] : [plain(groups!['label'])]));
}

function renamed(piece: string, names: ReadonlyMap<string, string>): string {
  /** The end of the last link text, where its label may begin. */
  let behindWords = -1;
  let lastEnd = -1;
  return piece.replace(bracketed, (found, ...more) => {
    const { label, empty } = more.at(-1) as { readonly label?: string; readonly empty?: string };
    const at = more.at(-3) as number;
    const end = at + found.length;
    // A link text may contain brackets.
    const name = label === undefined ? undefined : names.get(plain(label));
    const isLabel = name !== undefined && (at === behindWords || (piece[at - 1] === ']' && at !== lastEnd));
    const isDefinition = piece[end] === ':' && beginsLine(piece, at);
    const isWords = label !== undefined && !isLabel && !isDefinition && empty === undefined && !label.startsWith('^');
    behindWords = isWords ? end : -1;
    lastEnd = end;
    if (name === undefined || name === plain(label!)) return found;
    if (isDefinition || isLabel || name.startsWith('^')) return `[${name}]`;
    address.lastIndex = nextLabel.lastIndex = end;
    // A shortcut reference is not followed by a label, defined or not (CommonMark 6.3).
    return address.test(piece) || (empty === undefined && nextLabel.test(piece)) ? found : `[${label}][${name}]`;
  });
}

function beginsLine(piece: string, at: number): boolean {
  const before = piece.slice(Math.max(0, at - maxStart), at);
  return isLineStart.test(before.slice(before.lastIndexOf('\n') + 1));
}

/** Labels are the same whatever their case and spaces. */
function plain(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
