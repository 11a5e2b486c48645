import { expect, it } from 'vitest';
import { noticesOf, packagesIn } from '../../../scripts/notices.ts';

const bundle = (inputs: Record<string, number>): Parameters<typeof noticesOf>[0][number] => ({
  inputs: {},
  outputs: {
    'out.js': {
      bytes: 0,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
    },
  },
});

it('names each package of which a byte is shipped, nested ones by their own name', () => {
  const bundles = [
    bundle({ 'node_modules/lit/index.js': 12, 'src/page.ts': 900, 'node_modules/katex/dist/katex.mjs': 0 }),
    bundle({ 'node_modules/openai/node_modules/@scope/part/a.mjs': 5, 'node_modules/lit/other.js': 1 }),
  ];
  expect(packagesIn(bundles)).toEqual(['@scope/part', 'lit']);
});

it('gives the licence text of each, once where several share it, and of the vocabularies', () => {
  const notices = noticesOf([bundle({ 'node_modules/lit-element/index.js': 12, 'node_modules/@lit/reactive-element/a.js': 3 })]);
  expect(notices).toMatch(/^@lit\/reactive-element [\d.]+ \(BSD-3-Clause\)\nlit-element [\d.]+ \(BSD-3-Clause\)\n\nBSD 3-Clause License/m);
  const phrases = [
    'Copyright © Meta Platforms, Inc. All Rights Reserved.',
    'Built with Meta Llama 3',
    'SIL OPEN FONT LICENSE',
    'Copyright (c) 2022 OpenAI, Shantanu Jain',
    '@vscode/codicons',
  ];
  expect(phrases.filter((phrase) => !notices.includes(phrase))).toEqual([]);
});

it('refuses to ship a package whose licence nobody has looked up', () => {
  expect(() => noticesOf([bundle({ 'node_modules/tiktoken/lite.js': 1 })])).toThrow(
    /^tiktoken [\d.]+ has no licence text; look it up before it is shipped\.$/,
  );
});
