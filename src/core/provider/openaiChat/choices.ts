/**
 * The choices of a stream as one answer. Only one is ever asked for, so that text, reasoning, calls and the finish
 * reason belong together even where a server spreads them over several indices.
 */
import { isRecord, spelled } from '../reading/json.ts';
import type { DeltaSink, UnopenedThoughts } from '../provider.ts';
import { bareCloserIn, ThinkSplitter } from '../reading/thinkTags.ts';
import { argumentsIn, hasOtherText } from '../reading/objectText.ts';
import { finishIn, meaningOf, type ReasonMeaning } from '../reading/finishWords.ts';

export interface Finish {
  readonly meaning: ReasonMeaning;
  /** As the server wrote it. */
  readonly word: string;
}

const firstIndex = '0';
/** Calls of choices beside the first are kept apart by this much. */
const callsPerChoice = 1_000_000;
/** A delta that repeats the whole answer is at least this long; a model may say shorter texts twice. */
const minRepeatedCharacters = 24;
/** Length of the content that is kept to recognise a repetition. */
const maxKeptCharacters = 64 * 1024;
const mediaFields = ['images', 'image', 'audio', 'video', 'videos'] as const;
const reasoningField =
  /^(?!end|.*(?:finish|stop|signature|tokens?|effort|format|_id$|encrypted|duration))(?:[a-z]+_)*(?:reason|think|thought|cot$|analysis$)/;
/** Fields in which relays put those of other servers. */
const foreignFields = ['provider_specific_fields', 'model_extra', 'additional_kwargs'] as const;
/** Fields that hold the answer's text instead of `content`. */
const otherTextFields = ['text', 'output_text', 'generated_text', 'answer', 'response', 'token'] as const;

/** A chunk that is like one whose choice {@link Choices.pushText} has taken. */
export interface TextChunk {
  readonly choices: readonly [{ readonly index?: number; readonly delta: { readonly content: string } }];
}

export class Choices {
  readonly #sink: DeltaSink;
  readonly #think: ThinkSplitter;
  readonly #thoughts: UnopenedThoughts;
  readonly #finishes = new Map<string, Finish>();
  /** The choice whose text is the answer's. */
  #textChoice: string | undefined;
  #blank = true;
  /** Text of other choices: it belongs to the answer, unless the answer's choice continues or ends, as with several answers. */
  #beside = '';
  #continued = false;
  /** The start of the content as the server sent it, including thoughts, and the length of all content. */
  readonly #pieces: string[] = [];
  #length = 0;
  #fromMessages = false;
  #lost: string | undefined;
  #wentOn = false;
  #saidWithoutFinish = false;
  #called = false;

  constructor(sink: DeltaSink, thoughts: UnopenedThoughts) {
    this.#sink = sink;
    this.#thoughts = thoughts;
    const give = { text: (text: string) => this.#give('text', text), reasoning: (text: string) => this.#give('reasoning', text) };
    this.#think = new ThinkSplitter(give, thoughts.close);
  }

  /** The end of the answer's choice, or of any other choice if that one has none. */
  get finish(): Finish | undefined {
    if (this.#finishes.size === 0) return undefined;
    return this.#finishes.get(this.#textChoice ?? '') ?? this.#finishes.values().next().value;
  }

  /** A choice held a complete message, as in an answer without streaming. */
  get fromMessages(): boolean {
    return this.#fromMessages;
  }

  /** Takes a choice with index 0 and only text; false for any other, which is not taken. */
  pushText(choice: Record<string, unknown>): boolean {
    const { index, delta } = choice;
    if ((index !== undefined && index !== 0) || !isRecord(delta) || finishIn(choice) || choice['tool_calls']) return false;
    const content = delta['content'];
    if (typeof content !== 'string' || content === '') return false;
    for (const field in delta) if (delta[field] && field !== 'content' && field !== 'role') return false;
    this.#saidWithoutFinish = true;
    this.#say(content, firstIndex);
    return true;
  }

  say({ choices: [{ index = 0, delta }] }: TextChunk): void {
    this.#say(delta.content, String(index));
  }

  /** True when the choice brought content. */
  push(choice: Record<string, unknown>): boolean {
    const { delta, message } = choice;
    if (isRecord(choice['index'])) return this.#lose('index');
    const index = String(choice['index'] ?? 0);
    let any = false;
    if (isRecord(delta) && !Array.isArray(delta)) any = this.#message(delta, index);
    else if (isRecord(message)) any = this.#whole(message, index);
    else if (delta !== undefined && delta !== null) any = this.#contentOf(delta, index);
    else if (choice['text'] !== undefined) any = this.#contentOf(choice['text'], index);
    if (!any) any = this.#reasoningOf(choice);
    if (!any && choice['tool_calls']) any = this.#message({ tool_calls: choice['tool_calls'] }, index);
    const word = finishIn(choice) || (isRecord(delta) ? finishIn(delta) : '');
    if (word === '') this.#saidWithoutFinish ||= any;
    else this.#end(index, word);
    return any;
  }

  /** Content has followed a finish reason: the server sends one with every chunk, or sent it too early. */
  get wentOn(): boolean {
    return this.#wentOn;
  }

  /** Every chunk with content had a finish reason, or content has followed one, so the reason proves nothing. */
  get finishesAlways(): boolean {
    return this.#wentOn || !this.#saidWithoutFinish;
  }

  /** A field whose type makes its content unreadable. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** The body has ended: delivers what was held back, if its meaning is certain. */
  end(whole: boolean): void {
    if (whole && !this.#continued && !this.#finishes.has(this.#textChoice ?? '')) this.#think.push(this.#beside);
    this.#think.end(whole, whole && (this.finish?.meaning ?? 'stop') === 'stop');
    const close = this.#thoughts.close === undefined ? bareCloserIn(this.#content) : undefined;
    if (close !== undefined) this.#thoughts.learn(close);
  }

  #end(index: string, word: string): void {
    const meaning = meaningOf(word);
    // Some relays send another `stop` after the real finish reason.
    const before = this.#finishes.get(index)?.meaning ?? 'stop';
    const isAdded = meaning === 'stop' && ['length', 'content-filter', 'cut', 'error'].includes(before);
    if (meaning !== undefined && !isAdded) this.#finishes.set(index, { meaning, word });
  }

  /** A message after deltas repeats them. A message after a message continues it, or repeats it and adds to it. */
  #whole(message: Record<string, unknown>, index: string): boolean {
    const content = spelled(message['content']);
    if (this.#length === 0) {
      this.#fromMessages = true;
      return this.#message(message, index);
    }
    const rest = this.#repeats(content) ? content.slice(this.#length) : this.#fromMessages ? content : '';
    if (this.#fromMessages) return this.#message({ ...message, content: rest }, index);
    return this.#message({ content: rest, tool_calls: this.#called ? undefined : message['tool_calls'] }, index);
  }

  #message(message: Record<string, unknown>, index: string): boolean {
    let any = this.#reasoningOf(message);
    const { content, refusal, tool_calls: tools = message['tool_call'], function_call: call } = message;
    if (content !== undefined && content !== null && content !== '') any = this.#contentOf(content, index) || any;
    else if (!any) {
      const field = otherTextFields.find((name) => typeof message[name] === 'string' || isRecord(message[name]));
      if (field !== undefined) any = this.#say(spelled(message[field]), index);
    }
    const refused = typeof refusal === 'boolean' ? '' : spelled(refusal);
    if (refused !== '' && this.#owns(index, refused)) {
      this.#give('refusal', refused);
      any = true;
    }
    if (Array.isArray(tools)) any = this.#tools(tools, index) || any;
    else if (isRecord(tools)) any = this.#tools([tools], index) || any;
    else if (tools) this.#lose('tool_calls');
    if (isRecord(call)) any = this.#tools([{ function: call, index: 0 }], index) || any;
    for (const field of mediaFields) {
      const value = message[field];
      if (isRecord(value) && Object.keys(value).length > 0) this.#sink({ type: 'unshown', what: field });
    }
    return any;
  }

  /** The first field that is not empty: relays send the same thought under several names. */
  #reasoningOf(message: Record<string, unknown>): boolean {
    for (const holder of [message, ...foreignFields.map((name) => message[name]).filter(isRecord)]) {
      for (const field in holder) {
        const words = reasoningField.test(field) && typeof holder[field] !== 'boolean' ? spelled(holder[field]) : '';
        if (words === '') continue;
        this.#give('reasoning', words);
        return true;
      }
    }
    return false;
  }

  #contentOf(content: unknown, index: string): boolean {
    if (typeof content === 'string') return content !== '' && this.#say(content, index);
    if (!Array.isArray(content)) return isRecord(content) ? this.#part(content, index) : this.#say(spelled(content), index);
    let any = false;
    for (const part of content)
      any = (isRecord(part) && !Array.isArray(part) ? this.#part(part, index) : this.#say(spelled(part), index)) || any;
    return any;
  }

  #part(part: Record<string, unknown>, index: string): boolean {
    const type = String(part['type'] ?? '');
    const words = spelled(part);
    if (/think|reason|thought/.test(type) || part['thought'] === true) {
      if (words !== '') this.#give('reasoning', words);
      return words !== '';
    }
    if (/tool_use|tool_call|function_call/.test(type)) return this.#tools([part], index);
    if (words !== '') return this.#say(words, index);
    if (type === '' && !('text' in part)) return this.#lose('content');
    if (type !== '' && !/text|reference|citation/.test(type)) this.#sink({ type: 'unshown', what: type });
    return false;
  }

  #say(text: string, index: string): boolean {
    if (text === '') return false;
    if (!this.#owns(index, text)) {
      if (!this.#continued) this.#beside += text;
      return false;
    }
    this.#continued ||= this.#beside !== '';
    const isWhole = this.#pieces.length > 1 && text.length >= minRepeatedCharacters && text.length === this.#length;
    if (isWhole && this.#repeats(text)) return false;
    if (this.#length < maxKeptCharacters) this.#pieces.push(text);
    this.#length += text.length;
    this.#think.push(text);
    return true;
  }

  get #content(): string {
    return this.#pieces.join('');
  }

  #repeats(text: string): boolean {
    return text.length >= this.#length && text.startsWith(this.#content);
  }

  /** Text of a second choice is another answer, unless the first one is still empty. */
  #owns(index: string, text: string): boolean {
    if (this.#textChoice === index) {
      this.#blank &&= text.trim() === '';
      return true;
    }
    if (this.#textChoice !== undefined && !this.#blank) return false;
    this.#textChoice = index;
    this.#blank = text.trim() === '';
    return true;
  }

  #tools(tools: readonly unknown[], index: string): boolean {
    let any = false;
    const first = (Number(index) || 0) * callsPerChoice;
    for (const [place, tool] of tools.entries()) {
      if (!isRecord(tool)) {
        if (tool) this.#lose('tool_calls');
        continue;
      }
      const call = [tool['function'], tool['custom']].find(isRecord) ?? tool;
      const at = Number(tool['index'] ?? place);
      const name = spelled(call['name'] ?? call['tool_name'] ?? (call === tool ? tool['function'] : undefined));
      const json = argumentsIn(call);
      if (name + json === '' && hasOtherText(call)) this.#lose('tool_calls');
      this.#sink({ type: 'tool', index: first + (Number.isFinite(at) ? at : place), id: spelled(tool['id']), name, arguments: json });
      any = true;
    }
    this.#called ||= any;
    this.#wentOn ||= any && this.#finishes.size > 0;
    return any;
  }

  #lose(field: string): false {
    this.#lost ??= field;
    return false;
  }

  #give(type: 'text' | 'reasoning' | 'refusal', text: string): void {
    this.#wentOn ||= this.#finishes.size > 0;
    this.#sink({ type, text });
  }
}
