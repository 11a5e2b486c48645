/** One code block of an answer as a streamed answer, also while the answer is still being written. */
import type { EndReason, StreamEvent } from '../../api.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { Tape } from '../../core/answer/tape/tape.ts';
import { codeBlocks } from '../../core/insert/codeBlock.ts';
import type { InsertedAnswer } from './insertion.ts';
import { endTape } from './wholeAnswer.ts';

/**
 * @param before text of the answer before the stream
 * @param index of the block in the answer
 * @param shape turns the block so far into the text to insert; its result may only grow
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
      // An unfinished line of an answer that broke off is left out.
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
    endTape(tape, reason);
  });
  // The answer belongs to the panel and continues there.
  return { reader: tape.read({ pacing: false }), stop: () => reader.leave() };
}

/** An unfinished line may become the closing fence. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
