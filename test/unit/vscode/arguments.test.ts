// Commands and their arguments: what fits is used, what a menu passes is no option, and what does not fit is one sentence.
import { expect, it } from 'vitest';
import { registerCommands } from '../../../src/vscode/commands.ts';
import { argument, aNumber, aText, listOf, oneOf, options } from '../../../src/vscode/ui/arguments.ts';

const fields = { prompt: aText, speed: aNumber, format: oneOf(['csv', 'json']), models: listOf(aText) };
class Uri {}

it.each([
  ['nothing', undefined, {}],
  ['null', null, {}],
  ['some of the fields', { prompt: 'Hi', speed: 2 }, { prompt: 'Hi', speed: 2 }],
  ['fields that are not known', { format: 'csv', other: 1 }, { format: 'csv' }],
  ['what a menu was opened on', Object.assign(new Uri(), { prompt: 7 }), {}],
  ['a list of what a menu was opened on', [new Uri()], {}],
])('takes %s', (_what, given, read) => {
  expect(options(given, fields)).toEqual(read);
});

it.each([
  ['a text in place of the object', 'Hi', '参数的类型必须是 Object。'],
  ['a field of another type', { prompt: 7 }, '参数中“prompt”的类型必须是 string。'],
  ['a word that is none of those known', { format: 'xml' }, '参数中“format”的类型必须是 ("csv" | "json")。'],
  ['a stranger in a list', { models: ['a', 7] }, '参数中“models.1”的类型必须是 string。'],
])('names %s', (_what, given, sentence) => {
  expect(() => options(given, fields)).toThrow(sentence);
});

it('names an argument that is no object by its type', () => {
  expect([argument(undefined, aText), argument('a', aText)]).toEqual([undefined, 'a']);
  expect(() => argument(7, aText)).toThrow('参数的类型必须是 string。');
});

it('refuses two features that have a command of the same name', () => {
  const table = { ask: () => undefined };
  expect(() => registerCommands({} as never, {} as never, [{ openChat: () => undefined }, table, table])).toThrow(
    'Two features have a command named "ask".',
  );
});
