/**
 * Tells a model's thoughts from its answer where a server sends both as content: a `<think>` or `<thought>` block at
 * the very start. White space around the tags belongs to neither side; anywhere else the tags are text.
 */

export interface ThinkSink {
  text(text: string): void;
  reasoning(text: string): void;
}

const tags = ['<think>', '<thought>'] as const;

type State =
  /** Nothing but white space and perhaps half a tag has come. */
  | { readonly at: 'start'; held: string }
  /** Inside the block: `held` is white space, or half a closing tag, that may belong to neither side. */
  | { readonly at: 'inside'; readonly close: string; held: string; begun: boolean }
  /** Behind the closing tag, before the first word of the answer. */
  | { readonly at: 'between' }
  | { readonly at: 'text' };

export class ThinkSplitter {
  #state: State = { at: 'start', held: '' };
  readonly #sink: ThinkSink;

  constructor(sink: ThinkSink) {
    this.#sink = sink;
  }

  push(text: string): void {
    switch (this.#state.at) {
      case 'text':
        this.#sink.text(text);
        return;
      case 'start':
        this.#start(this.#state, text);
        return;
      case 'inside':
        this.#inside(this.#state, text);
        return;
      case 'between': {
        const rest = text.trimStart();
        if (rest === '') return;
        this.#state = { at: 'text' };
        this.#sink.text(rest);
        return;
      }
      default:
        this.#state satisfies never;
    }
  }

  /** The stream is over: what was held back was text, or the end of an unclosed thought. */
  end(): void {
    const state = this.#state;
    this.#state = { at: 'text' };
    if (state.at === 'start' && state.held !== '') this.#sink.text(state.held);
    if (state.at === 'inside' && state.held.trimEnd() !== '') this.#sink.reasoning(state.held.trimEnd());
  }

  #start(state: { held: string }, text: string): void {
    state.held += text;
    const head = state.held.trimStart();
    const tag = tags.find((candidate) => head.startsWith(candidate));
    if (tag !== undefined) {
      this.#state = { at: 'inside', close: `</${tag.slice(1)}`, held: '', begun: false };
      const rest = head.slice(tag.length);
      if (rest !== '') this.push(rest);
      return;
    }
    if (tags.some((candidate) => candidate.startsWith(head))) return;
    this.#state = { at: 'text' };
    this.#sink.text(state.held);
  }

  #inside(state: { readonly close: string; held: string; begun: boolean }, text: string): void {
    let rest = state.held + text;
    if (!state.begun) rest = rest.trimStart();
    const close = rest.indexOf(state.close);
    const body = close === -1 ? rest : rest.slice(0, close);
    // Held back: white space at the end, and before or after it what may become the closing tag.
    const settled = body.slice(0, close === -1 ? body.length - partialAtEnd(body, state.close) : body.length).trimEnd();
    if (settled !== '') {
      state.begun = true;
      this.#sink.reasoning(settled);
    }
    if (close === -1) {
      state.held = body.slice(settled.length);
      return;
    }
    this.#state = { at: 'between' };
    const after = rest.slice(close + state.close.length);
    if (after !== '') this.push(after);
  }
}

/** How many characters at the end of `text` could be the beginning of `word`. */
function partialAtEnd(text: string, word: string): number {
  for (let length = Math.min(text.length, word.length - 1); length > 0; length--) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
