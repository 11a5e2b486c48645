/**
 * One request under its clocks, from the first byte out to the last byte in. It gives deltas to a sink while they
 * come and *returns* how it ended; it decides nothing about what to do next.
 */
import { ChatCompletionsDecoder, type Delta, type Ending, type FinishReason } from '../provider/openaiChat/decoder.ts';
import type { Opened } from '../provider/openaiChat/client.ts';
import { type Failure, fromException } from '../provider/failure.ts';
import { EventReader } from '../provider/sse.ts';
import type { Clock } from './clock.ts';
import { type Timeouts, RequestTimeouts } from './timeouts.ts';

export type AttemptEnd =
  /** The server said that it has finished. */
  | { readonly type: 'finished'; readonly reason: FinishReason }
  /** The body ended although nobody said that the answer was complete. */
  | { readonly type: 'cut' }
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

/** After `[DONE]` the body is read on for this long, so that its socket goes back to the pool. */
const drainMs = 250;
/** Deltas of one network read are joined up to this size; what waits for a slow reader is counted in pieces. */
const pieceCharacters = 1_024;
/** A server that has sent a finish reason but neither `[DONE]` nor the end of the body gets this long for usage. */
const afterFinishMs = 2_000;

/**
 * Runs one attempt. Never rejects. When `signal` fires, the socket is closed at once and no delta comes after it.
 * `drained` resolves when the socket is no longer in use, at most 250 ms after the end.
 */
export async function attempt(ports: AttemptPorts, signal: AbortSignal): Promise<{ end: AttemptEnd; drained: Promise<void> }> {
  const own = new AbortController();
  let timedOut: Failure | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  // Cancelling the reader as well as the fetch ends a pending read at once, whatever that fetch makes of its signal.
  const stop = (): void => {
    own.abort();
    void reader?.cancel().catch(() => undefined);
  };
  const watchdog = new RequestTimeouts(ports.clock, ports.timeouts, (expiry) => {
    timedOut = expiry;
    stop();
  });
  let cancelAfterFinish: (() => void) | undefined;
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  /** Why the attempt was stopped from our side, if it was. */
  const stopped = (): AttemptEnd | undefined => {
    if (ports.halted()) return { type: 'halted' };
    if (signal.aborted) return { type: 'cancelled' };
    return timedOut === undefined ? undefined : { type: 'failed', failure: timedOut };
  };

  let drained = Promise.resolve();
  const run = async (): Promise<AttemptEnd> => {
    const before = stopped();
    if (before !== undefined) return before;
    // All that reads the answer is made before the request goes out, since nobody waits for anything then.
    let content = false;
    // Text that came in one network read is given on in larger pieces: at 50 events a read that is most of the work.
    let text = '';
    const flush = (): void => {
      const whole = text;
      text = '';
      if (whole !== '' && !own.signal.aborted) ports.sink({ type: 'text', text: whole });
    };
    const dialect = new ChatCompletionsDecoder((delta) => {
      content = true;
      if (delta.type === 'text') {
        text += delta.text;
        if (text.length < pieceCharacters) return;
        flush();
        return;
      }
      flush();
      if (!own.signal.aborted) ports.sink(delta);
    });
    const end = (): Ending => {
      const ending = dialect.end();
      flush();
      return ending;
    };
    const events = new EventReader({
      event: (data) => dialect.event(data),
      errorField: (value) => dialect.errorField(value),
    });
    const opened = await ports.open(own.signal, () => watchdog.sent());
    if (opened.type === 'failed') return stopped() ?? opened;
    watchdog.sent();
    const body = opened.response.body as ReadableStream<Uint8Array> | null;
    if (own.signal.aborted) {
      void body?.cancel().catch(() => undefined);
      return stopped() ?? { type: 'cancelled' };
    }
    if (body === null) return { type: 'cut' };

    reader = body.getReader();
    let finishedByClock = false;
    let any = false;
    try {
      for (;;) {
        const read = await reader.read();
        if (own.signal.aborted) break;
        if (read.done) {
          events.end();
          break;
        }
        any ||= read.value.length > 0;
        content = false;
        opened.heard?.(read.value);
        events.feed(read.value);
        flush();
        watchdog.bytes(content);
        if (events.state.type !== 'open' || dialect.failed || ports.halted()) break;
        if (dialect.finished && cancelAfterFinish === undefined) {
          cancelAfterFinish = ports.clock.timer(afterFinishMs, () => {
            finishedByClock = true;
            stop();
          });
        }
        const room = ports.room(own.signal);
        if (room !== undefined) {
          watchdog.pause();
          await room;
          if (own.signal.aborted) break;
          watchdog.resume();
        }
      }
    } catch (exception) {
      const stoppedHow = stopped();
      if (stoppedHow !== undefined) return stoppedHow;
      // A reset after the server has said how it ended takes nothing away.
      const ending = end();
      if (ending.type === 'finish') return { type: 'finished', reason: ending.reason };
      return { type: 'failed', failure: ending.type === 'failure' ? ending.failure : fromException(exception) };
    } finally {
      if (events.state.type === 'done' && !own.signal.aborted) drained = drain(reader, ports.clock);
      else {
        void reader.cancel().catch(() => undefined);
        drained = turn();
      }
    }
    if (!finishedByClock) {
      const how = stopped();
      if (how !== undefined) return how;
    }
    if (events.state.type === 'failed') return events.state;
    const ending = end();
    const halted = stopped();
    if (halted !== undefined && !finishedByClock) return halted;
    switch (ending.type) {
      case 'failure':
        return { type: 'failed', failure: ending.failure };
      case 'finish':
        return { type: 'finished', reason: ending.reason };
      case 'none':
        if (events.state.type === 'done') return { type: 'finished', reason: 'stop' };
        return any && !dialect.understood ? { type: 'failed', failure: notAStream } : { type: 'cut' };
      default:
        return ending satisfies never;
    }
  };

  try {
    return { end: await run(), drained };
  } finally {
    signal.removeEventListener('abort', stop);
    watchdog.stop();
    cancelAfterFinish?.();
  }
}

const notAStream: Failure = {
  kind: 'malformed',
  message: 'The server sent something that is not an answer stream; check baseURL (most end in /v1).',
};

/** The runtime gives a socket back a turn of the event loop after its body has ended; before that it opens another. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Reads a finished body to its end for a moment; the socket is then used again in place of being closed. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock): Promise<void> {
  const cancel = clock.timer(drainMs, () => void reader.cancel().catch(() => undefined));
  try {
    while (!(await reader.read()).done);
    await turn();
  } catch {
    // A socket that breaks after the answer is nobody's loss.
  } finally {
    cancel();
  }
}
