/** A message that streams into the box of source control while the person types in it. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { Tape } from '../../../src/core/answer/tape.ts';
import { insertIntoScmInput } from '../../../src/vscode/insert/scmInput.ts';

function answer(pieces: readonly (string | (() => void))[]): ReturnType<Tape<StreamEvent>['read']> {
  const tape = new Tape<StreamEvent>(100);
  const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };
  void (async () => {
    for (const piece of pieces) {
      if (typeof piece === 'string') tape.write({ type: 'text', text: piece });
      else piece();
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    tape.write({ type: 'end', reason: 'stop', text: '', usage, timing: { totalMs: 0, waitsMs: 0 } });
    tape.end();
  })();
  return tape.read({ pacing: true });
}

describe('the box of source control', () => {
  it('gets the message without the fence around it, however it was cut', async () => {
    const text = '\n```text\nAdd it\n\nAnd `this`.\n```\n';
    for (const size of [1, 2, 5, 100]) {
      const box = { value: 'x: ' };
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
      const { outcome } = await insertIntoScmInput(answer(pieces), box, 0);
      expect([box.value, outcome]).toEqual(['x: Add it\n\nAnd `this`.', { type: 'ended', reason: 'stop' }]);
    }
  });

  it('keeps what the person types meanwhile', async () => {
    const box = { value: '' };
    const before = (): void => {
      box.value = `fix: ${box.value}`;
    };
    const behind = (): void => {
      box.value += '!';
    };
    await insertIntoScmInput(answer(['Add', before, behind, ' it', ' now']), box, 0);
    expect(box.value).toBe('fix: Add it now!');
  });

  it('is left alone when the message was sent off or thrown away', async () => {
    const box = { value: '' };
    const emptied = (): void => {
      box.value = '';
    };
    const { outcome } = await insertIntoScmInput(answer(['Add', emptied, ' it']), box, 0);
    expect([box.value, outcome]).toEqual(['', { type: 'deleted' }]);
  });
});
