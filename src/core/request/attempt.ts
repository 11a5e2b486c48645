/**
 * One request under its clocks, from the first byte out to the last byte in. It gives deltas to a sink while they
 * come and *returns* how it ended; it decides nothing about what to do next.
 */
import { nextTurn } from '../nextTurn.ts';
import { type Failure, fromException, withoutSecrets } from '../provider/failures/failure.ts';
import type { Decoder, Delta, FinishReason, Opened } from '../provider/provider.ts';
import type { Clock } from './clock.ts';
import { type Timeouts, RequestTimeouts } from './timeouts.ts';

export type AttemptEnd =
  /** The server said that it has finished; `word` is its own name for how. */
  | {
      readonly type: 'finished';
      readonly reason: FinishReason;
      readonly word?: string;
      readonly detail?: string;
      readonly endedHere?: true;
    }
  /** The body ended, or the server broke off, before the answer was complete. */
  | { readonly type: 'cut'; readonly word?: string }
  /** The sink wants no more. */
  | { readonly type: 'halted' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly failure: Failure };

export interface AttemptPorts {
  /** Makes the request; calls `sent` when it is on its way over a connection, if it can know. */
  readonly open: (signal: AbortSignal, sent: () => void) => Promise<Opened>;
  /** Takes a delta; synchronous, on the hot path. */
  readonly sink: (delta: Delta) => void;
  /** True when the sink wants no more: the request ends after the current network read. */
  readonly halted: () => boolean;
  /** Undefined while the reader keeps up; else resolves when the network may be read again, or the signal fires. */
  readonly room: (signal: AbortSignal) => Promise<void> | undefined;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
}

/** Time in ms to read the rest of the body after `[DONE]`, so that its socket returns to the pool. */
const drainMs = 250;
/** Deltas of one network read are joined up to this size, in UTF-16 units: slow readers are measured in pieces. */
const pieceCharacters = 1_024;
/** Maximum silence in ms after a finish reason, if the server does not end the body. */
const afterFinishMs = 5_000;
/** The same if the finish reason proves less: it comes with every chunk, or before any content. */
const afterEachFinishMs = 20_000;

export interface AttemptResult {
  readonly end: AttemptEnd;
  /** Resolves when the socket is no longer in use, at most 250 ms after the end. */
  readonly drained: Promise<void>;
  /** The body of an answer that the server keeps broke off, and its decoder waits for the rest. */
  readonly unfinished: boolean;
}

/** Runs one attempt. Never rejects. When `signal` fires, the socket is closed at once and no delta comes after it. */
export async function attempt(ports: AttemptPorts, signal: AbortSignal): Promise<AttemptResult> {
  const run = new Attempt(ports, signal);
  try {
    const end = await run.end();
    const { drained, unfinished } = run;
    if (end.type !== 'failed') return { end, drained, unfinished };
    return { end: { type: 'failed', failure: withoutSecrets(end.failure, run.hide) }, drained, unfinished };
  } finally {
    run.dispose();
  }
}

class Attempt {
  readonly #ports: AttemptPorts;
  readonly #signal: AbortSignal;
  readonly #own = new AbortController();
  /** Mirrors `#own`: asking a signal for each delta would be slow. */
  #isStopped = false;
  readonly #timeouts: RequestTimeouts;
  readonly #sink: TextJoiner;
  /** The server has finished and is silent. */
  #silentAfterFinish = false;
  /** No content has followed a finish reason. */
  #wordless = true;
  /** Content came in a network read before the one with the finish reason. */
  #spoke = false;
  #cancelAfterFinish: (() => void) | undefined;
  /** When the last delta came; set from the finish reason on. */
  #deltaAt = 0;
  #timedOut: Failure | undefined;
  #reader: ReadableStreamDefaultReader | undefined;
  #isKept = false;
  unfinished = false;
  drained = Promise.resolve();
  /** Set when the answer opens; from then on, the server's words may repeat the key. */
  hide = (message: string): string => message;

  constructor(ports: AttemptPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#timeouts = new RequestTimeouts(ports.clock, ports.timeouts, (expiry) => {
      this.#timedOut = expiry;
      this.#stop();
    });
    this.#sink = new TextJoiner((delta) => {
      if (!this.#isStopped) ports.sink(delta);
    });
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', this.#stop);
  }

  dispose(): void {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#timeouts.stop();
    this.#cancelAfterFinish?.();
  }

  async end(): Promise<AttemptEnd> {
    const before = this.#stopped();
    if (before !== undefined) return before;
    const opened = await this.#ports.open(this.#own.signal, () => this.#timeouts.sent());
    if (opened.type === 'failed') return this.#stopped() ?? opened;
    this.#timeouts.sent();
    if (this.#own.signal.aborted) {
      void opened.body.cancel().catch(() => undefined);
      return this.#stopped() ?? { type: 'cancelled' };
    }
    this.hide = opened.hide ?? this.hide;
    this.#isKept = opened.kept !== undefined;
    const reader = opened.body.getReader();
    const decoder = opened.decoder((delta) => this.#sink.push(delta));
    this.#reader = reader;
    const broken = await this.#read(reader, decoder);
    if (decoder.state === 'done' && !this.#own.signal.aborted) this.drained = drain(reader, this.#ports.clock);
    else {
      void reader.cancel().catch(() => undefined);
      // The runtime gives a socket back a turn after its body has ended; before that it opens another.
      this.drained = nextTurn();
    }
    return this.#endOf(decoder, broken);
  }

  /** Reads to the end of the answer. Returns what broke the body, if something did. */
  async #read(reader: ReadableStreamDefaultReader, decoder: Decoder): Promise<{ readonly exception: unknown } | undefined> {
    const { halted, room } = this.#ports;
    const { signal } = this.#own;
    let { state } = decoder;
    for (;;) {
      let read;
      try {
        read = await reader.read();
      } catch (exception) {
        return { exception };
      }
      if (this.#isStopped || read.done) return undefined;
      const finishedBefore = state === 'finished';
      this.#sink.begin();
      decoder.feed(read.value);
      this.#sink.flush();
      this.#timeouts.bytes(this.#sink.any);
      ({ state } = decoder);
      if (state === 'done' || state === 'failed' || halted()) return undefined;
      this.#wordless &&= !(finishedBefore && this.#sink.content);
      this.#spoke ||= state === 'open' && this.#sink.content;
      if (state === 'finished') this.#awaitSilence();
      const wait = room(signal);
      if (wait === undefined) continue;
      this.#timeouts.pause();
      await wait;
      if (signal.aborted) return undefined;
      this.#timeouts.resume();
    }
  }

  /** The server has named a finish reason: the answer ends when nothing has followed it for a while. */
  #awaitSilence(): void {
    const now = this.#ports.clock.now();
    if (this.#sink.any || this.#cancelAfterFinish === undefined) this.#deltaAt = now;
    // Empty chunks and comments may come between two pieces, and also for ever.
    else if (now >= this.#deltaAt + afterEachFinishMs) return;
    this.#cancelAfterFinish?.();
    this.#cancelAfterFinish = this.#ports.clock.timer(this.#wordless && this.#spoke ? afterFinishMs : afterEachFinishMs, () => {
      this.#silentAfterFinish = true;
      this.#stop();
    });
  }

  #endOf(decoder: Decoder, broken: { readonly exception: unknown } | undefined): AttemptEnd {
    // Our own stop comes before what the server has said, but for an error that it sent before it fell silent.
    const stopped = this.#silentAfterFinish ? undefined : this.#stopped();
    if (stopped !== undefined && stopped.type !== 'failed') return stopped;
    const { state } = decoder;
    if (this.#isKept && !this.#silentAfterFinish && state !== 'done' && state !== 'failed' && !this.#ports.halted()) {
      this.unfinished = true;
      return stopped ?? (broken === undefined ? { type: 'cut' } : { type: 'failed', failure: fromException(broken.exception) });
    }
    const ending = decoder.end();
    this.#sink.flush();
    if (this.#ports.halted()) return { type: 'halted' };
    switch (ending.type) {
      case 'failure':
        return { type: 'failed', failure: ending.failure };
      case 'finish':
        // A reset or silence after the server has said how it ended takes nothing away.
        return { ...ending, type: 'finished' };
      case 'cut':
        if (stopped !== undefined) return stopped;
        return broken === undefined ? ending : { type: 'failed', failure: fromException(broken.exception) };
      default:
        return ending satisfies never;
    }
  }

  /** Why the attempt was stopped from our side, if it was. */
  #stopped(): AttemptEnd | undefined {
    if (this.#ports.halted()) return { type: 'halted' };
    if (this.#signal.aborted) return { type: 'cancelled' };
    return this.#timedOut === undefined ? undefined : { type: 'failed', failure: this.#timedOut };
  }

  /** Cancelling the reader as well as the fetch ends a pending read at once, whatever that fetch makes of its signal. */
  readonly #stop = (): void => {
    this.#isStopped = true;
    this.#own.abort();
    void this.#reader?.cancel().catch(() => undefined);
  };
}

/** Joins the text of one network read to larger pieces: at 50 events a read that is most of the work. */
class TextJoiner {
  readonly #sink: (delta: Delta) => void;
  #text = '';
  /** A delta has arrived since {@link begin}. */
  any = false;
  /** One of these deltas was content. */
  content = false;

  constructor(sink: (delta: Delta) => void) {
    this.#sink = sink;
  }

  begin(): void {
    this.any = this.content = false;
  }

  push(delta: Delta): void {
    this.any = true;
    this.content ||= delta.type !== 'usage' && delta.type !== 'response';
    if (delta.type === 'text') {
      this.#text += delta.text;
      if (this.#text.length >= pieceCharacters) this.flush();
      return;
    }
    this.flush();
    this.#sink(delta);
  }

  flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.#sink({ type: 'text', text });
  }
}

/** Reads a finished body to its end for a moment; the socket is then used again in place of being closed. */
async function drain(reader: ReadableStreamDefaultReader, clock: Clock): Promise<void> {
  const cancel = clock.timer(drainMs, () => void reader.cancel().catch(() => undefined));
  try {
    while (!(await reader.read()).done);
    await nextTurn();
  } catch {
    // A socket that breaks after the answer takes nothing away.
  } finally {
    cancel();
  }
}
