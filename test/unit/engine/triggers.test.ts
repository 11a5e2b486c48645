import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StreamEvent, Trigger } from '../../../src/api.ts';
import { triggerProblem } from '../../../src/core/inspect/triggers.ts';
import { type Halt, TextInspector } from '../../../src/core/inspect/inspector.ts';
import { type CompilePattern, nativePattern } from '../../../src/core/inspect/patterns.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

interface Watched {
  readonly text: string;
  readonly events: readonly StreamEvent[];
  readonly halt: Halt | undefined;
}

function watch(pieces: readonly string[], triggers: readonly Trigger[], compilePattern: CompilePattern = nativePattern): Watched {
  const watcher = new TextInspector({ limits: {}, triggers, tokensWith: () => 0, compilePattern, tooSlow: () => undefined });
  let text = '';
  const events: StreamEvent[] = [];
  for (const piece of pieces) {
    const seen = watcher.push(piece);
    text += seen.text;
    events.push(...seen.events);
    if (seen.halt !== undefined) return { text, events, halt: seen.halt };
  }
  events.push(...watcher.end().events);
  return { text, events, halt: undefined };
}

const fired = ({ events }: Watched): string[] =>
  events.flatMap((event) => (event.type === 'trigger' ? [`${event.rule}@${event.offset}:${event.match}`] : []));

it('matches a keyword across any border, and each character of the text once', () => {
  expect(
    fired(
      watch(
        ['aaST', 'O', 'PaSTOPP', 'aaaa'],
        [
          { name: 'k', on: 'text', match: 'STOP' },
          { name: 'a', on: 'text', match: 'aa' },
        ],
      ),
    ),
  ).toEqual(['a@0:aa', 'k@2:STOP', 'k@7:STOP', 'a@12:aa', 'a@14:aa']);
});

it('waits for a regular expression to be over, for one character at most', () => {
  const digits: Trigger = { name: 'n', on: 'regex', match: String.raw`\d+` };
  expect(fired(watch(['a1', '23', 'b\n4', '5'], [digits]))).toEqual(['n@1:123', 'n@6:45']);
  expect(fired(watch(['x', 'foo\nfoo'], [{ name: 'line', on: 'regex', match: '^foo$' }]))).toEqual(['line@5:foo']);
});

it('tells the ends of sentences, also of those that need no space', () => {
  const rule: Trigger = { name: 's', on: 'sentence-end' };
  expect(fired(watch(['Pi is 3.14. “Yes!” he said… 完了。次'], [rule]))).toEqual(['s@10:.', 's@16:!”', 's@26:…', 's@30:。']);
});

it('fires at fences by language', () => {
  const rules: Trigger[] = [
    { name: 'open', on: 'fence-open', match: 'JS' },
    { name: 'close', on: 'fence-close' },
  ];
  expect(fired(watch(['```js\nx\n```\n```py\ny\n``', '`\n'], rules))).toEqual(['open@0:js', 'close@8:js', 'close@20:py']);
});

it('ends the text with the match when the action is to stop', () => {
  const rule: Trigger = { name: 'halt', on: 'text', match: '###', action: 'stop' };
  expect(watch(['one ##', '#two'], [rule])).toEqual({
    text: 'one ###',
    events: [{ type: 'trigger', rule: 'halt', match: '###', offset: 4 }],
    halt: { reason: 'trigger', stoppedBy: { trigger: 'halt', match: '###' } },
  });
});

it('fires at the same places, and stops at the same one, however the text is split', () => {
  const rules: Trigger[] = [
    { name: 'word', on: 'text', match: 'the' },
    { name: 'number', on: 'regex', match: String.raw`\d[\d.,_]*` },
    { name: 'optional', on: 'regex', match: 'w(or)?d?s?' },
    { name: 'edge', on: 'regex', match: String.raw`\b[A-Z]\w*\b` },
    { name: 'ahead', on: 'regex', match: 'e(?=.{3}d)' },
    { name: 'sentence', on: 'sentence-end' },
    { name: 'fence', on: 'fence-open' },
  ];
  const whole = watch([knownAnswer], rules);
  expect(fired(whole).length).toBeGreaterThan(100);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
      fc.constantFrom(...rules),
      (sizes, stopping) => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < knownAnswer.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          pieces.push(knownAnswer.slice(at, at + size));
          at += size;
        }
        expect(fired(watch(pieces, rules)).sort()).toEqual(fired(whole).sort());
        const stops: Trigger[] = [{ ...stopping, action: 'stop' }];
        expect(watch(pieces, stops).text).toBe(watch([knownAnswer], stops).text);
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

it('says what is wrong with a rule before it is used', () => {
  expect(triggerProblem({ name: 'r', on: 'regex', match: '(' })).toMatch(/^trigger "r": /);
  expect(triggerProblem({ name: 't', on: 'text' })).toBe('trigger "t" needs "match"');
  expect(triggerProblem({ name: 'f', on: 'fence-close' })).toBeUndefined();
});
