/** What the prompt says about the place where the answer is inserted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, excessTokens, messagesFor, type Task } from '../../../src/core/insert/context.ts';
import { questionAbove } from '../../../src/core/insert/question.ts';

const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

describe('the messages', () => {
  const place = {
    language: 'python',
    inside: 'code' as const,
    fileName: 'a/b.py',
    before: 'a = 1\nb = ',
    selection: 'c',
    after: '\nd = 4\n',
  };
  const user = (task: Task, tokens = 100): string | undefined =>
    messagesFor(task, place, { tokens, selectionTokens: 100, count: words }).at(-1)?.content;

  it('show the place in the file', () => {
    expect(user({ type: 'insert', prompt: 'Add it.' })).toBe('Add it.\n\n<file>\na = 1\nb = c<cursor/>\nd = 4\n\n</file>');
    expect(user({ type: 'replace', prompt: 'Fix it.' })).toBe('Fix it.\n\n<file>\na = 1\nb = <selection>c</selection>\nd = 4\n\n</file>');
  });

  it('name the file and its language', () => {
    const [system] = messagesFor({ type: 'continue' }, place, { tokens: 100, selectionTokens: 100, count: words });
    expect(system?.content).toContain('"a/b.py" (language: python)');
  });

  it('give what one side does not need to the other', () => {
    expect(user({ type: 'continue' }, 6)).toContain('<file>\nb = c<cursor/>\nd = 4\n');
    const many = { ...place, before: 'x\n'.repeat(50), selection: '', after: 'y\n' };
    const [, message] = messagesFor({ type: 'continue' }, many, { tokens: 20, selectionTokens: 100, count: words });
    expect(words(message?.content.match(/<file>([^]*)<cursor/)?.[1] ?? '')).toBe(19);
  });

  it('hold a selection that is replaced whole, however small the budget is, and one that is too long is refused', () => {
    const long = 'a b\n'.repeat(40);
    const budget = { tokens: 6, selectionTokens: 80, count: words };
    const [, message] = messagesFor({ type: 'replace', prompt: 'Sort it.' }, { ...place, selection: long }, budget);
    expect([
      message?.content.includes(`<selection>${long}</selection>`),
      excessTokens(long, budget),
      excessTokens(`${long}c`, budget),
    ]).toEqual([true, undefined, 81]);
  });

  it('never hold more text than the budget', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a b', 'c', '', 'd e f g'), { maxLength: 30 }),
        fc.nat(40),
        fc.constantFrom('start' as const, 'end' as const),
        (lines, tokens, loses) => {
          const text = lines.join('\n');
          const kept = cut(text, tokens, words, loses);
          expect(words(kept)).toBeLessThanOrEqual(tokens);
          expect(loses === 'start' ? text.endsWith(kept) : text.startsWith(kept)).toBe(true);
        },
      ),
    );
  });

  it('hold a part of a line that is too long', () => {
    expect(cut('a b c d', 2, words, 'start').trim()).toBe('c d');
  });
});

describe('the question in the document', () => {
  it('is the comment above the cursor', () => {
    expect(questionAbove('x\n  // Sort the list\n  // by name.\n  ', { line: '//', block: ['/*', '*/'] })).toBe('Sort the list\nby name.');
    expect(questionAbove('# Sort the list', { line: '#' })).toBe('Sort the list');
    expect(questionAbove('/**\n * Sort\n * it.\n */\n', { block: ['/*', '*/'] })).toBe('Sort\nit.');
    expect(questionAbove('<!-- Sort it. -->\n', { block: ['<!--', '-->'] })).toBe('Sort it.');
    expect(questionAbove('rem Sort it\nREM by name', { line: '@REM ' })).toBe('Sort it\nby name');
    expect(questionAbove('-- Sort it', { line: '--' })).toBe('Sort it');
  });

  it('is not there when the line above is code', () => {
    expect(questionAbove('// a\nx();\n', { line: '//', block: ['/*', '*/'] })).toBe(undefined);
    expect(questionAbove('', { line: '//', block: ['/*', '*/'] })).toBe(undefined);
    expect(questionAbove('{}', {})).toBe(undefined);
  });
});
