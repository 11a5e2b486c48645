/** A text that is complete already, as an answer that streams: one way into a document for both. */
import type { StreamEvent } from '../../api.ts';
import { Tape } from '../../core/answer/tape/tape.ts';
import type { InsertedAnswer } from './insertion.ts';

const nothingUsed = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 };

export function wholeAnswer(text: string): InsertedAnswer {
  const tape = new Tape<StreamEvent>(Number.POSITIVE_INFINITY);
  tape.write({ type: 'text', text });
  tape.write({ type: 'end', reason: 'stop', text, usage: nothingUsed, timing: { totalMs: 0, waitsMs: 0 } });
  tape.end();
  return { reader: tape.read({ pacing: false }), stop: () => undefined };
}
