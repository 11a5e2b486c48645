// Link definitions, the texts that mention them, and the definitions that nothing refers to, which stay as text.
import type { IdleTasks } from './idleTasks.ts';
import type { Definition, Definitions, Inline } from './inline/inline.ts';

/** A longer text is not read in one go but drawn again, in steps. */
const LONG = 8192;

interface Watched {
  readonly source: string;
  /** Draws the whole text again, now that more is defined. */
  readonly redraw: () => void;
  /** Number of labels defined when the text was drawn. */
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
   * The answer is complete: draws texts again that mention a label defined only after them, then removes each definition
   * that a link refers to. A long text is drawn in steps, which come before those that look at the definitions.
   */
  async finish(inline: Inline, work: IdleTasks): Promise<void> {
    const watched = this.#watched;
    this.#watched = [];
    if (this.#shown.length === 0) return;
    for (const shown of this.#shown) shown.used = false;
    const places = new Map(this.#labels.map((label, index) => [label, index]));
    await work.each(watched, ({ source, known, redraw }) => {
      const defined = mentioned(source).map((label) => places.get(inline.md.utils.normalizeReference(label)) ?? -1);
      const last = defined.reduce((most, place) => Math.max(most, place), -1);
      if (last >= known || (last >= 0 && source.length > LONG)) redraw();
      else if (last >= 0) inline.tokens(source);
    });
    await work.each(this.#shown, ({ element, used }) => {
      element.hidden = false;
      if (used) element.remove();
    });
  }
}

/** Everything in the text that may be a label. */
function mentioned(source: string): string[] {
  return [...source.matchAll(/\[((?:\\.|[^\\[\]]){1,999})\]/gs)].map((match) => match[1]!);
}

function rough(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
