// What a screen reader reads of a growing answer: whole paragraphs, without marks, and code by its lines.
import { expect, it } from 'vitest';
import { Paragraphs } from '../../../src/webview/chat/paragraphs.ts';

const text =
  '# Title\n\nSome **bold** `code` and [a link](https://x.org/),\nover two lines.\n\n```js\nlet a;\n\nlet b;\n```\n- one\n- two_words\n\n' +
  '~~~\nx\n```\n~~~\n数据库是*表*。\n\n4 * 3 * 2\n\nThe end';
const expected = [
  'Title',
  'Some bold code and a link, over two lines.',
  'Code, 3 lines.',
  'one two_words',
  'Code, 2 lines.',
  '数据库是表。',
  '4 * 3 * 2',
  'The end',
];

it.each([1, 2, 3, 7, 1000])('reads the same whatever the pieces of %i characters', (size) => {
  const paragraphs = new Paragraphs('Code, {0} lines.');
  const read: string[] = [];
  for (let at = 0; at < text.length; at += size) read.push(...paragraphs.take(text.slice(at, at + size)));
  read.push(...paragraphs.end());
  expect(read).toEqual(expected);
});

it('reads nothing before a paragraph is whole', () => {
  const paragraphs = new Paragraphs('');
  expect([paragraphs.take('Half a'), paragraphs.take(' sentence.\n'), paragraphs.take('\n')]).toEqual([[], [], ['Half a sentence.']]);
});

// A pattern that looks at the rest of the line for each bracket would take minutes.
it.each(['[', '[a](', '![', '](', '_'])('reads a line of a million %j as it is', (sign) => {
  const line = `a ${sign.repeat(1_000_000)} b`;
  expect(new Paragraphs('').take(`${line}\n\n`)[0]?.length).toBeGreaterThan(900_000);
});

it('reads a letter with eight accents at most', () => {
  expect(new Paragraphs('').take(`a${'\u0301'.repeat(9)}\u0300 e\u0301\n\n`)).toEqual([`a${'\u0301'.repeat(8)} e\u0301`]);
});
