// Good streams, damaged as relays damage them: no word is invented, no part passes for a whole, no call becomes another one.
// `npm run fuzz -- --only streams` runs as many as there is time for.
import { expect, it } from 'vitest';
import { damagedCase, damages } from '../../fuzz/damage.ts';

it.each([242_935, 253_355, 437_432])('reads rightly what was once read wrongly: case %i', (seed) => {
  expect(damagedCase(seed).problems).toEqual([]);
});

it('never ends well without the whole text, and hands out only true calls: 2,000 damaged streams', () => {
  const cases = Array.from({ length: 2_000 }, (_, index) => damagedCase(index + 1));
  const wrong = cases.filter(({ problems }) => problems.length > 0).map(({ damage, problems }) => [damage, ...problems]);
  expect(wrong.slice(0, 3)).toEqual([]);
  // Most damages can be read through, and every kind of damage was tried, or this would prove little.
  const untried = damages.filter(({ name }) => !cases.some(({ damage }) => damage.includes(name))).map(({ name }) => name);
  expect([cases.filter(({ whole }) => whole).length > 1_000, untried]).toEqual([true, []]);
});
