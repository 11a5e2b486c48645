/** Footnotes and link definitions with labels of their own: one that two texts of a document use would lead both to the first. */
import { codeSpan, piecesOf } from './closedMarkdown.ts';

/** A label in brackets, with `^` if it is that of a footnote, or code, in which there is none. */
const bracketed = new RegExp(String.raw`${codeSpan}|\[(?<label>\^?(?:[^\[\]\\\n]|\\.){1,200})\](?<empty>\[\])?`, 'g');
const definition = /^ {0,3}\[(\^?(?:[^[\]\\\n]|\\.){1,200})\]:/gm;

export class OwnLabels {
  /** In how many texts each label stands. */
  readonly #texts = new Map<string, number>();

  /** @param texts all of the document */
  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      for (const label of new Set(outside(text).flatMap(labelsIn))) this.#texts.set(label, (this.#texts.get(label) ?? 0) + 1);
    }
  }

  /** The text with other labels for what it defines, where they stand in other texts too. */
  own(text: string): string {
    const defined = outside(text).flatMap((piece) => [...piece.matchAll(definition)].map(([, label = '']) => plain(label)));
    const names = new Map([...new Set(defined)].filter((label) => this.#texts.get(label) !== 1).map((label) => [label, this.#free(label)]));
    if (names.size === 0) return text;
    return piecesOf(text)
      .pieces.map((piece) => (piece.fenced ? piece.text : renamed(piece.text, names)))
      .join('');
  }

  #free(label: string): string {
    for (let number = 2; ; number++) {
      const name = `${label}-${number}`;
      if (this.#texts.has(name)) continue;
      this.#texts.set(name, 1);
      return name;
    }
  }
}

function outside(text: string): readonly string[] {
  return text.includes('[') ? piecesOf(text).pieces.flatMap((piece) => (piece.fenced ? [] : [piece.text])) : [];
}

function labelsIn(piece: string): readonly string[] {
  return [...piece.matchAll(bracketed)].flatMap(({ groups }) => (groups!['label'] === undefined ? [] : [plain(groups!['label'])]));
}

function renamed(piece: string, names: ReadonlyMap<string, string>): string {
  return piece.replace(bracketed, (found, ...more) => {
    const { label, empty } = more.at(-1) as { readonly label?: string; readonly empty?: string };
    const at = more.at(-3) as number;
    const name = label === undefined ? undefined : names.get(plain(label));
    if (name === undefined) return found;
    const next = piece[at + found.length];
    const isLast = piece[at - 1] === ']' || next === ':' || name.startsWith('^');
    if (isLast) return `[${name}]`;
    // The words of a link that has an address or a label of its own.
    return next === '(' || (next === '[' && empty === undefined) ? found : `[${label}][${name}]`;
  });
}

/** Labels are the same whatever their case and spaces. */
function plain(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
