/** Inspects the text before it is delivered: limits, fences, triggers, and the repetition guard. */
import type { Limits, StoppedBy, StreamEvent, Trigger } from '../../api.ts';
import { present } from '../present.ts';
import { type FenceEdge, FenceTracker } from './fences.ts';
import { Limiter } from './limits.ts';
import { RepetitionGuard } from './repetition.ts';
import type { TriggerHit } from './lineMatcher.ts';
import { type TriggerMatcher, matchersOf, type PatternPorts } from './triggers.ts';

export interface InspectorSettings extends PatternPorts {
  readonly limits: Limits;
  readonly triggers: readonly Trigger[];
  /** Tokens of the answer if `text` were added. */
  readonly tokensWith: (text: string) => number;
}

export interface Inspected {
  /** The part of the text to deliver; shorter than the input if the answer ends here. */
  readonly text: string;
  /** Events that follow this text, in the order of their offsets. */
  readonly events: readonly StreamEvent[];
  /** Triggers whose action is a command; the owner of the stream runs it. */
  readonly commands: readonly Trigger[];
  /** Set if the answer must end after this text. */
  readonly halt?: Halt;
}

/** The rule of ours that ends an answer, as reported in its end. */
export interface Halt {
  readonly reason: 'limit' | 'trigger';
  readonly stoppedBy: StoppedBy;
}

export function limitHalt(limit: Extract<StoppedBy, { limit: unknown }>['limit'], value?: number, currency?: string): Halt {
  return { reason: 'limit', stoppedBy: { limit, ...present({ value, currency }) } };
}

const nothing: readonly never[] = [];

export class TextInspector {
  readonly #triggers: readonly Trigger[];
  readonly #limiter: Limiter | undefined;
  readonly #fences: FenceTracker;
  readonly #matchers: readonly TriggerMatcher[];
  readonly #repetition: RepetitionGuard | undefined;
  #offset = 0;
  #edges: FenceEdge[] = [];
  #hits: TriggerHit[] = [];

  constructor({ limits, triggers, tokensWith, ...patterns }: InspectorSettings) {
    this.#triggers = triggers;
    this.#fences = new FenceTracker((edge) => this.#edges.push(edge));
    this.#matchers = matchersOf(triggers, (hit) => this.#hits.push(hit), patterns);
    const { maxCharacters = 0, maxTokens = 0, maxLines = 0, maxSeconds = 0, stopRepetition = true } = limits;
    const limited = maxCharacters > 0 || maxTokens > 0 || maxLines > 0 || maxSeconds > 0;
    this.#limiter = limited ? new Limiter(limits, { tokensWith, inFence: () => this.#fences.open !== undefined }) : undefined;
    this.#repetition = stopRepetition ? new RepetitionGuard() : undefined;
  }

  /** Marker and language of the open fence, if it names a language. */
  get reopenableFence(): string | undefined {
    const open = this.#fences.open;
    return open === undefined || /^[`~]+$/.test(open) ? undefined : open;
  }

  /** The time limit was reached. Returns true if text may still arrive until the end of the sentence, block or line. */
  timeUp(): boolean {
    return this.#limiter?.reach() === true;
  }

  push(text: string): Inspected {
    const allowed = this.#limiter === undefined ? text.length : this.#limiter.admit(text);
    if (allowed < text.length && this.#limiter?.inGrace === true) {
      // Judged once the text before the limit was inspected: only then it is known whether the limit is inside a fence.
      const first = this.#see(text.slice(0, allowed), undefined);
      return first.halt === undefined ? join(first, this.push(text.slice(allowed))) : first;
    }
    const stoppedBy = allowed < text.length ? this.#limiter?.reached : undefined;
    return this.#see(text.slice(0, allowed), stoppedBy === undefined ? undefined : { reason: 'limit', stoppedBy });
  }

  #see(whole: string, limit: Halt | undefined): Inspected {
    const loopAt = this.#repetition?.push(whole);
    const piece = loopAt === undefined ? whole : whole.slice(0, loopAt);
    const halt = loopAt === undefined ? limit : limitHalt('stopRepetition');
    this.#fences.push(piece);
    for (const matcher of this.#matchers) matcher.push(piece, this.#offset);
    if (this.#edges.length > 0 || this.#hits.length > 0) return this.#collect(piece, halt);
    this.#offset += piece.length;
    return halt === undefined
      ? { text: piece, events: nothing, commands: nothing }
      : { text: piece, events: nothing, commands: nothing, halt };
  }

  /** Ends the text: the last line counts, and an open fence is closed. */
  end(): Inspected {
    this.#fences.end();
    for (const matcher of this.#matchers) matcher.end(this.#offset);
    return this.#collect('', undefined);
  }

  #collect(piece: string, limit: Halt | undefined): Inspected {
    const edges = this.#edges;
    const hits = [...this.#hits, ...edges.flatMap((edge) => this.#fenceHits(edge))];
    this.#edges = [];
    this.#hits = [];
    const stop = hits.filter((hit) => hit.trigger.action === 'stop').reduce(earlier, undefined);
    const stopAt = stop?.end ?? Infinity;
    const end = Math.min(this.#offset + piece.length, Math.max(this.#offset, stopAt));
    const events: StreamEvent[] = [
      ...edges
        .filter((edge) => edge.offset <= end)
        .map(({ edge, language, offset }): StreamEvent => ({ type: 'fence', edge, language, offset })),
      ...hits
        .filter((hit) => hit.end <= Math.max(end, stopAt))
        .map(({ trigger, match, offset }): StreamEvent => ({ type: 'trigger', rule: trigger.name, match, offset })),
    ];
    events.sort((a, b) => offsetOf(a) - offsetOf(b));
    const commands = hits.map((hit) => hit.trigger).filter((trigger) => typeof trigger.action === 'object');
    const text = piece.slice(0, end - this.#offset);
    this.#offset = end;
    const halt: Halt | undefined =
      stop === undefined ? limit : { reason: 'trigger', stoppedBy: { trigger: stop.trigger.name, match: stop.match } };
    return { text, events, commands, ...(halt === undefined ? {} : { halt }) };
  }

  #fenceHits(edge: FenceEdge): TriggerHit[] {
    const kind = edge.edge === 'open' ? 'fence-open' : 'fence-close';
    return this.#triggers
      .filter((trigger) => trigger.on === kind)
      .filter((trigger) => !trigger.match || trigger.match.toLowerCase() === edge.language.toLowerCase())
      .map((trigger) => ({ trigger, match: edge.language, offset: edge.offset, end: edge.lineEnd }));
  }
}

function earlier(one: TriggerHit | undefined, other: TriggerHit): TriggerHit {
  return one === undefined || other.end < one.end ? other : one;
}

function join(first: Inspected, second: Inspected): Inspected {
  return {
    ...second,
    text: first.text + second.text,
    events: [...first.events, ...second.events],
    commands: [...first.commands, ...second.commands],
  };
}

function offsetOf(event: StreamEvent): number {
  return 'offset' in event ? event.offset : 0;
}
