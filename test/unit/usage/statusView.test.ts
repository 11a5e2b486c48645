// What the status bar says in each state, and how often it is drawn.
import { describe, expect, it } from 'vitest';
import type { Limits, Usage } from '../../../src/api.ts';
import { type StatusScene, type StatusStream, statusView } from '../../../src/core/usage/statusView.ts';
import { ThrottledView } from '../../../src/core/usage/throttledView.ts';
import { TestClock } from '../../support/engine.ts';

const usage = (completion: number, more: Partial<Usage> = {}): Usage => ({
  prompt: 10,
  completion,
  total: 10 + completion,
  estimated: true,
  attempts: 1,
  ...more,
});

function stream(
  tokens: Usage,
  options: { limits?: Limits; firstTokenMs?: number; totalMs?: number; waitsMs?: number; length?: number } = {},
): StatusStream {
  const { limits = {}, firstTokenMs, totalMs = 0, waitsMs = 0, length = 0 } = options;
  const timing = { totalMs, waitsMs, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) };
  return { text: { length }, limits, usage: () => tokens, timing: () => timing };
}

const scene = (running: readonly StatusStream[], more: Partial<StatusScene> = {}): StatusScene => ({
  running,
  last: undefined,
  contextWindow: undefined,
  ...more,
});
const streaming = { state: 'streaming', tokens: 20, estimated: true, perSecond: undefined, streams: 1, near: undefined } as const;

const table: readonly (readonly [string, StatusScene, ReturnType<typeof statusView>])[] = [
  ['nothing has run', scene([]), { state: 'idle' }],
  [
    'the last one ended',
    scene([], { last: { usage: usage(321, { estimated: false }) } }),
    { state: 'ended', tokens: 321, estimated: false },
  ],
  [
    'the last one failed',
    scene([], { last: { usage: usage(0), error: { kind: 'auth', message: 'No' } } }),
    { state: 'failed', error: { kind: 'auth', message: 'No' } },
  ],
  ['one is beginning', scene([stream(usage(0, { estimated: false }))]), { ...streaming, tokens: 0, estimated: false }],
  ['one has too little to tell its speed', scene([stream(usage(20), { firstTokenMs: 100, totalMs: 500 })]), streaming],
  [
    'one has a speed, without its waits',
    scene([stream(usage(20), { firstTokenMs: 1_000, totalMs: 8_000, waitsMs: 5_000 })]),
    { ...streaming, perSecond: 10 },
  ],
  [
    'two run: tokens and speeds are added, and one estimate makes the sum an estimate',
    scene([
      stream(usage(20), { firstTokenMs: 0, totalMs: 1_000 }),
      stream(usage(30, { estimated: false }), { firstTokenMs: 0, totalMs: 1_000 }),
    ]),
    { ...streaming, tokens: 50, perSecond: 50, streams: 2 },
  ],
  [
    'nine tenths of the tokens allowed',
    scene([stream(usage(90), { limits: { maxTokens: 100 } })]),
    { ...streaming, tokens: 90, near: 'limit' },
  ],
  ['just under nine tenths', scene([stream(usage(89), { limits: { maxTokens: 100 } })]), { ...streaming, tokens: 89 }],
  [
    'nine tenths of the characters allowed',
    scene([stream(usage(20), { limits: { maxCharacters: 100 }, length: 90 })]),
    { ...streaming, near: 'limit' },
  ],
  [
    'nine tenths of the seconds allowed',
    scene([stream(usage(20), { limits: { maxSeconds: 10 }, totalMs: 9_000 })]),
    { ...streaming, near: 'limit' },
  ],
  ['nine tenths of the context window', scene([stream(usage(80))], { contextWindow: 100 }), { ...streaming, tokens: 80, near: 'context' }],
  ['a limit of 0 is none', scene([stream(usage(20), { limits: { maxTokens: 0, maxCharacters: 0, maxSeconds: 0 } })]), streaming],
];

it.each(table)('when %s', (_, given, expected) => {
  expect(statusView(given)).toEqual(expected);
});

describe('the pace', () => {
  function paced(moves: () => boolean): {
    clock: TestClock;
    draws: { at: number; view: number }[];
    pace: ThrottledView<number>;
    set: (value: number) => void;
  } {
    const clock = new TestClock();
    const draws: { at: number; view: number }[] = [];
    let value = 0;
    const pace = new ThrottledView<number>(250, { clock, look: () => value, draw: (view) => draws.push({ at: clock.now(), view }), moves });
    return { clock, draws, pace, set: (next) => (value = next) };
  }

  it('draws at most four times a second, however often it is told of a change, and the last one for sure', () => {
    const { clock, draws, pace, set } = paced(() => false);
    for (let ms = 0; ms < 2_000; ms++) {
      set(ms);
      pace.nudge();
      clock.advance(1);
    }
    clock.advance(1_000);
    const gaps = draws.slice(1).map(({ at }, index) => at - draws[index]!.at);
    expect({ count: draws.length, least: Math.min(...gaps), last: draws.at(-1)?.view }).toEqual({ count: 9, least: 250, last: 1_999 });
  });

  it('draws at once when it has been quiet', () => {
    const { clock, draws, pace, set } = paced(() => false);
    pace.nudge();
    clock.advance(5_000);
    set(7);
    pace.nudge();
    expect(draws).toEqual([
      { at: 0, view: 0 },
      { at: 5_000, view: 7 },
    ]);
  });

  it('draws nothing that has not changed', () => {
    const { clock, draws, pace } = paced(() => true);
    pace.nudge();
    clock.advance(10_000);
    expect(draws).toHaveLength(1);
  });

  it('looks by itself while something moves, and sets no timer when nothing does', () => {
    let moves = true;
    const { clock, draws, pace, set } = paced(() => moves);
    pace.nudge();
    set(1);
    clock.advance(250);
    moves = false;
    clock.advance(250);
    expect({ draws, timers: clock.pending }).toEqual({
      draws: [
        { at: 0, view: 0 },
        { at: 250, view: 1 },
      ],
      timers: 0,
    });
  });
});
