// How answers name files, with and without a line.
import { expect, it } from 'vitest';
import { readFileName } from '../../../src/core/chat/fileName.ts';

it('a name of a file is read with its line, its column and its last line', () => {
  const names = [
    'greeting.py',
    './src/app.ts:12',
    'src\\app.ts:12:5',
    'a.ts#L2',
    'a.ts#L3-L9',
    'a.ts#L3C4-L9C1',
    'a.ts#7',
    'a.ts:L2-L4',
    'a.ts#L12:3',
    'docs/a.md#how-to-start',
    'a.ts:3-9',
    'a.ts(3,1)',
    'file:///work/my%20file.md#L2',
    'file://localhost/work/a.md',
    'vscode://file/work/a.ts:3:1',
    'vscode-insiders://file/c:/work/a.ts',
    'C:\\work\\a.ts:3',
    '/etc/passwd',
    'pages/[id].tsx',
    'Notes (draft).md',
  ];
  expect(Object.fromEntries(names.map((name) => [name, readFileName(name)]))).toEqual({
    'greeting.py': { path: 'greeting.py', absolute: false },
    './src/app.ts:12': { path: 'src/app.ts', absolute: false, line: 12 },
    'src\\app.ts:12:5': { path: 'src/app.ts', absolute: false, line: 12, column: 5 },
    'a.ts#L2': { path: 'a.ts', absolute: false, line: 2 },
    'a.ts#L3-L9': { path: 'a.ts', absolute: false, line: 3, lastLine: 9 },
    'a.ts#L3C4-L9C1': { path: 'a.ts', absolute: false, line: 3, column: 4, lastLine: 9 },
    'a.ts#7': { path: 'a.ts', absolute: false, line: 7 },
    'a.ts:L2-L4': { path: 'a.ts', absolute: false, line: 2, lastLine: 4 },
    'a.ts#L12:3': { path: 'a.ts', absolute: false, line: 12, column: 3 },
    'docs/a.md#how-to-start': { path: 'docs/a.md', absolute: false },
    'a.ts:3-9': { path: 'a.ts', absolute: false, line: 3, lastLine: 9 },
    'a.ts(3,1)': { path: 'a.ts', absolute: false, line: 3, column: 1 },
    'file:///work/my%20file.md#L2': { path: '/work/my file.md', absolute: true, line: 2 },
    'file://localhost/work/a.md': { path: '/work/a.md', absolute: true },
    'vscode://file/work/a.ts:3:1': { path: '/work/a.ts', absolute: true, line: 3, column: 1 },
    'vscode-insiders://file/c:/work/a.ts': { path: '/c:/work/a.ts', absolute: true },
    'C:\\work\\a.ts:3': { path: '/C:/work/a.ts', absolute: true, line: 3 },
    '/etc/passwd': { path: '/etc/passwd', absolute: true },
    'pages/[id].tsx': { path: 'pages/[id].tsx', absolute: false },
    'Notes (draft).md': { path: 'Notes (draft).md', absolute: false },
  });
});

it('what names no file is none', () => {
  expect(['', 'src/', './', ':12', '#L2', 'a\0b'].map(readFileName)).toEqual(Array(6).fill(undefined));
});
