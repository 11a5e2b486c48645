/** A code block that is applied to a file: which one was chosen, and its text while the answer streams. */
import { describe, expect, it } from 'vitest';
import type { EndReason, StreamEvent } from '../../../src/api.ts';
import type { Answer, Question } from '../../../src/core/chat/entries.ts';
import { readPageMessage } from '../../../src/core/chat/page/pageMessages.ts';
import { Tape } from '../../../src/core/answer/tape/tape.ts';
import { appliedBlock } from '../../../src/vscode/chat/page/appliedBlock.ts';
import { streamedBlock } from '../../../src/vscode/insert/streamedBlock.ts';

describe('a block that is applied while it is written', () => {
  const answer = [
    'Two:',
    '```sh',
    'npm test',
    '```',
    '- ````ts',
    '  const a = 1;',
    '',
    '  ```',
    '  const b = `x`;',
    '  ````',
    'Done.',
  ].join('\n');
  const given = async (pieces: readonly string[], index: number, reason: EndReason = 'stop'): Promise<unknown> => {
    const tape = new Tape<StreamEvent>(1_000);
    const { reader } = streamedBlock({ tape }, '', index, (code) => code);
    for (const text of pieces) {
      if (!tape.hasRoom) await tape.room(new AbortController().signal);
      tape.write({ type: 'text', text });
      // Each piece is read before the next comes.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };
    tape.write({ type: 'end', reason, text: '', usage, timing: { totalMs: 0, waitsMs: 0 } });
    tape.end();
    let text = '';
    for (;;) {
      await reader.more();
      for (const event of reader.take()) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'end') return [text, event.reason];
      }
    }
  };
  const second = 'const a = 1;\n\n```\nconst b = `x`;\n';

  it.each([1, 2, 3, 7, 1_000])('is whole in pieces of %i characters, and without half of the fence that closes it', async (size) => {
    const pieces = answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect([await given(pieces, 0), await given(pieces, 1)]).toEqual([
      ['npm test\n', 'stop'],
      [second, 'stop'],
    ]);
  });

  it.each<[cut: string, reason: EndReason, text: string, end: EndReason]>([
    ['Done.', 'cancelled', second, 'stop'],
    ['\nDone.', 'cancelled', second, 'stop'],
    ['````\nDone.', 'cancelled', second, 'cancelled'],
    ['x`;\n  ````\nDone.', 'truncated', 'const a = 1;\n\n```\n', 'truncated'],
    ['\n  ````\nDone.', 'stop', second, 'stop'],
  ])('has its whole lines when the answer ends before %j as %s', async (cut, reason, text, end) => {
    expect(await given(answer.slice(0, answer.length - cut.length).split(''), 1, reason)).toEqual([text, end]);
  });
});

it('is the block that was clicked, with the attachments of its question and the stream of its answer', () => {
  const message = readPageMessage({ type: 'code', use: 'apply', language: 'ts', code: 'const b = 2;\n' });
  if (typeof message === 'string' || message.type !== 'code') throw new Error('The message was not taken.');
  const fence = (code: string): string => `\`\`\`ts\n${code}`;
  const question = { role: 'user', attachments: [{ name: 'src/a.ts:3-9' }] } as unknown as Question;
  const found = (text: string, state: 'live' | 'settled'): unknown => {
    const stream = { text };
    const previous = { text: 'Two:\n' };
    const answer = { role: 'assistant', parent: 'q', previous, state: { type: state, text, stream } } as unknown as Answer;
    return appliedBlock(message.code, message.language, [question, answer], () => question);
  };
  const whole = `${fence('const a = 1;\n')}\`\`\`\nAnd \`src/b.ts\`:\n${fence('const b = 2;\n')}`;
  const block = { info: 'ts', above: 'And `src/b.ts`:', code: 'const b = 2;\n', isOpen: false };
  const attached = ['src/a.ts:3-9'];
  expect([
    found(`${whole}\`\`\``, 'settled'),
    found(`${whole}const c`, 'live'),
    appliedBlock('not there', 'ts', [question], () => question),
  ]).toEqual([
    { block, attached },
    {
      block: { ...block, code: 'const b = 2;\nconst c\n', isOpen: true },
      attached,
      live: { stream: { text: `${whole}const c` }, before: 'Two:\n', index: 1 },
    },
    { block: { info: 'ts', above: '', code: 'not there', isOpen: false }, attached: [] },
  ]);
});

it('has no file of its own when the answer has the same code for several files', () => {
  const blockIn = (text: string): unknown => {
    const answer = { role: 'assistant', parent: 'q', state: { type: 'settled', text } } as Answer;
    return appliedBlock('x = 1\n', 'py', [answer], () => undefined).block;
  };
  const fence = (info: string): string => `\`\`\`py ${info}\nx = 1\n\`\`\`\n`;
  expect([blockIn(fence('a.py') + fence('b.py')), blockIn(fence('a.py') + fence('a.py'))]).toEqual([
    { info: 'py', above: '', code: 'x = 1\n', isOpen: false },
    { info: 'py a.py', above: '', code: 'x = 1\n', isOpen: false },
  ]);
});
