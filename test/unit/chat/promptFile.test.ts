// Prompt files as VS Code and others write them: what stands before the prompt, and what is filled in.
import { expect, it } from 'vitest';
import { filesIn, fillPrompt, inputsOf, readPromptFile } from '../../../src/core/chat/promptFile.ts';

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

it('finds the files that a prompt refers to, and no address, no anchor, and nothing in code', () => {
  const body = [
    'See [the rules](../rules.md), ![a picture](<my shots/a b.png>), [again](../rules.md "Rules") and (#file:src/a.ts).',
    'Also #file:"my file.md", [lines](src/b.ts#L3-L9), [wiki](a_(b).md), [encoded](my%20notes.md) and #file:docs/x.md.',
    '[Web](https://e.org/a.md), [mail](mailto:a@b.co), [anchor](#rules), [other](//e.org/x), issue#file:no.md, `#file:no.md`',
    '```md',
    '[no](no.md) #file:no.md',
    '```',
    '#file:${workspaceFolder}/last.md',
  ].join('\n');
  expect(filesIn(body)).toEqual([
    '../rules.md',
    'my shots/a b.png',
    'src/a.ts',
    'my file.md',
    'src/b.ts#L3-L9',
    'a_(b).md',
    'my notes.md',
    'docs/x.md',
    '${workspaceFolder}/last.md',
  ]);
});
