/** A commit message that streams into the box of source control while the user types in it. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../../src/api.ts';
import { Tape } from '../../../src/core/answer/tape/tape.ts';
import { insertIntoScmInput } from '../../../src/vscode/insert/scmInput.ts';

/** A box that counts how often it is looked at. */
class WatchedBox {
  looks = 0;
  #value: string;

  constructor(value = '') {
    this.#value = value;
  }

  get value(): string {
    this.looks++;
    return this.#value;
  }

  set value(value: string) {
    this.#value = value;
  }
}

/** Each piece, or what the person does, comes when the one before it was seen in the box. */
function answer(pieces: readonly (string | (() => void))[], box: WatchedBox): ReturnType<Tape<StreamEvent>['read']> {
  const tape = new Tape<StreamEvent>(100);
  const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };
  void (async () => {
    for (const piece of pieces) {
      if (typeof piece === 'string') tape.write({ type: 'text', text: piece });
      else piece();
      const seen = box.looks + 2;
      // A box that was left is looked at no more.
      for (let turn = 0; box.looks < seen && turn < 1_000; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
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
      const box = new WatchedBox('x: ');
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
      const outcome = await insertIntoScmInput(answer(pieces, box), box, 0);
      expect([box.value, outcome]).toEqual(['x: Add it\n\nAnd `this`.', 'ended']);
    }
  });

  it('keeps what the person types meanwhile', async () => {
    const box = new WatchedBox();
    const before = (): void => {
      box.value = `fix: ${box.value}`;
    };
    const behind = (): void => {
      box.value += '!';
    };
    await insertIntoScmInput(answer(['Add', before, behind, ' it', ' now'], box), box, 0);
    expect(box.value).toBe('fix: Add it now!');
  });

  it('is left alone when the message was sent off or thrown away', async () => {
    const box = new WatchedBox();
    const emptied = (): void => {
      box.value = '';
    };
    const outcome = await insertIntoScmInput(answer(['Add', emptied, ' it'], box), box, 0);
    expect([box.value, outcome]).toEqual(['', 'deleted']);
  });
});
