import { expect, it } from 'vitest';
import { type ActivityPhase, ActivityDot } from '../../../src/core/usage/activityDot.ts';

const beatsOf = (looks: readonly (readonly [tokens: number, atMs: number])[]): ActivityPhase[] => {
  const pulse = new ActivityDot();
  return looks.map(([tokens, atMs]) => pulse.at(tokens, atMs));
};

it('waits for the first token, beats with each look that finds more, and waits again after two seconds of silence', () => {
  const looks = [
    [0, 0],
    [0, 500],
    [3, 1_000],
    [9, 1_500],
    [9, 1_600],
    [12, 2_000],
    [12, 3_500],
    [12, 4_000],
    [13, 4_500],
  ] as const;
  expect(beatsOf(looks)).toEqual(['waiting', 'waiting', 'high', 'low', 'low', 'high', 'high', 'waiting', 'high']);
});

it('is not moved by a stream that ends, and waits anew with the next', () => {
  const looks = [
    [10, 0],
    [4, 500],
    [5, 1_000],
    [0, 1_500],
    [2, 2_000],
  ] as const;
  expect(beatsOf(looks)).toEqual(['high', 'high', 'low', 'waiting', 'high']);
});
