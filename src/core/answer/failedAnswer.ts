/** An answer that failed before its first request, for example because the model is unknown, as an ordinary stream. */
import type { StreamError, StreamEvent } from '../../api.ts';
import type { EndEvent, LiveStream } from './liveStream.ts';
import { Tape } from './tape/tape.ts';

export function failedAnswer(model: string, error: StreamError, partial = ''): LiveStream {
  const tape = new Tape<StreamEvent>(1);
  const usage = { prompt: 0, completion: 0, total: 0, estimated: false, attempts: 0 };
  const timing = { totalMs: 0, waitsMs: 0 };
  const end: EndEvent = { type: 'end', reason: 'error', text: partial, usage, timing, error };
  tape.write(end);
  tape.end();
  return {
    id: crypto.randomUUID(),
    model,
    tape,
    ended: Promise.resolve(end),
    end,
    phase: 'ended',
    text: partial,
    toolCalls: [],
    parts: [],
    usage: () => usage,
    timing: () => timing,
    stop: () => undefined,
  };
}
