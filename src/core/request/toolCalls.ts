/**
 * Assembles the tool calls of one request from their pieces. Servers separate calls by index, by id, by name, or only by
 * the end of the JSON before; all of these are considered, and a call is handed out only when it is complete.
 */
import type { Failure } from '../provider/failures/failure.ts';
import { ownFailure } from '../provider/failures/ownFailures.ts';
import type { ToolDelta } from '../provider/provider.ts';
import { isRecord, jsonOf } from '../provider/reading/json.ts';
import { isLeftover, isSameObject, ObjectScanner, objectText } from '../provider/reading/objectText.ts';

export interface ToolCall {
  /** Unique within the answer. */
  readonly id: string;
  readonly name: string;
  /** The JSON text of an object. */
  readonly arguments: string;
}

/** All calls of an answer, or the reason why none can be trusted: half of the calls is as wrong as half a call. */
export type AssembledCalls =
  | { readonly type: 'calls'; readonly calls: readonly ToolCall[] }
  | { readonly type: 'broken'; readonly failure: Failure };

/** So many calls are assembled in one step. */
const callsPerStep = 1_000;
/** Maximum characters of one call's arguments. */
const maxCharacters = 8 * 1024 * 1024;

export class ToolCalls {
  readonly #drafts: Draft[] = [];
  readonly #byIndex = new Map<number, Draft>();
  readonly #byId = new Map<string, Draft>();
  #last: Draft | undefined;

  /** A piece has arrived, so the rest is no longer only text. */
  get begun(): boolean {
    return this.#drafts.length > 0;
  }

  push(delta: ToolDelta): void {
    const { index, id, name, arguments: piece } = delta;
    const before = this.#byIndex.get(index);
    const named = id === '' ? undefined : this.#byId.get(id);
    // Where calls come by turns under one index, the id says whose turn it is.
    const known = name === '' && named?.whole === false ? named : (before ?? named);
    const draft = this.#draftOf(delta, known, known === before);
    this.#byIndex.set(index, draft);
    if (draft === known && draft.isRepeatedBy(delta)) {
      draft.reopened ||= name !== '';
      return;
    }
    // A call may be opened by a piece with the name of the one before it and nothing else.
    draft.take(id, name === '' && draft !== known && known?.reopened === true ? known.name : name, piece);
    if (id !== '' && !this.#byId.has(id)) this.#byId.set(id, draft);
    this.#last = draft;
  }

  /**
   * Assembles the calls in steps, so that a hundred thousand of them do not hold up a turn of the event loop. Only for an
   * answer that ended well: before that, a call may be incomplete.
   */
  *assembling(): Generator<undefined, AssembledCalls> {
    const calls: ToolCall[] = [];
    const ids = new Set<string>();
    for (const [at, draft] of this.#drafts.toSorted((a, b) => a.index - b.index).entries()) {
      if (at % callsPerStep === callsPerStep - 1) yield;
      if (draft.isPhantom) continue;
      if (draft.name === '') return { type: 'broken', failure: ownFailure('tool-without-name') };
      const json = draft.json();
      if (json === undefined) return { type: 'broken', failure: ownFailure('tool-arguments', [draft.name]) };
      let id = draft.id;
      for (let made = calls.length; id === '' || ids.has(id); made++) id = `call_${made}`;
      ids.add(id);
      calls.push({ id, name: draft.name, arguments: json });
    }
    return { type: 'calls', calls };
  }

  /** Finds the call that a piece belongs to. */
  #draftOf(delta: ToolDelta, known: Draft | undefined, sameIndex: boolean): Draft {
    const { index, name, arguments: piece } = delta;
    if (known === undefined) {
      // A piece in the middle of a call whose index is not kept, or at its beginning if no other call is named.
      const last = this.#last;
      const belongs = last !== undefined && (last.open || (delta.id === '' && last.awaitsArguments));
      return name === '' && belongs ? last : this.#begin(index);
    }
    if (known.isRepeatedBy(delta)) return known;
    if (sameIndex) return known.isFollowedBy(delta) ? this.#begin(index) : known;
    // One id under two indices is one call, unless that is whole and has other arguments.
    return known.whole && piece.trim() !== '' ? this.#begin(index) : known;
  }

  #begin(index: number): Draft {
    const draft = new Draft(index);
    this.#drafts.push(draft);
    return draft;
  }
}

class Draft {
  readonly index: number;
  #scanner = new ObjectScanner();
  /** The first one holds: some servers send another with every piece. */
  id = '';
  #name = '';
  #joined = '';
  /** The last piece, while each repeats the one before it and more. */
  #cumulative: string | undefined;
  #tooLong = false;
  /** Its name came again after its end: the next call has the same. */
  reopened = false;

  constructor(index: number) {
    this.index = index;
  }

  get name(): string {
    return this.#name.trim();
  }

  /** The arguments are a complete JSON object, so nothing more can belong to them. */
  get whole(): boolean {
    return this.#scanner.whole && !this.#isEmpty;
  }

  /** An empty object may be a placeholder for arguments that follow, or complete. */
  get #isEmpty(): boolean {
    return isEmptyObject(this.#joined);
  }

  /** It has a name and nothing else. */
  get awaitsArguments(): boolean {
    return this.#name !== '' && this.#joined.trim() === '';
  }

  /** The arguments are incomplete. */
  get open(): boolean {
    return this.#joined.trim() !== '' && !this.whole;
  }

  /** Some servers send an empty call with a plain answer. */
  get isPhantom(): boolean {
    return this.#name === '' && (this.#joined.trim() === '' || this.#isEmpty);
  }

  /** The piece adds nothing: some servers send the whole call again after its pieces, or a bracket too many. */
  isRepeatedBy({ id, name, arguments: piece }: ToolDelta): boolean {
    if (!this.whole || (name !== '' && name !== this.#name) || (id !== '' && this.id !== '' && id !== this.id)) return false;
    const isPlaceholder = id !== '' && id === this.id && isEmptyObject(piece);
    return isPlaceholder || isLeftover(piece) || piece === this.#joined || isSameObject(piece, this.#joined);
  }

  /** The piece begins another call with the same index. */
  isFollowedBy({ id, name, arguments: piece }: ToolDelta): boolean {
    // The name may come last.
    if (this.#name === '' && name !== '' && piece.trim() === '') return false;
    if (this.whole) return !this.#isGrown(id, piece);
    const otherId = id !== '' && this.id !== '' && id !== this.id;
    // Without a name a piece never begins a call.
    if (name === '' || (this.id !== '' && id === this.id)) return false;
    // A name may come in pieces, of which the first has the id.
    if (name !== this.#name && this.#name !== '') return id !== '' || this.id === '' || this.#joined !== '';
    return otherId && this.open && piece.trimStart().startsWith('{') && !this.#isCumulative(piece);
  }

  take(id: string, name: string, piece: string): void {
    this.id ||= id;
    // A name may come in pieces, or longer each time.
    if ((this.#joined === '' || this.#name === '') && name !== this.#name)
      this.#name = name.startsWith(this.#name) ? name : this.#name + name;
    if (piece === '' || this.#tooLong) return;
    if (this.#isEmpty || (this.whole && this.#isGrown(id, piece))) this.#restart();
    this.#cumulative = this.#joined === '' || this.#isCumulative(piece) ? piece : undefined;
    this.#joined += piece;
    this.#scanner.push(piece);
    if (this.#joined.length <= maxCharacters) return;
    this.#tooLong = true;
    this.#joined = this.#joined.slice(0, 1);
    this.#cumulative = undefined;
  }

  #restart(): void {
    this.#joined = '';
    this.#cumulative = undefined;
    this.#scanner = new ObjectScanner();
  }

  /** The arguments as the JSON text of an object; undefined if they are not one. */
  json(): string | undefined {
    if (this.#tooLong) return undefined;
    const text = this.#joined.trim();
    // A tool without parameters.
    if (text === '' || text === 'null' || text === '""') return '{}';
    return objectText(text) ?? (this.#cumulative === undefined ? undefined : objectText(this.#cumulative));
  }

  /** Some servers send the growing object with every piece, closed each time. */
  #isGrown(id: string, piece: string): boolean {
    return id !== '' && id === this.id && piece.length > this.#joined.length && holds(jsonOf(piece), jsonOf(this.#joined));
  }

  #isCumulative(piece: string): boolean {
    return this.#cumulative !== undefined && piece.startsWith(this.#cumulative);
  }
}

function isEmptyObject(json: string): boolean {
  return json.length <= 8 && /^\s*\{\s*\}\s*$/.test(json);
}

/** Whether a value contains all of an earlier one: its texts, lists and objects may have grown. */
function holds(now: unknown, before: unknown): boolean {
  if (typeof before === 'string' && typeof now === 'string') return now.startsWith(before);
  if (!isRecord(before) || !isRecord(now)) return now === before;
  return Object.entries(before).every(([name, value]) => Object.hasOwn(now, name) && holds(now[name], value));
}
