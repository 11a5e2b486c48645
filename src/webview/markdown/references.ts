// Link definitions, and the texts drawn before a definition came that they might concern.
import type { Definition, Definitions, Inline } from './inline.ts';

export interface Mendable {
  readonly source: string;
  /** Draws the whole text again, now that more is defined. */
  readonly redraw: () => void;
}

export class References {
  readonly definitions: Definitions = Object.create(null) as Definitions;
  #mendable: { readonly text: Mendable; readonly known: number }[] = [];
  readonly #labels: string[] = [];

  define(label: string, definition: Definition): void {
    // The first definition of a label counts.
    if (label in this.definitions) return;
    this.definitions[label] = definition;
    this.#labels.push(label);
  }

  /** Remembers a text that a later definition may change; few have a bracket at all. */
  watch(source: string, redraw: () => void): void {
    if (source.includes('[')) this.#mendable.push({ text: { source, redraw }, known: this.#labels.length });
  }

  /** The texts that mention a label which was defined only after them. Asked once, at the end. */
  late(inline: Inline): Mendable[] {
    const texts = this.#mendable.filter(({ text, known }) => {
      const later = new Set(this.#labels.slice(known));
      return later.size > 0 && mentioned(text.source).some((label) => later.has(inline.normalizeLabel(label)));
    });
    this.#mendable = [];
    return texts.map(({ text }) => text);
  }
}

function mentioned(source: string): string[] {
  return [...source.matchAll(/\[((?:\\.|[^\\[\]])+)\]/gs)].map((match) => match[1]!);
}
