// Which files are offered for a few letters, and in which order: as VS Code's own Quick Open would.
import { expect, it } from 'vitest';
import { rankFiles, withoutIgnored } from '../../../src/vscode/chat/files/fileRank.ts';

const files = (...paths: string[]) => paths.map((path) => ({ path, name: path.slice(path.lastIndexOf('/') + 1) }));
const paths = (found: readonly { readonly path: string }[]) => found.map(({ path }) => path);
const tree = files(
  'README.md',
  'src/parts/button.ts',
  'src/button/index.ts',
  'src/parts/iconButton.ts',
  'src/parts/page12.ts',
  'docs/Readme.zh.md',
  'src/数据/读取.ts',
  'src/parts/my-button.test.ts',
);

it.each([
  ['readme', ['README.md', 'docs/Readme.zh.md']],
  ['Button', ['src/parts/button.ts', 'src/parts/my-button.test.ts', 'src/parts/iconButton.ts', 'src/button/index.ts']],
  ['partsbutton', ['src/parts/button.ts', 'src/parts/my-button.test.ts', 'src/parts/iconButton.ts']],
  ['buttn', ['src/parts/button.ts', 'src/parts/my-button.test.ts', 'src/parts/iconButton.ts', 'src/button/index.ts']],
  ['parts/b', ['src/parts/button.ts', 'src/parts/my-button.test.ts', 'src/parts/iconButton.ts']],
  ['parts\\b', ['src/parts/button.ts', 'src/parts/my-button.test.ts', 'src/parts/iconButton.ts']],
  ['读取', ['src/数据/读取.ts']],
  ['zzz', []],
])('for "%s" offers %j', async (words, expected) => {
  expect(paths(await rankFiles(tree, words, 12))).toEqual(expected);
});

it('puts a name that begins with the letters before a thousand others that have them', async () => {
  const many = files(...Array.from({ length: 1_000 }, (_, index) => `src/a${index}/xbutton.js`), 'src/deep/er/still/button.ts');
  expect(paths(await rankFiles(many, 'button', 12))[0]).toBe('src/deep/er/still/button.ts');
});

it('leaves out what ignore files name, and lets a deeper one take a file back', () => {
  const all = files('a.log', 'src/a.log', 'src/keep.log', 'out/x.js', 'lib/out/x.js', 'src/b.ts', 'vendor/one/a.ts', 'vendor/two/a.ts');
  const kept = withoutIgnored(all, [
    { folder: 'src/', text: '!keep.log' },
    { folder: '', text: '*.log\n/out\n# a comment\nvendor/*\n!vendor/two\n' },
  ]);
  expect(paths(kept)).toEqual(['src/keep.log', 'lib/out/x.js', 'src/b.ts', 'vendor/two/a.ts']);
});
