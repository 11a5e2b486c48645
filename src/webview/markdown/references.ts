// Link definitions, the texts that mention them, and what is shown of a definition that nothing refers to.
import type { Definition, Definitions, Inline } from './inline/inline.ts';

interface Watched {
  readonly source: string;
  /** Draws the whole text again, now that more is defined. */
  readonly redraw: () => void;
  /** How many labels were defined when the text was drawn. */
  readonly known: number;
}

interface Shown {
  readonly element: HTMLElement;
  used: boolean;
}

export class References {
  readonly definitions: Definitions = Object.create(null) as Definitions;
  #watched: Watched[] = [];
  readonly #labels: string[] = [];
  readonly #shown: Shown[] = [];
  readonly #mentioned = new Set<string>();

  /** `element` shows the definition as text. It stays if nothing refers to the label, so that no word is lost. */
  define(label: string, definition: Definition, element: HTMLElement): void {
    // The first definition of a label counts.
    if (label in this.definitions) return;
    const shown: Shown = { element, used: false };
    const { href, title } = definition;
    this.definitions[label] = {
      get href() {
        shown.used = true;
        return href;
      },
      title,
    };
    this.#labels.push(label);
    this.#shown.push(shown);
    element.hidden = this.#mentioned.has(rough(label));
  }

  /** Remembers a text that a later definition may change; few have a bracket at all. */
  watch(source: string, redraw: () => void): void {
    if (!source.includes('[')) return;
    this.#watched.push({ source, redraw, known: this.#labels.length });
    for (const label of mentioned(source)) this.#mentioned.add(rough(label));
  }

  /**
   * The answer is complete. Each call takes one step: draws a text again that mentions a label defined only after it, or
   * decides about a definition, which goes if a link refers to it.
   */
  finish(inline: Inline): () => 'more' | 'done' {
    const watched = this.#watched;
    this.#watched = [];
    for (const shown of this.#shown) shown.used = false;
    const places = new Map(this.#labels.map((label, index) => [label, index]));
    let next = 0;
    return () => {
      if (this.#shown.length === 0) return 'done';
      const text = watched[next];
      const shown = this.#shown[next - watched.length];
      next++;
      if (text) {
        const defined = mentioned(text.source).map((label) => places.get(inline.normalizeLabel(label)) ?? -1);
        if (defined.some((place) => place >= text.known)) text.redraw();
        else if (defined.some((place) => place >= 0)) inline.tokens(text.source);
      } else if (shown) {
        shown.element.hidden = false;
        if (shown.used) shown.element.remove();
      } else return 'done';
      return 'more';
    };
  }
}

/** Labels in the text, also where they only look like one. */
function mentioned(source: string): string[] {
  return [...source.matchAll(/\[((?:\\.|[^\\[\]]){1,999})\]/gs)].map((match) => match[1]!);
}

function rough(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
