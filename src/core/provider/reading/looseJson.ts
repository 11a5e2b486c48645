/**
 * Reads JSON values out of text that should have been one value: several objects that lost the line ends between
 * them, objects spread over lines, raw control characters, NaN. What stays unreadable is reported, never skipped.
 */
import { jsonOf, objectArguments } from './json.ts';

export interface LooseSink {
  value(value: unknown): void;
  /** Text between values that is not JSON. */
  words(text: string): void;
  /** A value that cannot be parsed. */
  broken(text: string): void;
}

/** Only errors are read when they are cut off, and none is longer. */
const maxCutCharacters = 64 * 1024;

const quote = 0x22;
const backslash = 0x5c;

/** Follows the brackets and strings of JSON text. */
export class Brackets {
  /** What closes the brackets that are open, the outermost first. */
  readonly closers: string[] = [];
  #inString = false;
  #escaped = false;

  get inString(): boolean {
    return this.#inString;
  }

  /** Takes the next character; true if it closes the outermost bracket. */
  take(code: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
    } else if (code === quote) this.#inString = true;
    else if (code === 0x7b) this.closers.push('}');
    else if (code === 0x5b) this.closers.push(']');
    else if (code === 0x7d || code === 0x5d) return this.closers.pop() !== undefined && this.closers.length === 0;
    return false;
  }
}

/**
 * Finds where top-level objects and arrays end, in text that comes in pieces. Reads every character once. Nothing is
 * reported after a broken value: what follows one cannot be trusted.
 */
export class LooseJson {
  readonly #sink: LooseSink;
  /** The current value, without the white space and words before it. */
  #value = '';
  #words = '';
  #brackets = new Brackets();
  #broken = false;

  constructor(sink: LooseSink) {
    this.#sink = sink;
  }

  /** A value is incomplete. */
  get open(): boolean {
    return this.#brackets.closers.length > 0;
  }

  /** Length of the incomplete value. */
  get heldCharacters(): number {
    return this.#value.length;
  }

  push(text: string): void {
    let from = 0;
    for (let at = 0; at < text.length && !this.#broken; at++) {
      if (!this.open) {
        if (!startsValue(text, at)) continue;
        this.#words += text.slice(from, at);
        this.#takeWords();
        from = at;
      }
      if (!this.#brackets.take(text.charCodeAt(at))) continue;
      const value = this.#value + text.slice(from, at + 1);
      this.#value = '';
      from = at + 1;
      this.#take(value);
    }
    if (this.#broken) return;
    if (this.open) this.#value += text.slice(from);
    else this.#words += text.slice(from);
  }

  /** The text has ended. Returns the incomplete value, if there is one. */
  end(): string | undefined {
    if (this.#broken) return undefined;
    this.#takeWords();
    const rest = this.#value;
    this.#value = '';
    const { open } = this;
    this.#brackets = new Brackets();
    return open ? rest : undefined;
  }

  #take(text: string): void {
    const value = parseLoosely(text);
    if (value !== undefined) this.#sink.value(value);
    else {
      this.#broken = true;
      this.#sink.broken(text);
    }
  }

  #takeWords(): void {
    const words = this.#words.trim();
    this.#words = '';
    if (words !== '') this.#sink.words(words);
  }
}

/** Whether an object or array begins here; `[DONE]` and `[error] …` are words. */
function startsValue(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x7b || (code === 0x5b && !/[A-Za-z]/.test(text[at + 1] ?? ''));
}

/** The value of `text`; undefined if it is not JSON even with control characters and NaN allowed. */
function parseLoosely(text: string): unknown {
  return jsonOf(text) ?? jsonOf(repaired(text));
}

/** Parses a JSON text that may be cut off anywhere: the value up to there, or undefined if it is no JSON. */
export function parseCut(text: string): unknown {
  if (text.length > maxCutCharacters) return jsonOf(text);
  const brackets = new Brackets();
  for (let at = 0; at < text.length; at++) brackets.take(text.charCodeAt(at));
  const ends = brackets.closers.reverse().join('');
  // Half an escape and a name without a value are dropped.
  const plain = brackets.inString ? `${text.replace(/\\(?:u[\da-f]{0,3})?$/i, '')}"` : text;
  return (
    parseLoosely(plain + ends) ??
    parseLoosely(plain.replace(/(?:[,{]\s*)?"[^"]*"\s*(?::\s*)?$|[,:]\s*$/, (tail) => (tail[0] === '{' ? '{' : '')) + ends)
  );
}

/** Fields in which such a number is part of the answer's text. */
const words = /"(?:content|text|delta|thinking|reasoning\w*)"\s*:\s*$/;

const string = String.raw`"(?:[^"\\]|\\[^])*"`;
const strings = new RegExp(string, 'g');
const stringsAndNumbers = new RegExp(String.raw`${string}|-?\b(?:NaN|Infinity)\b`, 'g');

/** JSON text whose strings hold raw control characters, with those escaped. */
export function escapedControls(json: string): string {
  return json.replace(strings, (one) => one.replace(/\p{Cc}/gu, escaped));
}

/** Also with numbers that JSON does not have replaced by null, or by their spelling; in arguments they may be anything. */
function repaired(text: string): string {
  if (objectArguments.test(text)) return escapedControls(text);
  return escapedControls(text).replace(stringsAndNumbers, (token, at: number) => {
    if (token.startsWith('"')) return token;
    return words.test(text.slice(Math.max(0, at - 40), at)) ? `"${token}"` : 'null';
  });
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
