// Prompt files as VS Code and others write them: what stands before the prompt, and what is filled in.
import { expect, it } from 'vitest';
import { fillPrompt, inputsOf, readPromptFile } from '../../../src/core/chat/promptFile.ts';

it.each([
  ['no head', 'Review this.\n', { description: '', models: [], body: 'Review this.' }],
  [
    'plain values, a comment, and fields for other programs',
    "---\nmode: agent\ndescription: Reviews the selection # quickly\ntools: ['search', 'edit']\nmodel: GPT-4o\n---\n\nReview it.",
    { description: 'Reviews the selection', models: ['GPT-4o'], body: 'Review it.' },
  ],
  [
    'quotes, a byte order mark, and line ends of Windows',
    '\uFEFF---\r\ndescription: "Says: \\"why\\" # too"\r\nmodel: \'Claude Sonnet 4.5 (copilot)\'\r\n---\r\nWhy?\r\n',
    { description: 'Says: "why" # too', models: ['Claude Sonnet 4.5 (copilot)'], body: 'Why?' },
  ],
  ['a name', '---\nname: Code review\n---\nx', { name: 'Code review', description: '', models: [], body: 'x' }],
  ['several models in a line', "---\nmodel: ['a/b', c]\n---\nx", { description: '', models: ['a/b', 'c'], body: 'x' }],
  [
    'several models in lines',
    '---\nmodel:\n  - first one\n  - second\ndescription: d\n---\nx',
    { description: 'd', models: ['first one', 'second'], body: 'x' },
  ],
  ['an empty head', '---\n---\nx', { description: '', models: [], body: 'x' }],
  ['a head that does not end', '---\nmodel: a\nx', { description: '', models: [], body: '---\nmodel: a\nx' }],
  [
    'a rule that is part of the prompt',
    'Before\n---\nmodel: a\n---\n',
    { description: '', models: [], body: 'Before\n---\nmodel: a\n---' },
  ],
])('reads a prompt file with %s', (_, text, read) => {
  expect(readPromptFile(text)).toEqual(read);
});

it('asks for each input once, and fills in what is known', () => {
  const body = 'In ${file}: ${input:goal:what to do} for ${input:who}, ${input:goal}. ${selection} ${unknown} ${HOME:x} $file {file}';
  const values = new Map([
    ['file', '/a/b.ts'],
    ['selection', '$& ${file}'],
    ['input:goal', 'test'],
    ['input:who', ''],
  ]);
  expect([inputsOf(body), fillPrompt(body, (name) => values.get(name))]).toEqual([
    [
      { name: 'goal', placeholder: 'what to do' },
      { name: 'who', placeholder: '' },
    ],
    'In /a/b.ts: test for , test. $& ${file} ${unknown} ${HOME:x} $file {file}',
  ]);
});
