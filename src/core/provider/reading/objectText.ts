/** The JSON object of a tool call's arguments, and what models and servers write around it. */
import { exactly, isFields, type JsonFields, jsonIn, jsonOf } from './json.ts';
import { Brackets, escapedControls } from './looseJson.ts';

const argumentFields = ['arguments', 'args', 'input', 'parameters', 'params'] as const;

/** The arguments of a call as text, also where the server sends the object itself; empty if there are none. */
export function argumentsIn(call: JsonFields): string {
  return jsonIn(call, argumentFields.find((name) => call[name] !== undefined && call[name] !== null) ?? otherField(call));
}

/** A piece without arguments has a text that may be a part of them. */
export function hasOtherText(call: JsonFields): boolean {
  return Object.keys(call).some((name) => !noPart.test(name) && typeof call[name] === 'string' && call[name] !== '');
}

const noPart = /^(?:type|status|object)$|id$|name$|signature/i;

/** Without its arguments a call would be another one, so an object, or the text of one, is taken whatever its field is called. */
function otherField(call: JsonFields): string {
  const holds = (value: unknown): boolean => isFields(value) || (typeof value === 'string' && /^\s*\{/.test(value));
  return Object.keys(call).find((name) => !besides.test(name) && holds(call[name])) ?? '';
}

/** Fields that vendors add to a call. */
const besides = /extra|metadata|caller|cache|signature|provider|function|custom/i;

/**
 * Detects the end of the JSON object that a text begins with, while the text arrives in pieces; reads each character once.
 */
export class ObjectScanner {
  readonly #brackets = new Brackets();
  /** Undefined while only white space has arrived. */
  #isObject: boolean | undefined;
  #end = 0;
  #length = 0;

  /** True once the object has ended; always false for a text that begins with anything else. */
  get whole(): boolean {
    return this.#end > 0;
  }

  /** Where the object has ended, in UTF-16 units from the start of the text; 0 while it has not. */
  get end(): number {
    return this.#end;
  }

  push(text: string): void {
    for (let at = 0; at < text.length && this.#end === 0 && this.#isObject !== false; at++) {
      const code = text.charCodeAt(at);
      if (this.#isObject === undefined && code <= 0x20) continue;
      this.#isObject ??= code === 0x7b;
      if (this.#brackets.take(code)) this.#end = this.#length + at + 1;
    }
    this.#length += text.length;
  }
}

/** Extra closing brackets, marks of the model's template, the end of a code block. */
const leftover = /^(?:[\s}\];`]|<[/|｜▁\w]{1,40}>)*$/;

/** Whether the text after a complete object has no meaning. */
export function isLeftover(text: string): boolean {
  return leftover.test(text);
}

/**
 * The JSON text of the one object that a text holds: as it is, encoded twice, in a code block, with control characters
 * that are not escaped, or followed by text without meaning. Undefined if it is missing, cut off or followed by another object.
 */
export function objectText(text: string): string | undefined {
  const whole = wholeObject(text);
  if (whole !== undefined) return whole;
  const plain = text.replace(/^\s*```\w*\s/, '');
  const scanner = new ObjectScanner();
  scanner.push(plain);
  const first = plain.slice(0, scanner.end);
  const rest = plain.slice(scanner.end);
  if (isLeftover(rest) || isSameObject(rest, first)) return wholeObject(first);
  // An empty object may be a placeholder for the next one.
  return /^\s*\{\s*\}$/.test(first) ? wholeObject(rest) : undefined;
}

function wholeObject(text: string): string | undefined {
  const value = jsonOf(text);
  if (isFields(value)) return text;
  if (typeof value === 'string') return objectText(value);
  const escaped = value === undefined ? escapedControls(text) : text;
  return escaped !== text && isFields(jsonOf(escaped)) ? escaped : undefined;
}

/** Whether two texts are equal as JSON, ignoring white space and field order. */
export function isSameObject(piece: string, whole: string): boolean {
  // What is far shorter is not the same, and is not worth parsing the whole again.
  if (piece.length * 2 < whole.length || !piece.trimStart().startsWith('{')) return false;
  try {
    return JSON.stringify(JSON.parse(piece, inOrder)) === JSON.stringify(JSON.parse(whole, inOrder));
  } catch {
    return false;
  }
}

function inOrder(name: string, parsed: unknown, context?: { readonly source?: string }): unknown {
  const value = exactly(name, parsed, context);
  const isObject = isFields(value) && !Object.isFrozen(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
