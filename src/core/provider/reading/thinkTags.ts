/**
 * Separates a model's thoughts from its answer where a server sends both as content: a block such as `<think>…</think>` or
 * `[THINK]…[/THINK]` at the very start. White space around the tags belongs to neither side. A tag anywhere else, or with
 * a name that is not a word for thinking, is text: showing a thought is better than hiding an answer. A mark such as
 * `<|return|>`, with which a model ends its answer, is no part of it.
 */

export interface ThinkSink {
  text(text: string): void;
  reasoning(text: string): void;
}

const thought = '[a-z\\d_:-]{0,20}(?:think|thought|reason)(?:s|ing)?(?:[_-](?:content|process|mode|block|steps?|text|start|begin|end))?';
/** Prompts may ask for these too: such a block with nothing after it is the answer. */
const doubtful =
  'reflection|scratch_?pad|(?:inner_?|internal_?)?monologue|deliberation|analysis|cot|plan(?:ning)?|rationale|brainstorm(?:ing)?|musings?';
const word = `(?:${thought}|${doubtful}|思考(?:过程)?)`;
/** Braces and code blocks are not known as marks of any model. */
const isDoubtful = new RegExp(`^[{\`]|(?:${doubtful})`, 'i');
const attribute = '\\s+[\\w:-]+\\s?=\\s?(?:"[^"<>]*"|\'[^\'<>]*\'|[^\\s"\'<>]+)';
const opener = new RegExp(
  [
    `^(?:<\\s?${word}(?:${attribute}){0,4}\\s*>|<\\|${word}\\|>|\\[${word}\\]|【${word}】|◁${word}▷|\\{${word}\\}`,
    '```(?:think(?:ing)?|thoughts?|reasoning)\\n)',
  ].join('|'),
  'i',
);
/** The marks of gpt-oss, ChatML and Gemma: a channel or role other than the answer's holds thoughts. */
const channels: readonly (readonly [begins: RegExp, close: string])[] = [
  [/^(?:<\|start\|>\w*)?<\|channel\|>\s*(\w+)[^<]{0,40}<\|message\|>/, '<|end|>'],
  [/^<\|im_start\|>\s*(\w+)\s*?(?:\n|<\|im_sep\|>)/, '<|im_end|>'],
  [/^<\|channel>(?!final)\w+\n/, '<channel|>'],
  [/^<unused94>thought\n/, '<unused95>'],
];
const isAnswer = /^(?:final|assistant|answer|response)$/i;
/** Text that may still become a tag. */
const begunOpener = new RegExp(
  [
    '^(?:<\\s?[a-z\\d_:思考过程-]{0,32}\\s?',
    `<\\s?${word}\\s[^<>]{0,120}`,
    '<\\|[^]{0,80}',
    '<unused\\d{0,2}>?t?h?o?u?g?h?t?',
    '[[【◁{][a-z_:思考过程]{0,24}',
    '`{1,3}',
    '```[a-z_:]{1,24})$',
  ].join('|'),
  'i',
);
/** A closing tag at the end of its line, without an opening tag. */
const bareCloser = new RegExp(`(?<![\`'"\\w])(</${word}>|\\[/${word}\\]|【/${word}】|◁/${word}▷)[^\\S\\n]*\\n`, 'i');

const endMark = '<(?:\\|(?:return|call|(?:im_)?end|end_?of_?(?:text|turn|message)|eo[tm]_id)\\||end_of_turn|｜end▁of▁sentence｜)>';
/** Marks of the end that follow the text directly: one after a space or in quotes is about such marks. */
const endMarks = new RegExp(`(?<=[^\\s\`'"]|\\n)(?:${endMark}\\s*)+`, 'gi');
const onlyEndMarks = new RegExp(`^(?:${endMark}\\s*)+$`, 'i');
/** Text that may still become such a mark. */
const begunMark = /<(?:[|｜][\w▁]{0,16}[|｜]?|e[a-z_]{0,10})?$/i;

interface Inside {
  readonly at: 'inside';
  readonly close: RegExp;
  held: string;
  begun: boolean;
  /** `doubtful` and `unopened` thoughts may turn out to be the answer. */
  readonly kind: 'certain' | 'doubtful' | 'unopened';
}

type State =
  /** Only white space, and perhaps half a tag, has arrived. */
  | { readonly at: 'start'; held: string }
  /** Inside the block: `held` is white space or half a closing tag. */
  | Inside
  /** After the closing tag and before the answer: another block may follow. */
  | { readonly at: 'between'; held: string }
  /** Inside the answer: `held` is what may be its end mark, `before` the character before that. */
  | { readonly at: 'text'; held: string; before: string };
type InText = Extract<State, { at: 'text' }>;

export class ThinkSplitter {
  #state: State = { at: 'start', held: '' };
  readonly #sink: ThinkSink;
  readonly #close: string | undefined;
  /** A thought that may turn out to be the answer, with its tags. */
  #doubtful = '';

  /** @param close the tag that ends this model's thoughts, if they begin without one */
  constructor(sink: ThinkSink, close?: string) {
    this.#sink = sink;
    this.#close = close;
  }

  push(text: string): void {
    switch (this.#state.at) {
      case 'text':
        this.#text(this.#state, text);
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
   * @param complete and it lacks nothing: then a doubtful thought with nothing after it was the answer
   */
  end(whole: boolean, complete: boolean): void {
    const state = this.#state;
    this.#state = newText();
    if (state.at === 'text' && state.held !== '' && !onlyEndMarks.test(state.held)) this.#sink.text(state.held);
    if ((state.at === 'start' || state.at === 'between') && state.held !== '' && whole) this.#sink.text(state.held);
    if (state.at === 'inside' && state.held.trimEnd() !== '') this.#sink.reasoning(state.held.trimEnd());
    if (complete && state.at !== 'text' && this.#doubtful !== '') this.#sink.text(this.#doubtful);
  }

  #outside(state: { readonly at: 'start' | 'between'; held: string }, text: string): void {
    state.held += text;
    const head = state.held.trimStart();
    if (head === '') return;
    const tag = tagOf(head);
    if (tag !== undefined) {
      const kind = tag.isDoubtful ? 'doubtful' : 'certain';
      if (tag.isDoubtful) this.#doubtful += head.slice(0, tag.length);
      this.#state =
        tag.close === undefined
          ? { at: 'between', held: '' }
          : { at: 'inside', close: patternOf(tag.close, kind), held: '', begun: false, kind };
      const rest = head.slice(tag.length);
      if (rest !== '') this.push(rest);
      return;
    }
    if (begunOpener.test(head)) return;
    if (state.at === 'start' && this.#close !== undefined) {
      this.#state = { at: 'inside', close: patternOf(this.#close, 'unopened'), held: '', begun: false, kind: 'unopened' };
      this.push(state.held);
      return;
    }
    this.#state = newText();
    this.#doubtful = '';
    this.push(state.at === 'start' ? state.held : head);
  }

  #text(state: InText, text: string): void {
    // The usual case.
    if (state.held === '' && !text.includes('<')) {
      state.before = text.slice(-1);
      this.#sink.text(text);
      return;
    }
    const rest = state.before + state.held + text;
    let from = Math.max(state.before.length, begunMark.exec(rest)?.index ?? rest.length);
    let next: string | undefined;
    for (const marks of rest.matchAll(endMarks)) {
      const after = rest.slice(marks.index + marks[0].length);
      if (tagOf(after) !== undefined) next = after;
      // With other text after it, the mark was part of the answer.
      else if (after !== '' && !begunOpener.test(after)) continue;
      from = marks.index;
      break;
    }
    const settled = rest.slice(state.before.length, from);
    state.held = rest.slice(from);
    if (settled !== '') {
      state.before = settled.slice(-1);
      this.#sink.text(settled);
    }
    if (next === undefined) return;
    this.#state = { at: 'between', held: '' };
    this.push(next);
  }

  #inside(state: Inside, text: string): void {
    let rest = state.held + text;
    if (!state.begun) rest = rest.trimStart();
    const close = state.close.exec(rest);
    const body = close === null ? rest : rest.slice(0, close.index);
    // Held back: white space at the end, and text that may become the closing tag.
    const settled = body.slice(0, close === null ? body.length - partialAtEnd(body) : body.length).trimEnd();
    if (settled !== '') {
      state.begun = true;
      this.#sink.reasoning(settled);
    }
    if (close === null) {
      if (state.kind !== 'certain') this.#doubtful += text;
      state.held = body.slice(settled.length);
      return;
    }
    const after = rest.slice(close.index + close[0].length);
    // The closing tag proves that the text before it was a thought.
    this.#doubtful = state.kind === 'doubtful' ? this.#doubtful + text.slice(0, text.length - after.length) : '';
    this.#state = { at: 'between', held: '' };
    if (after !== '') this.push(after);
  }
}

const newText = (): InText => ({ at: 'text', held: '', before: '\n' });

/** The closing tag of a thought without an opening tag, which some servers send; undefined if there is none. */
export function bareCloserIn(content: string): string | undefined {
  if (tagOf(content.trimStart()) !== undefined) return undefined;
  const found = bareCloser.exec(content);
  const close = found?.[1];
  if (close === undefined) return undefined;
  // A text about such tags also names the opening one.
  return content.slice(0, found?.index).includes(close.replace('/', '')) ? undefined : close;
}

/** The tag at the beginning of a text: its length and its closing tag, which is missing if the tag begins the answer. */
function tagOf(head: string): { readonly length: number; readonly close?: string; readonly isDoubtful?: boolean } | undefined {
  const tag = opener.exec(head)?.[0];
  if (tag !== undefined) return { length: tag.length, close: closerOf(tag), isDoubtful: isDoubtful.test(tag) };
  for (const [begins, close] of channels) {
    const [found, name = ''] = begins.exec(head) ?? [];
    if (found !== undefined) return { length: found.length, ...(isAnswer.test(name) ? {} : { close }) };
  }
  return undefined;
}

/** `</think>` for `<think>`, and `<|END_THINKING|>` for `<|START_THINKING|>`. */
function closerOf(tag: string): string {
  if (tag.startsWith('`')) return '\n```';
  const name = tag
    .replace(/^<\s/, '<')
    .replace(/\s[^<>]*(?=>)/, '')
    .toLowerCase();
  const ended = name.replace(/(?:start|begin)(?=_)|(?<=_)(?:start|begin)/, 'end');
  return ended === name ? name.replace(/^(?:<\|?|.)/, '$&/') : ended;
}

/** Any closing tag of a thought: models do not always use the matching one. */
const anyCloser = `[<[【◁][\\s|]{0,2}(?:/[\\s|]{0,2}|end_(?:of_)?)${thought}[\\s|]{0,2}[>\\]】▷]`;

/** Matches the tag in any case, with the spaces that models insert. */
function patternOf(close: string, kind: Inside['kind']): RegExp {
  if (close.endsWith('`')) return /\n```[^\S\n]*\n/;
  const escaped = close.replace(/[|[\]{}]/g, '\\$&').replace(/^<\/(.*)>$/, '<\\s?/\\s?$1\\s?>');
  return new RegExp(kind === 'certain' ? `${escaped}|${anyCloser}` : escaped, 'i');
}

const maxTagCharacters = 40;
const halfTag = /[<[【◁{][^<>\]】▷}]*$|\n`{1,3}[^\S\n]*$/;

/** Number of characters at the end of `text` that could be the beginning of a closing tag. */
function partialAtEnd(text: string): number {
  return halfTag.exec(text.slice(-maxTagCharacters))?.[0].length ?? 0;
}
