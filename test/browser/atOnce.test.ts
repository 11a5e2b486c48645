// Four conversations that stream at the same time: each is complete, and the visible one keeps moving.
import { expect, test } from 'vitest';
import { done, finish, gate, type Step, text } from '../support/fakeServer.ts';
import { runCommand, sendQuestion } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
const rounds = 40;
const perRound = 20;
const names = ['tale-a', 'tale-b', 'tale-c', 'tale-d'];
const last = names.at(-1)!;
const wordsOf = (name: string, round: number): string[] =>
  Array.from({ length: perRound }, (_, word) => `${name}${round * perRound + word} `);
const whole = (name: string): string => Array.from({ length: rounds }, (_, round) => wordsOf(name, round).join('')).join('');

test('four conversations that stream at once are whole, and the visible one shows each word before the next are sent', async () => {
  const gates = Array.from({ length: rounds }, gate);
  async function* counting(name: string): AsyncGenerator<Step> {
    for (let round = 0; round < rounds; round++) {
      await gates[round]!.opened;
      yield* wordsOf(name, round).map(text);
    }
    yield finish();
    yield done();
  }
  rivulet.server.always(({ body }) => counting(String(body.messages.at(-1).content)));
  for (const name of names) {
    await rivulet.newChat();
    await sendQuestion(rivulet.box, name);
    await expect.poll(() => rivulet.articles.count()).toBe(2);
  }
  const body = rivulet.articles.last().locator('> .body');
  for (let round = 0; round < rounds; round++) {
    gates[round]!.open();
    await expect.poll(() => body.textContent()).toContain(`${last}${(round + 1) * perRound - 1}`);
  }
  const texts: string[] = [];
  for (const name of names.toReversed()) {
    await runCommand(rivulet.page, 'Rivulet: Show Conversations');
    await rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
    const newest = rivulet.articles.last();
    await expect.poll(() => newest.locator('> .body').textContent()).toMatch(new RegExp(`^${name}0 `));
    await expect.poll(() => stateOf(newest)).toBe('done');
    texts.push((await newest.locator('> .body').textContent())!);
  }
  expect(texts.map((text) => text.trim())).toEqual(names.toReversed().map((name) => whole(name).trim()));
});
