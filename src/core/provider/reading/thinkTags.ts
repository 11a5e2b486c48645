/**
 * Tells a model's thoughts from its answer where a server sends both as content: a block such as `<think>…</think>` or
 * `[THINK]…[/THINK]` at the very start. White space around the tags belongs to neither side; anywhere else the tags are
 * text.
 */

export interface ThinkSink {
  text(text: string): void;
  reasoning(text: string): void;
}

const thought = '[a-z_:]{0,12}(?:think|thought|reason)(?:s|ing)?(?:_content|_process)?';
const word = `(?:${thought}|reflection|scratch_?pad|(?:inner_?)?monologue|deliberation|analysis|cot|思考(?:过程)?)`;
const attribute = '\\s+[\\w:-]+\\s?=\\s?(?:"[^"<>]*"|\'[^\'<>]*\'|[^\\s"\'<>]+)';
const opener = new RegExp(`^(?:<${word}(?:${attribute}){0,4}\\s*>|<\\|${word}\\|>|\\[${word}\\]|【${word}】|◁${word}▷)`, 'i');
/** The tags of gpt-oss, where a channel other than `final` holds thoughts. */
const channel = /^(?:<\|start\|>\w*)?<\|channel\|>\s*(\w+)[^<]{0,40}<\|message\|>/;
/** Those of Gemma. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^<\|channel>(?!final)\w+\n/, '<channel|>'],
  [/^<unused94>thought\n/, '<unused95>'],
];
/** What may still become a tag. */
const begunOpener = new RegExp(
  `^(?:<[a-z_:思考过程]{0,24}|<${word}\\s[^<>]{0,120}|<\\|[^]{0,80}|<unused\\d{0,2}>?t?h?o?u?g?h?t?|[[【◁][a-z_:思考过程]{0,24})$`,
  'i',
);
/** A closing tag that ends its line, where no tag has opened the thought. */
const bareCloser = new RegExp(`(?<![\`'"\\w])(</${word}>|\\[/${word}\\]|【/${word}】|◁/${word}▷)[^\\S\\n]*\\n`, 'i');

type State =
  /** Nothing but white space and perhaps half a tag has come. */
  | { readonly at: 'start'; held: string }
  /** Inside the block: `held` is white space, or half a closing tag, that may belong to neither side. */
  | { readonly at: 'inside'; readonly close: string; held: string; begun: boolean; readonly opened: boolean }
  /** After the closing tag, before the first word of the answer: another block may follow. */
  | { readonly at: 'between'; held: string }
  | { readonly at: 'text' };

export class ThinkSplitter {
  #state: State = { at: 'start', held: '' };
  readonly #sink: ThinkSink;
  readonly #close: string | undefined;
  /** What came in a thought that no tag has opened: it may turn out to be the answer. */
  #unopened = '';

  /** @param close the tag that ends this model's thoughts, if they begin without one */
  constructor(sink: ThinkSink, close?: string) {
    this.#sink = sink;
    this.#close = close;
  }

  push(text: string): void {
    switch (this.#state.at) {
      case 'text':
        this.#sink.text(text);
        return;
      case 'start':
      case 'between':
        this.#outside(this.#state, text);
        return;
      case 'inside':
        this.#inside(this.#state, text);
        return;
      default:
        this.#state satisfies never;
    }
  }

  /**
   * The stream is over: what was held back was text, or the end of an unclosed thought.
   * @param whole the answer has ended well: then half a tag was text
   * @param complete and it lacks nothing: then a thought that no tag has opened or closed was the answer
   */
  end(whole: boolean, complete: boolean): void {
    const state = this.#state;
    this.#state = { at: 'text' };
    if ((state.at === 'start' || state.at === 'between') && state.held !== '' && whole) this.#sink.text(state.held);
    if (state.at !== 'inside') return;
    if (state.held.trimEnd() !== '') this.#sink.reasoning(state.held.trimEnd());
    if (!state.opened && complete && this.#unopened !== '') this.#sink.text(this.#unopened);
  }

  #outside(state: { readonly at: 'start' | 'between'; held: string }, text: string): void {
    state.held += text;
    const head = state.held.trimStart();
    if (head === '') return;
    const tag = tagOf(head);
    if (tag !== undefined) {
      this.#state =
        tag.close === undefined ? { at: 'between', held: '' } : { at: 'inside', close: tag.close, held: '', begun: false, opened: true };
      const rest = head.slice(tag.length);
      if (rest !== '') this.push(rest);
      return;
    }
    if (begunOpener.test(head)) return;
    if (state.at === 'start' && this.#close !== undefined) {
      this.#state = { at: 'inside', close: this.#close, held: '', begun: false, opened: false };
      this.push(state.held);
      return;
    }
    this.#state = { at: 'text' };
    this.#sink.text(state.at === 'start' ? state.held : head);
  }

  #inside(state: { readonly close: string; held: string; begun: boolean; readonly opened: boolean }, text: string): void {
    if (!state.opened) this.#unopened += text;
    let rest = state.held + text;
    if (!state.begun) rest = rest.trimStart();
    const close = rest.search(new RegExp(state.close.replace(/[|[\]]/g, '\\$&'), 'i'));
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
    this.#state = { at: 'between', held: '' };
    const after = rest.slice(close + state.close.length);
    if (after !== '') this.push(after);
  }
}

/** The closing tag of a thought that no tag opens, as some servers send it; undefined where there is none. */
export function bareCloserIn(content: string): string | undefined {
  if (tagOf(content.trimStart()) !== undefined) return undefined;
  const found = bareCloser.exec(content);
  const close = found?.[1];
  if (close === undefined) return undefined;
  // A text about such tags names the opening one too.
  return content.slice(0, found?.index).includes(close.replace('/', '')) ? undefined : close;
}

/** The tag that a text begins with: how long it is, and what ends its thought; nothing for one that begins the answer. */
function tagOf(head: string): { readonly length: number; readonly close?: string } | undefined {
  const tag = opener.exec(head)?.[0];
  if (tag !== undefined) return { length: tag.length, close: closerOf(tag) };
  const found = channel.exec(head);
  if (found === null) {
    const other = others.find(([begins]) => begins.test(head));
    return other === undefined ? undefined : { length: other[0].exec(head)?.[0].length ?? 0, close: other[1] };
  }
  return found[1] === 'final' ? { length: found[0].length } : { length: found[0].length, close: '<|end|>' };
}

/** `</think>` for `<think>`, and `<|END_THINKING|>` for `<|START_THINKING|>`. */
function closerOf(tag: string): string {
  const name = tag.replace(/\s[^<>]*(?=>)/, '').toLowerCase();
  const ended = name.replace(/(?:start|begin)(?=_)/, 'end');
  return ended === name ? name.replace(/^(?:<\|?|.)/, '$&/') : ended;
}

/** How many characters at the end of `text` could be the beginning of `word`. */
function partialAtEnd(text: string, close: string): number {
  for (let length = Math.min(text.length, close.length - 1); length > 0; length--) {
    if (text.slice(-length).toLowerCase() === close.slice(0, length).toLowerCase()) return length;
  }
  return 0;
}
