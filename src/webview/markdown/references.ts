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

  /** Draws again, one at each call, the texts that mention a label which was defined only after them. */
  mender(inline: Inline): () => 'more' | 'done' {
    const waiting = this.#mendable.filter(({ known }) => known < this.#labels.length);
    this.#mendable = [];
    let next = 0;
    return () => {
      const waits = waiting[next++];
      if (!waits) return 'done';
      const later = new Set(this.#labels.slice(waits.known));
      const { source, redraw } = waits.text;
      if (mentioned(source).some((label) => later.has(inline.normalizeLabel(label)))) redraw();
      return 'more';
    };
  }
}

function mentioned(source: string): string[] {
  return [...source.matchAll(/\[((?:\\.|[^\\[\]])+)\]/gs)].map((match) => match[1]!);
}
