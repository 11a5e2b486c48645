/**
 * JSON.parse for objects of which one is nearly as the one before it: a server writes the same 150 to 300 characters around
 * each token. Where a text differs from the one it has learnt in strings and whole numbers alone, the values are put into
 * the object that was learnt. It must agree with JSON.parse; its test checks that.
 */
import { jsonOf } from './json.ts';

/** A value that changes with every object: the text before it, and its place in the object. */
interface Hole {
  readonly before: string;
  readonly isText: boolean;
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly isUnread: boolean;
}

interface Learnt {
  readonly object: Record<string, unknown>;
  readonly holes: readonly Hole[];
  readonly after: string;
}

const quote = 0x22;
const backslash = 0x5c;
const zero = 0x30;
/** Longer texts are cut out by the parser: a slice would keep the whole network read in memory (V8 copies up to 12). */
const maxSliceCharacters = 12;
/** Most digits of a number that is certainly exact. */
const maxDigits = 15;
/** The cost of learning in hits, and the initial credit: a stream whose objects never repeat stops learning. */
const learningCost = 16;
const firstCredit = 64;
const maxHoles = 8;
/** Longer objects hold more than one token. */
const maxCharacters = 4_096;

export class AlikeJson {
  readonly #unread: ReadonlySet<string>;
  #learnt: Learnt | undefined;
  #before = '';
  #credit = firstCredit;

  /** @param unread names of fields that no reader reads: they keep any value */
  constructor(unread: ReadonlySet<string>) {
    this.#unread = unread;
  }

  /** The object in `json`, if it resembles the learnt one. Always the same object, so callers must not keep it. */
  read(json: string): Record<string, unknown> | undefined {
    const learnt = this.#learnt;
    if (learnt === undefined) return undefined;
    let at = 0;
    for (const { before, isText, holder, key, isUnread } of learnt.holes) {
      const from = at + before.length;
      // Slices are compared, since V8 compares equal lengths by words and `startsWith` by characters.
      if (json.slice(at, from) !== before) return undefined;
      at = isText ? endOfString(json, from) : endOfNumber(json, from);
      if (at === -1) return undefined;
      if (isUnread) {
        // An escape could be a wrong one, which would make the whole object unreadable.
        if (json.slice(from, at).includes('\\')) return undefined;
        continue;
      }
      const value = isText ? stringAt(json, from, at) : Number(json.slice(from, at));
      if (value === undefined) return undefined;
      holder[key] = value;
    }
    const { after, object } = learnt;
    if (json.length - at !== after.length || json.slice(at) !== after) return undefined;
    this.#credit++;
    return object;
  }

  /** Learns from a parsed object and the previous one. */
  learn(json: string): void {
    const before = this.#before;
    this.#before = json;
    if (before === '' || this.#credit < learningCost || json.length > maxCharacters) return;
    this.#credit -= learningCost;
    this.#learnt = learntFrom(before, json, this.#unread) ?? this.#learnt;
  }
}

/** Finds where two texts differ, and verifies with test values that only these places change the object. */
function learntFrom(one: string, other: string, unread: ReadonlySet<string>): Learnt | undefined {
  const tokens = tokensOf(other);
  const others = tokensOf(one);
  if (tokens.length !== others.length) return undefined;
  const literals = [''];
  const kinds: boolean[] = [];
  for (const [place, token] of tokens.entries()) {
    const differing = others[place] as string;
    if (token === differing) literals.push((literals.pop() as string) + token);
    else {
      const isText = token.startsWith('"');
      if (isText !== differing.startsWith('"') || (!isText && !(/^\d/.test(token) && /^\d/.test(differing)))) return undefined;
      if (kinds.push(isText) > maxHoles) return undefined;
      if (isText) literals.push(`${literals.pop() as string}"`, '"');
      else literals.push('');
    }
  }
  let proof = literals[0] as string;
  for (const [hole, isText] of kinds.entries()) proof += (isText ? `our text ${hole}` : ourNumber(hole)) + (literals[hole + 1] as string);
  const object = jsonOf(proof);
  const holes: Hole[] = [];
  for (const [hole, isText] of kinds.entries()) {
    const found = [...placesOf(object, isText ? `our text ${hole}` : ourNumber(hole))];
    const [place] = found;
    if (place === undefined || found.length > 1 || place.key === '__proto__') return undefined;
    holes.push({ before: literals[hole] as string, isText, ...place, isUnread: isText && unread.has(place.key) });
  }
  const after = literals.at(-1) as string;
  return holes.length === 0 ? undefined : { object: object as Record<string, unknown>, holes, after };
}

const ourNumber = (hole: number): number => 900_719_925_474_000 + hole;

/** Strings, numbers, and the text between them. */
function tokensOf(json: string): readonly string[] {
  return json.match(/"(?:[^"\\]|\\.)*"|\d+|[^"\d]+|"/gs) ?? [];
}

function* placesOf(value: unknown, ours: unknown): Generator<Pick<Hole, 'holder' | 'key'>> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const [key, one] of Object.entries(holder)) {
    if (one === ours) yield { holder, key };
    else yield* placesOf(one, ours);
  }
}

/** The place of the closing quote of the JSON string that begins at `from`; -1 if it is missing. */
function endOfString(json: string, from: number): number {
  for (let at = from; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) return at;
    // Control characters make it no JSON.
    if (code < 0x20) return -1;
    if (code === backslash) at++;
  }
  return -1;
}

/** The end of the whole number at `from`; -1 if there is none. The caller checks what follows it. */
function endOfNumber(json: string, from: number): number {
  let at = from;
  while (at - from <= maxDigits && isDigit(json.charCodeAt(at))) at++;
  const digits = at - from;
  return digits === 0 || digits > maxDigits || (digits > 1 && json.charCodeAt(from) === zero) ? -1 : at;
}

const isDigit = (code: number): boolean => code >= zero && code <= 0x39;

/** The value of the JSON string between two quotes; undefined if it is invalid. */
function stringAt(json: string, from: number, to: number): string | undefined {
  if (to - from <= maxSliceCharacters) {
    const text = json.slice(from, to);
    if (!text.includes('\\')) return text;
  }
  return jsonOf(json.slice(from - 1, to + 1)) as string | undefined;
}
