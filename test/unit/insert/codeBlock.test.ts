/** Which code block of an answer was chosen, and which file the answer names for it. */
import { describe, expect, it } from 'vitest';
import { certainFile, filesByMatch } from '../../../src/core/edit/fileMatch.ts';
import { codeBlocks, filesNamed, innerPath } from '../../../src/core/insert/codeBlock.ts';

describe('the code blocks of an answer', () => {
  it('are found with what stands above them, in lists, with other fences inside, and while they stream', () => {
    const answer = [
      'Change `src/a.ts`:',
      '',
      '```ts',
      'const a = 1;',
      '```',
      'and',
      '1. the readme',
      '   ````md',
      '   ```sh',
      '   npm test',
      '   ```',
      '   ````',
      '~~~py title="b.py"',
      'b = 2',
    ].join('\n');
    expect(codeBlocks(answer)).toEqual([
      { info: 'ts', above: 'Change `src/a.ts`:', code: 'const a = 1;\n', isOpen: false },
      { info: 'md', above: '1. the readme', code: '```sh\nnpm test\n```\n', isOpen: false },
      { info: 'py title="b.py"', above: '1. the readme', code: 'b = 2\n', isOpen: true },
    ]);
  });
});

describe('the file of a block', () => {
  it.each<[info: string, above: string, code: string, names: string[]]>([
    ['ts src/a.ts', '', 'x', ['src/a.ts']],
    ['ts:src/a.ts', '', 'x', ['src/a.ts']],
    ['src/a.ts', '', 'x', ['src/a.ts']],
    ['js title="lib/my-file.js" {1,3}', '', 'x', ['lib/my-file.js']],
    ['python filename=app/main.py', '', 'x', ['app/main.py']],
    ['ts', '', '// filepath: src/a.ts\nx', ['src/a.ts']],
    ['py', '', '# src/b.py\nx', ['src/b.py']],
    ['html', '', '<!-- public/index.html -->\n<p>', ['public/index.html']],
    ['css', '', '/* styles/page.css */\na {}', ['styles/page.css']],
    ['ts', '**src/a.ts**', 'x', ['src/a.ts']],
    ['ts', '### `src/a.ts`', 'x', ['src/a.ts']],
    ['ts', 'File: src/a.ts:', 'x', ['src/a.ts']],
    ['ts', 'In `src/a.ts`, change the last line:', 'x', ['src/a.ts']],
    ['tsx', '`app/[id]/page.tsx`', 'x', ['app/[id]/page.tsx']],
    ['ts', 'src\\win\\a.ts', 'x', ['src/win/a.ts']],
    ['ts', 'Either `a.ts` or `b.ts`:', 'x', []],
    ['ts', 'Here is version 1.2:', 'x', []],
    ['ts', '', '// A comment.\nx', []],
    ['ts', '', 'x', []],
    ['', 'See https://example.com/a.ts', 'x', []],
  ])('after ```%s, below %j, beginning %j is %j', (info, above, code, names) => {
    expect(filesNamed({ info, above, code })).toEqual(names);
  });

  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['../a.ts', undefined],
    ['src/../../a.ts', undefined],
    ['/etc/passwd', undefined],
    ['C:/a.ts', undefined],
    ['~/a.ts', undefined],
    ['file:///a.ts', undefined],
    ['.git/hooks/pre-commit', undefined],
  ])('named %j is inside of the workspace as %j', (name, path) => expect(innerPath(name)).toBe(path));

  it('is the one that has most of its lines, if no other has nearly as many', () => {
    const code = 'export function load() {\n  return read();\n}\n\nexport const newOne = 1;\n';
    const same = { file: 'same.ts', text: 'import x;\nexport function load() {\n  return read();\n}\nexport const oldOne = 1;\n' };
    const near = { file: 'near.ts', text: 'export function load() {\n  return write();\n}\n' };
    const other = { file: 'other.ts', text: 'SELECT 1;\n' };
    const shares = filesByMatch(code, [other, near, same]).map(({ file, share }) => [file, Math.round(share * 100)]);
    expect(shares.map(([file]) => file)).toEqual(['same.ts', 'near.ts', 'other.ts']);
    expect([
      certainFile(filesByMatch(code, [other, same])),
      certainFile(filesByMatch(code, [near, same])),
      certainFile(filesByMatch(code, [other])),
    ]).toEqual(['same.ts', undefined, undefined]);
  });
});
