/** Where an answer goes that covers a whole text, leaves out lines, or is a part of a file. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { diffArrays } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editsFile, type RealEdits } from '../../../scripts/realEdits.ts';
import { isElision } from '../../../src/core/edit/elision.ts';
import { isChangedLine, readLine } from '../../../src/core/edit/lineLikeness.ts';
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
  const { unplaced, leftLines, left, unmentioned } = replaced;
  return { text: document.text, unplaced, leftLines, left: left.flatMap(({ lines }) => lines), unmentioned };
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
      { text: file, unplaced: [nowhere], leftLines: 0, left: [], unmentioned: 0 },
      { text: twice, unplaced: [both], leftLines: 0, left: [], unmentioned: 0 },
    ]);
  });

  const fn = (name: string): string => `/**
 * Checks the name.
 * @param name what is checked
 * @returns whether it is right
 */
function ${name}(name) {
  return ${name}Names.has(name);
}
`;
  const four = ['one', 'two', 'three', 'four'].map(fn);

  it('puts a new function before one with the same comment, and that one stays', () => {
    const [one = '', two = '', three = '', last = ''] = four;
    const answer = `function two(name) {
  return twoNames.has(name);
}
${fn('added')}${three.slice(0, three.indexOf('  return'))}`;
    expect(placed([one, two, three, last].join(''), answer)).toMatchObject({
      text: [one, two, fn('added'), three, last].join(''),
      unplaced: [],
      left: [],
    });
  });

  it('keeps lines that it passes over without a comment, and says so', () => {
    const [one = '', two = '', three = '', last = ''] = four;
    const answer = (two + last.replace('return four', 'return !four')).slice(four[1]!.indexOf('function'));
    const { text: put, left } = placed([one, two, three, last].join(''), answer);
    expect([put, left.includes('  return threeNames.has(name);')]).toEqual([
      [one, two, three, last.replace('return four', 'return !four')].join(''),
      true,
    ]);
  });

  it('removes lines between others where it has comments for what it leaves out', () => {
    const [one = '', two = '', three = '', last = ''] = four;
    const old = [one, two, three, last].join('');
    const gone = [one, two, last].join('');
    expect(placed(old, `// ... existing code ...\n${two}${last}`)).toMatchObject({ text: gone, left: [], unplaced: [] });
  });

  it('keeps the line end that closes the file when its last lines are others', () => {
    expect(placed('one();\ntwo();\n\nthree();\n', 'one();\ntwo();\n\nfour();\n').text.endsWith(';\n')).toBe(true);
  });

  const rule = (name: string): string => `.${name} {\n  color: red;\n  margin: 0;\n}\n`;
  const command = (name: string): string =>
    `${name} = """\nquiet = archive $(output)\narchive = ar -${name} crs $(output) $(objects)\nlink = ld $(output)\n"""\n\n\n`;
  it.each<[language: string, old: readonly string[], added: string, answer: string]>([
    ['CSS', ['first', 'second', 'third'].map(rule), rule('added'), `}\n${rule('added')}.second {\n`],
    [
      'Python',
      ['FIRST', 'SECOND', 'THIRD'].map(command),
      command('ADDED'),
      `"""\n\n\n${command('ADDED')}${command('SECOND').split('\n').slice(0, 3).join('\n')}\n`,
    ],
  ])('puts a block between others that are like it: %s', (_language, [first = '', ...others], added, answer) => {
    const { text: put, unplaced, left } = placed([first, ...others].join(''), answer);
    expect([put, unplaced, left]).toEqual([[first, added, ...others].join(''), [], []]);
  });

  it.each<[why: string, old: string, answer: string, asked: Partial<ReturnType<typeof placed>>]>([
    [
      'its first line with text is new, and only a blank line is around it',
      '# Title\n\nSome words about the first command.\n\nThen more words.\n\n## Next\n',
      '\nSome words about the second command.\n\nThen more words.\n',
      { text: '# Title\n\nSome words about the first command.\n\nThen more words.\n\n## Next\n', unplaced: [expect.any(String)] },
    ],
    [
      'it is indented deeper than the file, and its lines are others',
      [
        'function one() {',
        '  return list',
        '    .map(first)',
        '    .filter(second);',
        '}',
        '',
        'function two() {',
        '  return other',
        '    .map(first);',
        '}',
        '',
      ].join('\n'),
      '        return list\n          .map(third)\n          .filter(second);\n      }\n\n',
      { left: ['    .map(first)'] },
    ],
    [
      'it changes one line and lacks others',
      [
        'class A:',
        '    def one(self):',
        '        self.count = 0',
        '        return self.count',
        '',
        '    def two(self):',
        '        value = compute()',
        '        return value',
        '',
      ].join('\n'),
      '        self.count = 0\n        value = compute()\n        log(value)\n        return value\n',
      { unmentioned: 2 },
    ],
    [
      'every line around it is in many places',
      [
        'on: push',
        'jobs:',
        '  lint:',
        '    runs-on: ubuntu',
        '    steps:',
        '      - run: npm ci',
        '  test:',
        '    runs-on: ubuntu',
        '    steps:',
        '      - run: npm ci',
        '',
      ].join('\n'),
      '    runs-on: ubuntu\n    needs: lint\n    steps:\n      - run: npm ci\n',
      { unplaced: ['    runs-on: ubuntu\n    needs: lint\n    steps:\n      - run: npm ci'] },
    ],
  ])('is a question where %s', (_why, old, answer, asked) => expect(placed(old, answer)).toMatchObject(asked));

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
    '// 先处理其余部分',
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
  ])('%j changed to %j is the same one: %j', (before, after, same) => expect(isChangedLine(readLine(before), readLine(after))).toBe(same));
});

describe('real edits', () => {
  const { edits } = JSON.parse(brotliDecompressSync(readFileSync(editsFile)).toString('utf8')) as RealEdits;
  const lines = (whole: string): string[] => whole.split('\n').map((line) => line.trimEnd());

  interface Hunk {
    readonly from: number;
    readonly to: number;
    readonly put: readonly string[];
  }
  interface Case {
    readonly old: readonly string[];
    readonly now: readonly string[];
    readonly answer: readonly string[];
  }
  const mark = '// ... existing code ...';

  /** The hunks of the shortest diff. */
  function hunksOf(old: string[], now: string[]): readonly Hunk[] {
    const hunks: { from: number; to: number; put: string[] }[] = [];
    let [at, isOpen] = [0, false];
    for (const { value, added, removed } of diffArrays(old, now)) {
      if (added || removed) {
        if (!isOpen) hunks.push({ from: at, to: at, put: [] });
        if (added) hunks.at(-1)?.put.push(...value);
        else hunks.at(-1)!.to += value.length;
      }
      isOpen = added || removed;
      if (!added) at += value.length;
    }
    return hunks;
  }

  /** The text with these hunks, and what a model says of it with so many lines around each. */
  function said(old: readonly string[], hunks: readonly Hunk[], context: number) {
    const now: string[] = [];
    const parts: { readonly at: number; readonly lines: string[] }[] = [];
    const put = (line: string, isSaid: boolean): void => {
      const last = parts.at(-1);
      if (isSaid && last !== undefined && last.at + last.lines.length === now.length) last.lines.push(line);
      else if (isSaid) parts.push({ at: now.length, lines: [line] });
      now.push(line);
    };
    let at = 0;
    for (const { from, to, put: lines } of [...hunks, { from: old.length, to: old.length, put: [] }]) {
      for (; at < from; at++) {
        const place = at;
        put(
          old[at]!,
          hunks.some((hunk) => place >= hunk.from - context && place < hunk.to + context),
        );
      }
      for (const line of lines) put(line, true);
      at = to;
    }
    return { now, parts };
  }

  /** With comments for what is left out: only there, or also where nothing is, as models have it. */
  function elided(context: number, everywhere: boolean): readonly Case[] {
    return pairs.map(({ old, hunks }) => {
      const { now, parts } = said(old, hunks, context);
      const last = parts.at(-1);
      const answer = parts.flatMap(({ at, lines: part }) => (everywhere || at > 0 ? [mark, ...part] : part));
      if (everywhere || (last !== undefined && last.at + last.lines.length < now.length)) answer.push(mark);
      return { old, now, answer };
    });
  }

  /** All hunks, or two neighbours, in a row without a comment between them. */
  function joined(context: number, ofAll: boolean, isMarked: boolean): readonly Case[] {
    return pairs.flatMap(({ old, hunks }) => {
      const step = Math.ceil(hunks.length / 20);
      const chosen = ofAll ? [hunks] : hunks.slice(1).flatMap((hunk, at) => (at % step === 0 ? [[hunks[at]!, hunk]] : []));
      return chosen.flatMap((some) => {
        const { now, parts } = said(old, some, context);
        const answer = parts.flatMap((part) => part.lines);
        return parts.length > 1 ? [{ old, now, answer: isMarked ? [mark, ...answer, mark] : answer }] : [];
      });
    });
  }

  /** One hunk alone: at most twenty of an edit. */
  function partial(context: number, isMarked: boolean): readonly Case[] {
    return pairs.flatMap(({ old, hunks }) => {
      const chosen = hunks.filter((_, at) => at % Math.ceil(hunks.length / 20) === 0);
      return chosen.flatMap((hunk) => {
        const { now, parts } = said(old, [hunk], context);
        if (parts.length !== 1) return [];
        return [{ old, now, answer: isMarked ? [mark, ...parts[0]!.lines, mark] : [...parts[0]!.lines, ''] }];
      });
    });
  }

  const pairs = edits.map(({ before, after }) => {
    const old = lines(before);
    return { old, hunks: hunksOf(old, lines(after)) };
  });

  /**
   * `silent`: lines with text that the edit keeps, and that are gone though nothing is asked. `doubted`: answers that are the edit,
   * with a question about lines that were meant to go.
   */
  function measure(cases: readonly Case[]) {
    const counts = { exact: 0, doubted: 0, asked: 0, added: 0, silent: 0 };
    for (const { old, now, answer } of cases) {
      const result = placed(old.join('\n'), answer.join('\n'));
      const isAsked = result.unplaced.length > 0 || result.unmentioned > 0 || result.leftLines > 0 || result.left.length > 0;
      if (result.text === now.join('\n')) {
        counts.exact++;
        if (isAsked) counts.doubted++;
      } else if (isAsked) counts.asked++;
      else {
        const there = new Map<string, number>();
        for (const line of result.text.split('\n')) there.set(line, (there.get(line) ?? 0) + 1);
        const kept = diffArrays([...old], [...now]).flatMap((each) => (each.added || each.removed ? [] : each.value));
        const lost = kept.filter((line) => {
          const count = there.get(line) ?? 0;
          there.set(line, count - 1);
          return line.trim() !== '' && count <= 0;
        });
        counts.silent += lost.length;
        counts.added++;
      }
    }
    return { of: cases.length, ...counts };
  }

  it.each<[context: number, elided: number, alone: number]>([
    [1, 6, 283],
    [2, 31, 613],
    [3, 48, 713],
    [5, 64, 752],
    [8, 69, 758],
  ])('lose no line that they keep without a question, with %i lines of the file around each change', (context, ofAll, alone) => {
    const measured = { 'all changes': measure(elided(context, false)), 'one change': measure(partial(context, false)) };
    console.table(measured);
    expect(Object.values(measured).map(({ of, exact, silent }) => [of, exact, silent])).toEqual([
      [82, ofAll, 0],
      [794, alone, 0],
    ]);
  });

  it('lose no line without a question where comments stand also for nothing, or around one change', () => {
    const measured = [measure(elided(8, true)), measure(partial(1, true))];
    expect(measured.map(({ of, exact, silent }) => [of, exact, silent])).toEqual([
      [82, 65, 0],
      [794, 278, 0],
    ]);
  });

  it.each<[context: number, ofAll: number, two: number]>([
    [2, 71, 378],
    [3, 70, 304],
    [8, 55, 164],
  ])(
    'lose no line without a question where changes follow each other without a comment, with %i lines around each',
    (context, all, two) => {
      const measured = [true, false].flatMap((isMarked) => [true, false].map((ofAll) => measure(joined(context, ofAll, isMarked))));
      expect(measured.map(({ of, silent }) => [of, silent])).toEqual([
        [all, 0],
        [two, 0],
        [all, 0],
        [two, 0],
      ]);
    },
  );

  it('are whole where the whole file is the answer, or the rest is asked about', () => {
    const whole = measure(edits.map(({ before, after }) => ({ old: lines(before), now: lines(after), answer: lines(after) })));
    expect([whole.silent, whole.exact + whole.asked >= whole.of - 3]).toEqual([0, true]);
    // The price: questions about lines that were meant to go.
    const marked = measure(elided(8, false));
    expect([whole.exact, whole.doubted, marked.exact, marked.doubted]).toEqual([65, 14, 69, 33]);
  });
});
