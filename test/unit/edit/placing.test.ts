/** Where an answer belongs that is for a whole text, leaves lines out, or is a part of a file. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { diffArrays } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editsFile, type RealEdits } from '../../../scripts/realEdits.ts';
import { isElision } from '../../../src/core/edit/elision.ts';
import { isChangedLine } from '../../../src/core/edit/lineLikeness.ts';
import type { Scope } from '../../../src/core/edit/placingDiff.ts';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import { cuts, pieces, StepDocument, text } from './stepDocument.ts';

function placed(old: string, answer: string, scope: Scope = 'part', at: readonly number[] = []) {
  const document = new StepDocument(old);
  const replaced = new ReplacedText(old, false, scope);
  for (const piece of pieces(answer, at)) {
    document.take(replaced.take(piece));
    replaced.landed();
  }
  document.take(replaced.end());
  const { unplaced, leftLines, unmentioned } = replaced;
  return { text: document.text, unplaced, leftLines, unmentioned };
}

const file = `import { join } from 'node:path';
import { readFile } from 'node:fs/promises';

/** Loads the settings of a folder. */
export class Loader {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async load(name: string): Promise<string> {
    const path = join(this.folder, name);
    return readFile(path, 'utf8');
  }

  async list(): Promise<string[]> {
    return this.names.filter((name) => name.endsWith('.json'));
  }

  close(): void {
    this.names.length = 0;
  }
}

export function defaultLoader(): Loader {
  return new Loader('settings');
}
`;
const edited = (from: string, to: string): string => {
  expect(file).toContain(from);
  return file.replace(from, to);
};

describe('an answer for a file', () => {
  it.each<[title: string, answer: string, wanted: string]>([
    ['that is whole', edited("'settings'", "'config'"), edited("'settings'", "'config'")],
    ['that is whole and changes its first line', edited('{ join }', '{ join, sep }'), edited('{ join }', '{ join, sep }')],
    ['that is the same', file, file],
    [
      'that leaves lines out before and after a method',
      `// ... existing code ...
  async load(name: string): Promise<string> {
    const path = join(this.folder, name);
    return (await readFile(path, 'utf8')).trim();
  }
  // ... existing code ...
`,
      edited("return readFile(path, 'utf8');", "return (await readFile(path, 'utf8')).trim();"),
    ],
    [
      'with two segments and lines left out between them',
      `import { join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';

// ... existing code ...

export function defaultLoader(): Loader {
  return new Loader('config');
}
`,
      edited('{ readFile }', '{ readFile, stat }').replace("'settings'", "'config'"),
    ],
    [
      'that is one method',
      `  close(): void {
    this.names.length = 0;
    this.closed = true;
  }
`,
      edited('this.names.length = 0;\n', 'this.names.length = 0;\n    this.closed = true;\n'),
    ],
    [
      'that is one method, without its indentation',
      `close(): void {
  this.names.length = 0;
  if (this.closed) {
    return;
  }
}
`,
      edited('this.names.length = 0;\n', 'this.names.length = 0;\n    if (this.closed) {\n      return;\n    }\n'),
    ],
    [
      'that is one method with another first line',
      `  async load(name: string, encoding: string): Promise<string> {
    const path = join(this.folder, name);
    return readFile(path, 'utf8');
  }
`,
      edited('async load(name: string):', 'async load(name: string, encoding: string):'),
    ],
    [
      'that is some lines, the last one changed',
      `    const path = join(this.folder, name);
    return readFile(path, 'latin1');
`,
      edited("return readFile(path, 'utf8');", "return readFile(path, 'latin1');"),
    ],
    [
      'that adds a method after one that is there',
      `  close(): void {
    this.names.length = 0;
  }

  reopen(): void {
    this.names.push('again.json');
  }
`,
      edited(
        '    this.names.length = 0;\n  }\n',
        "    this.names.length = 0;\n  }\n\n  reopen(): void {\n    this.names.push('again.json');\n  }\n",
      ),
    ],
  ])('%s is put where its lines belong', (_title, answer, wanted) => {
    const { text: put, unplaced } = placed(file, answer);
    expect([put, unplaced]).toEqual([wanted, []]);
  });

  it('keeps the rest of the file when it ends early, and says how much that is', () => {
    const first = file.slice(0, file.indexOf('  async list'));
    expect(placed(file, first.replace("'utf8'", "'latin1'"))).toMatchObject({ text: edited("'utf8'", "'latin1'"), leftLines: 13 });
  });

  it('changes nothing when it fits nowhere, or in two places', () => {
    const fn = (name: string): string => `function ${name}() {
  const value = compute();
  return value;
}
`;
    const twice = fn('one') + fn('two');
    const nowhere = 'SELECT name FROM users;';
    const both = '  const value = compute();\n  log(value);';
    expect([placed(file, nowhere), placed(twice, both)]).toEqual([
      { text: file, unplaced: [nowhere], leftLines: 0, unmentioned: 0 },
      { text: twice, unplaced: [both], leftLines: 0, unmentioned: 0 },
    ]);
  });

  it('is all of an empty file', () => {
    expect(placed('', 'const a = 1;\nconst b = 2;\n').text).toBe('const a = 1;\nconst b = 2;\n');
  });

  it('comes out the same however it was cut, and loses no old line without saying so where it has nothing of its own', () => {
    const answers = [file, '// ... existing code ...\n' + file.slice(400, 700), file.slice(200, 500)];
    fc.assert(
      fc.property(fc.constantFrom(...answers), cuts, (answer, at) => {
        expect(placed(file, answer, 'part', at)).toEqual(placed(file, answer));
      }),
      { numRuns: 200 },
    );
  });

  it('is never half in the document, whatever it is', () => {
    fc.assert(
      fc.property(text, text, cuts, (old, answer, at) => {
        const document = new StepDocument(old);
        const replaced = new ReplacedText(old, false, 'part');
        for (const piece of pieces(answer, at)) {
          document.take(replaced.take(piece));
          replaced.landed();
          // Old lines after the place that was reached are all there.
          expect(old.endsWith(document.rest.replace(/^\n/, ''))).toBe(true);
        }
        document.take(replaced.end());
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a selection that is replaced', () => {
  it('keeps what a comment stands for', () => {
    const answer = edited("'settings'", "'config'").split('\n');
    const elided = [...answer.slice(0, 6), '  // ... rest of the class unchanged ...', ...answer.slice(-5)].join('\n');
    expect(placed(file, elided, 'whole').text).toBe(answer.join('\n'));
  });
});

describe('a comment that stands for lines that are left out', () => {
  it.each([
    '// ... existing code ...',
    '  // ...existing code...',
    '# ... existing code ...',
    '/* … rest of the function … */',
    '<!-- ... existing content ... -->',
    '        {/* ... existing code ... */}',
    '-- ... rest of the query unchanged',
    '// ...',
    '// rest of the file remains unchanged',
    '// (rest of the code stays the same)',
    '# The remaining methods are unchanged',
    '// existing imports',
    '; ... other settings ...',
    '// ... 其余代码不变 ...',
    '# 其他代码保持不变',
    '// Rest of your code here',
  ])('is seen in %j', (line) => expect(isElision(line)).toBe(true));

  it.each([
    '  ...rest,',
    'const { a, ...rest } = props;',
    '        ...',
    'def f(): ...',
    '// Wait... the rest comes later in another function of this file',
    '// The existing one is used when there is no other.',
    '// Loading the remaining pages...',
    '# Keep the same order as before',
    'export default function rest() {}',
    '### Rest',
    '* other things',
    '// TODO: remove unchanged rows...',
    '',
    '// …and that is all',
  ])('is not seen in %j', (line) => expect(isElision(line)).toBe(false));

  it('is a line like others where the file has it itself', () => {
    const old = 'const a = 1;\n// ... existing code ...\nconst b = 2;\n';
    expect(placed(old, old.replace('b = 2', 'b = 3'), 'whole').text).toBe(old.replace('b = 2', 'b = 3'));
  });
});

describe('a line', () => {
  it.each([
    ['foo(a) {', 'foo(a, b) {', true],
    ['  return value;', '  return value + 1;', true],
    ['export function load(name: string) {', 'export async function load(name: string, encoding: string) {', true],
    ['function four() {', 'function five() {', false],
    ['  getUser() {', '  setUser() {', false],
    ['export class A {', 'export class B {', false],
    ['public void first() {', 'public void second() {', false],
    ['    this.first = 1;', '    this.second = 2;', false],
    ['const path = join(a, b);', 'const path = resolve(a, b);', true],
    ['}', '});', false],
    ['', 'x', false],
  ])('%j changed to %j is the same one: %j', (before, after, same) => expect(isChangedLine(before, after)).toBe(same));
});

describe('real edits', () => {
  const { edits } = JSON.parse(brotliDecompressSync(readFileSync(editsFile)).toString('utf8')) as RealEdits;
  const lines = (whole: string): string[] => whole.split('\n').map((line) => line.trimEnd());

  /** The hunks of the shortest diff with so many lines around each, as a model would answer with them. */
  function segments(old: string[], now: string[], context: number): readonly string[][] {
    const said = new Set<number>();
    const say = (from: number, to: number): void => {
      for (let at = Math.max(0, from); at < to; at++) said.add(at);
    };
    let line = 0;
    for (const { value, added, removed } of diffArrays(old, now)) {
      if (added || removed) say(line - context, line + (added ? value.length : 0) + context);
      if (!removed) line += value.length;
    }
    const parts: string[][] = [];
    for (const [at, each] of now.entries()) {
      if (!said.has(at)) continue;
      if (!said.has(at - 1)) parts.push([]);
      parts.at(-1)?.push(each);
    }
    return parts;
  }

  const measure = (context: number, asPart: boolean) => {
    let [right, lost, silent, asked, runs] = [0, 0, 0, 0, 0];
    for (const { before, after } of edits) {
      const [old, now] = [lines(before), lines(after)];
      const parts = segments(old, now, context);
      if (asPart && parts.length !== 1) continue;
      runs++;
      const mark = '// ... existing code ...';
      const answer = asPart ? parts.flat() : [mark, ...parts.flatMap((part) => [...part, mark])];
      const result = placed(old.join('\n'), answer.join('\n'));
      const left = new Map<string, number>();
      for (const line of result.text.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
      if (result.text === now.join('\n')) right++;
      const isAsked = result.unplaced.length > 0 || result.unmentioned > 0 || result.leftLines > 0;
      if (isAsked) asked++;
      const kept = diffArrays(old, now).filter((each) => !each.added && !each.removed);
      for (const line of kept.flatMap(({ value }) => value)) {
        const count = left.get(line) ?? 0;
        if (count === 0 && isAsked) lost++;
        else if (count === 0) silent++;
        left.set(line, count - 1);
      }
    }
    return { runs, right, asked, lost, silent };
  };

  it('come out right where they are answered with eight lines around each change, and seldom lose a line that they keep', () => {
    const measured = Object.fromEntries([1, 3, 8].map((context) => [context, measure(context, false)]));
    console.log(`Lines left out, by lines around a change: ${JSON.stringify(measured)}`);
    const silent = Object.values(measured).reduce((sum, each) => sum + each.silent, 0);
    const all = edits.reduce((sum, { before }) => sum + lines(before).length, 0) * 3;
    expect([silent / all < 0.0005, measured[8]!.right >= measured[8]!.runs * 0.75]).toEqual([true, true]);
  });
});
