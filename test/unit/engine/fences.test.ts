import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { expect, it } from 'vitest';
import { type FenceEdge, FenceTracker } from '../../../src/core/inspect/fences.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

function track(pieces: readonly string[]): FenceEdge[] {
  const edges: FenceEdge[] = [];
  const tracker = new FenceTracker((edge) => edges.push(edge));
  for (const piece of pieces) tracker.push(piece);
  tracker.end();
  return edges;
}

/** Lines on which CommonMark's fences open, with their languages: markdown-it is the judge. */
function judged(text: string): { line: number; language: string }[] {
  return new MarkdownIt()
    .parse(text, {})
    .filter((token) => token.type === 'fence')
    .map((token) => ({ line: token.map?.[0] ?? -1, language: token.info.trim().split(/\s+/)[0] ?? '' }));
}

function found(text: string): { line: number; language: string }[] {
  return track([text])
    .filter((edge) => edge.edge === 'open')
    .map((edge) => ({ line: text.slice(0, edge.offset).split('\n').length - 1, language: edge.language }));
}

const cases: readonly string[] = [
  'text\n```js\ncode\n```\nmore',
  '~~~\ncode\n```\nstill\n~~~\n',
  '````md\n```js\ninner\n```\n````\nout',
  '```\ncode\n``\n```` \nout',
  '```js `x`\nnot a fence',
  '   ```js\n   code\n   ```\n',
  '    ```js\n    indented code\n',
  '- item\n\n  ```py\n  code\n  ```\n- next',
  '1. one\n   - two\n     ```sh\n     ls\n     ```\n',
  '- ```js\n  code\n  ```\n',
  '> ```js\n> quoted\n> ```\nout\n',
  '> ```js\n> quoted\nout of the quote\n```\nnew fence',
  '- ```js\n  code\nout of the list\n',
  '```js\nunclosed',
  '```  ts  title="x"\ncode\n```',
  'a ``` b\n```\ncode\n```',
  '```js\r\ncode\r\n```\r\nout\r\n',
  '',
  '\n\n',
];

it.each(cases)('finds the fences that CommonMark finds: %j', (text) => {
  expect(found(text)).toEqual(judged(text));
});

it('finds the fences of the known answer', () => {
  expect(found(knownAnswer)).toEqual(judged(knownAnswer));
});

it('finds the fences that CommonMark finds in random documents', () => {
  const line = fc.constantFrom(
    '```',
    '```js',
    '~~~',
    '````',
    'text',
    '',
    '  ```',
    '    code',
    '- item',
    '- ```py',
    '  more',
    '> ```',
    '> quote',
    '1. one',
    '   ```',
    '   text',
    '# head',
    '``',
    '~~~~ x',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      expect(found(text)).toEqual(judged(text));
    }),
    { numRuns: 3_000, seed: 11 },
  );
});

it('says the same however the text is split', () => {
  for (const text of [...cases, knownAnswer]) {
    expect(track([...text])).toEqual(track([text]));
  }
});

it('pairs every opening with a closing, also of a fence that is never closed', () => {
  expect(track(['```js\nunclosed'])).toEqual([
    { edge: 'open', language: 'js', offset: 0, lineEnd: 5 },
    { edge: 'close', language: 'js', offset: 14, lineEnd: 14 },
  ]);
});
