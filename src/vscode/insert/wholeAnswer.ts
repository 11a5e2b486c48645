/** A complete text in the form of a streamed answer, so that both take the same way into a document. */
import type { EndReason, StreamEvent } from '../../api.ts';
import { Tape } from '../../core/answer/tape/tape.ts';
import type { InsertedAnswer } from './insertion.ts';

export function wholeAnswer(text: string): InsertedAnswer {
  const tape = new Tape<StreamEvent>(Number.POSITIVE_INFINITY);
  tape.write({ type: 'text', text });
  endTape(tape, 'stop');
  return { reader: tape.read({ pacing: false }), stop: () => undefined };
}

export function endTape(tape: Tape<StreamEvent>, reason: EndReason): void {
  const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 };
  tape.write({ type: 'end', reason, text: '', usage, timing: { totalMs: 0, waitsMs: 0 } });
  tape.end();
}
