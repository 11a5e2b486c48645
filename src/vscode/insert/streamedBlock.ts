/** One code block of an answer as an answer that streams, also while the answer is still being written. */
import type { EndReason, StreamEvent } from '../../api.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { Tape } from '../../core/answer/tape/tape.ts';
import { codeBlocks } from '../../core/insert/codeBlock.ts';
import type { InsertedAnswer } from './insertion.ts';

/**
 * @param before text of the answer that the stream does not give
 * @param index of the block in the answer
 * @param shape what becomes of the block so far; it may only grow
 */
export function streamedBlock(
  stream: Pick<LiveStream, 'tape'>,
  before: string,
  index: number,
  shape: (code: string, isWhole: boolean) => string,
): InsertedAnswer {
  const tape = new Tape<StreamEvent>(Number.POSITIVE_INFINITY);
  const reader = stream.tape.read({ pacing: true });
  const follow = async (): Promise<EndReason> => {
    let [text, given] = [before, ''];
    for (;;) {
      await reader.more();
      let reason: EndReason = 'cancelled';
      for (const event of reader.take()) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'end') reason = event.reason;
      }
      const whole = codeBlocks(wholeLines(text))[index];
      const all = reader.finished ? codeBlocks(text)[index] : whole;
      const isClosed = all?.isOpen === false;
      // Where the answer broke off, its half line is no line.
      const block = isClosed || reason === 'stop' ? all : whole;
      const code = block === undefined ? '' : shape(block.code, isClosed || reader.finished);
      if (code.length > given.length) tape.write({ type: 'text', text: code.slice(given.length) });
      given = code;
      if (isClosed) return 'stop';
      if (reader.finished) return reason;
    }
  };
  void follow().then((reason) => {
    reader.leave();
    const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 };
    tape.write({ type: 'end', reason, text: '', usage, timing: { totalMs: 0, waitsMs: 0 } });
    tape.end();
  });
  // The panel keeps the answer whatever becomes of the block, so it is not stopped from here.
  return { reader: tape.read({ pacing: false }), stop: () => reader.leave() };
}

/** Half a line may become the fence that closes the block. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
