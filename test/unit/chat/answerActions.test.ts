// The table of what can be done with an answer, and that its commands are commands of the manifest.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { actionsOf, answerActions, type AnswerFacts } from '../../../src/core/chat/answerActions.ts';

const facts: AnswerFacts = { running: false, empty: false, compared: false, hasOthers: false, resumable: false };
const ids = (changes: Partial<AnswerFacts>) => actionsOf({ ...facts, ...changes }).map(({ id }) => id);
const copies = ['copyMarkdown', 'copyPlainText'];

it.each([
  ['is whole', {}, ['copy', 'insert', 'regenerate', 'fork', ...copies]],
  ['is being written', { running: true }, ['copy', 'insert', ...copies]],
  ['has not begun', { running: true, empty: true }, []],
  ['broke off', { resumable: true }, ['copy', 'insert', 'resume', 'regenerate', 'fork', ...copies]],
  ['failed without a word, so there is nothing to resume', { resumable: true, empty: true }, ['regenerate']],
  ['is compared and being written', { running: true, compared: true }, ['stop', 'pick', 'copy', 'insert', ...copies]],
  ['is compared and whole', { compared: true, hasOthers: true }, ['pick', 'copy', 'insert', 'regenerate', ...copies, 'compareWords']],
  ['has other versions', { hasOthers: true }, ['copy', 'insert', 'regenerate', 'fork', ...copies, 'compareWords']],
] as const)('for an answer that %s', (_, changes, expected) => {
  expect(ids(changes)).toEqual(expected);
});

it('names commands that the manifest has', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const known = new Set(manifest.contributes.commands.map(({ command }: { command: string }) => command));
  const named = Object.values(answerActions).flatMap(({ command }) => (command === undefined ? [] : [`rivulet.${command}`]));
  expect([named, named.filter((command) => !known.has(command))]).toEqual([['rivulet.resume', 'rivulet.regenerate'], []]);
});
