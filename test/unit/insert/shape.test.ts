/** What an answer becomes in a document, as pictures: `|` is the cursor, `«…»` is what was streamed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorPlace, inCode } from '../../../src/core/insert/cursorPlace.ts';
import { Shape, withEol, type ShapeOptions } from '../../../src/core/insert/shape.ts';
import { optionsAt, picture, shaped } from './picture.ts';

const python = { language: 'python' };

describe('indentation', () => {
  it('follows the line of the cursor and keeps what the lines have among themselves', () => {
    expect(picture('class A:\n    |\n', 'def f(self):\n    if x:\n        return 1\n    return 2\n', python)).toBe(
      'class A:\n    «def f(self):\n        if x:\n            return 1\n        return 2»\n',
    );
  });

  it('takes lines that a model wrote with the white space of the document as they are', () => {
    expect(picture('class A:\n    |\n', '    def f(self):\n        return 1\n', python)).toBe(
      'class A:\n    «def f(self):\n        return 1»\n',
    );
    expect(picture('def f():\n    |', 'x = 1\n    y = 2\n    return x + y', python)).toBe(
      'def f():\n    «x = 1\n    y = 2\n    return x + y»',
    );
    expect(picture('class A:\n    |', 'def f(self):\n        return 1', python)).toBe('class A:\n    «def f(self):\n        return 1»');
  });

  it('keeps a chained call under its first line', () => {
    expect(picture('{\n    |\n}', 'list\n    .map(f)\n    .filter(g);')).toBe('{\n    «list\n        .map(f)\n        .filter(g);»\n}');
  });

  it('of a fenced block is its own, also where its second line has that of the cursor', () => {
    const two = { indentation: { tabs: false, size: 2 } } as const;
    expect([
      picture('<ul>\n  |\n</ul>', '```html\n<li>\n  a\n</li>\n```', { language: 'html', ...two }),
      picture('(def x\n  |', '```clojure\n(let [a 1]\n  a)\n```', { language: 'clojure', ...two }),
      picture('a:\n  - |', '```yaml\nb: 1\nc: 2\n```', { language: 'yaml', ...two }),
    ]).toEqual(['<ul>\n  «<li>\n    a\n  </li>»\n</ul>', '(def x\n  «(let [a 1]\n    a)»', 'a:\n  - «b: 1\n    c: 2»']);
  });

  it('closes a block left of where the answer began', () => {
    expect(picture('if a:\n    if b:\n        |', '        x()\n    else:\n        y()', python)).toBe(
      'if a:\n    if b:\n        «x()\n    else:\n        y()»',
    );
  });

  it('writes tabs into a document of tabs, one for each level of the answer', () => {
    expect(picture('func f() {\n\t|\n}', 'if x {\n  for {\n    y()\n  }\n}', { language: 'go' })).toBe(
      'func f() {\n\t«if x {\n\t\tfor {\n\t\t\ty()\n\t\t}\n\t}»\n}',
    );
  });

  it('writes tabs under a line of tabs, whatever the editor is set to', () => {
    const spaces = { indentation: { tabs: false, size: 4 } };
    expect(picture('{\n\t|\n}', 'if (x) {\n  y();\n}', spaces)).toBe('{\n\t«if (x) {\n\t\ty();\n\t}»\n}');
    expect(picture('{\n\t  |\n}', 'if (x) {\n  y();\n}', spaces)).toBe('{\n\t  «if (x) {\n\t    y();\n\t  }»\n}');
  });

  it('writes spaces into a document of spaces', () => {
    expect(picture('{\n    |\n}', 'if (x) {\n\ty();\n}')).toBe('{\n    «if (x) {\n        y();\n    }»\n}');
  });

  it('leaves no white space on blank lines', () => {
    expect(picture('    |', 'a();\n   \n\nb();\n    \n')).toBe('    «a();\n\n\n    b();»');
  });

  it('goes on behind text of the line', () => {
    expect(picture('    const f = |;', '```ts\n() => {\n  g();\n}\n```')).toBe('    const f = «() => {\n      g();\n    }»;');
    expect(picture('return|', ' value;')).toBe('return« value;»');
    expect(picture('return |', ' value;')).toBe('return «value;»');
    expect(picture('    def f(self):|', '\n    return 1', python)).toBe('    def f(self):«\n        return 1»');
    expect(picture('    def f(self):|', '\n        return 1', python)).toBe('    def f(self):«\n        return 1»');
    expect(picture('def f():|', '```python\n    return 1\n```', python)).toBe('def f():«\n    return 1»');
  });

  it('gives recipes of a Makefile their tabs', () => {
    const makefile = { language: 'makefile', indentation: { tabs: false, size: 4 } };
    expect(picture('|', 'all: a\n    cc a\n    ld a', makefile)).toBe('«all: a\n\tcc a\n\tld a»');
    expect(picture('all: a\n\t|', 'cc a\n\tld a', makefile)).toBe('all: a\n\t«cc a\n\tld a»');
    expect(picture('all: a\n\t|', 'cc a\nld a', makefile)).toBe('all: a\n\t«cc a\n\tld a»');
  });

  it('gives YAML no tabs', () => {
    const yaml = { language: 'yaml', indentation: { tabs: true, size: 2 } };
    expect(picture('jobs:\n  |', 'test:\n\tsteps:\n\t\t- run: x', yaml)).toBe('jobs:\n  «test:\n    steps:\n      - run: x»');
    expect(picture('jobs:\n  |', '- a: 1\n  b: 2\n- c', yaml)).toBe('jobs:\n  «- a: 1\n    b: 2\n  - c»');
  });

  it('keeps the text behind the cursor on its line when whole lines come before it', () => {
    const code = 'a();\nb();\n';
    expect(picture('  |c();', code, { content: 'code' })).toBe('  «a();\n  b();\n  »c();');
    expect(picture('|c();', `\`\`\`ts\n${code}\`\`\``)).toBe('«a();\nb();\n»c();');
    expect(picture('|c();', 'a() || ')).toBe('«a() || »c();');
    expect(picture('f(|);', 'a\n', { content: 'code' })).toBe('f(«a»);');
    expect(picture('| + 1;', 'a\n', { content: 'code', replaces: true })).toBe('«a» + 1;');
  });

  it('indents a code block as the line of the cursor', () => {
    const block = 'if a:\n    x = 1\nelse:\n    x = 2\n';
    expect(picture('    def f(self):\n        |\n', block, { ...python, content: 'code' })).toBe(
      '    def f(self):\n        «if a:\n            x = 1\n        else:\n            x = 2»\n',
    );
  });

  it('begins a line of its own under the cursor', () => {
    expect(picture('  // sort the list|', 'list.sort();', { ownLine: true })).toBe('  // sort the list«\n  list.sort();»');
  });
});

describe('fences', () => {
  it('are taken out and the talk around them becomes comments', () => {
    const answer = 'Here is the function:\n\n```ts\nf();\n\ng();\n```\n\nIt calls `f`,\nthen `g`.\n';
    expect(picture('  |', answer)).toBe('  «// Here is the function:\n  f();\n\n  g();\n\n  // It calls `f`,\n  // then `g`.»');
    expect(picture('  |', answer, { prose: 'drop' })).toBe('  «f();\n\n  g();»');
    expect(picture('  |', answer, { prose: 'keep' })).toBe('  «Here is the function:\n\n  f();\n\n  g();\n\n  It calls `f`,\n  then `g`.»');
  });

  it('part two blocks by a blank line when the talk between them is dropped', () => {
    expect(picture('|', '```\na\n```\nand then\n```\nb\n```', { prose: 'drop' })).toBe('«a\n\nb»');
  });

  it('keep what only looks like a fence', () => {
    expect(picture('|', '````md\n```js\nx\n```\n````', { language: 'javascript' })).toBe('«```js\nx\n```»');
    expect(picture('|', '~~~\n```\nx\n```\n~~~')).toBe('«```\nx\n```»');
    expect(picture('|', '```\na\n    ```\n``\n``` x\n```')).toBe('«a\n    ```\n``\n``` x»');
    expect(picture('|', 'See `a`, it is here:\n```b``` is it\n')).toBe('«// See `a`, it is here:\n// ```b``` is it»');
  });

  it('keep the words of an explanation after their language, but no attributes and no file names', () => {
    expect(picture('|', 'Here are two:\n```klingon This runs first:\nqapla\n```\nDone.')).toBe(
      '«// Here are two:\n// This runs first:\nqapla\n// Done.»',
    );
    const others = ['ts src/a.ts', 'ts title="My own file"', 'js {1,3} showLineNumbers', 'rust,ignore', 'ts main.ts lib.ts', 'py a b.py'];
    expect(others.map((info) => picture('|', `\`\`\`${info}\nf();\n\`\`\``))).toEqual(others.map(() => '«f();»'));
  });

  it('take their own indentation out of their content', () => {
    expect(picture('|', '1. Do this now:\n   ```py\n   if x:\n       y\n   ```\n2. Done.', python)).toBe(
      '«# 1. Do this now:\nif x:\n    y\n# 2. Done.»',
    );
  });

  it('without a language open after talk, also where talk is the content', () => {
    expect(picture('|', 'Here it is:\n\n```\n<li>a</li>\n```', { language: 'html' })).toBe('«Here it is:\n\n<li>a</li>»');
    expect(picture('|', 'import os\n\nThen call it:\n```\nfoo()\n```', python)).toBe('«import os\n\nThen call it:\n\nfoo()»');
  });

  it('make talk of a line before them that may be code by itself', () => {
    expect([
      picture('|', 'Sure:\n```ts\nf();\n```\nDone.'),
      picture('|', '1. Do:\n\n   ~~~ts\n   f();\n   ~~~\n', { prose: 'drop' }),
      picture('|', 'Use `f()`.\n\n```\nf();\n```'),
      picture('|', '10. **src/a_b.ts**\n\n    ```ts\n    f();\n    ```\n'),
      picture('|', '✅ done\n```ts\nf();\n```\n'),
      picture('|', 'Sure.\nHere is it:\n```ts\nf();\n```\n'),
      picture('|', 'a = 1\n\n```ts\nf();\n```\n'),
      picture('|', 'Sure:\n\nf();'),
      picture('|', 'Sure:\n\n'),
      picture('    |', 'else:\n```\nThat is all of it.', python),
    ]).toEqual([
      '«// Sure:\nf();\n// Done.»',
      '«f();»',
      '«// Use `f()`.\nf();»',
      '«// 10. **src/a_b.ts**\nf();»',
      '«// ✅ done\nf();»',
      '«// Sure.\n// Here is it:\nf();»',
      '«a = 1\n\nf();»',
      '«Sure:\n\nf();»',
      '«Sure:»',
      '    «else:\n    # That is all of it.»',
    ]);
  });

  it('may be left open, or closed without having been opened', () => {
    expect(picture('|', '```ts\nf();')).toBe('«f();»');
    expect(picture('|', 'f();\n```\nDone.')).toBe('«f();\n// Done.»');
    expect(picture('|', '```ts')).toBe('«»');
  });

  it('stay in Markdown and plain text, as everything does', () => {
    const answer = 'Talk:\n\n```js\nx\n```\n\n';
    for (const language of ['markdown', 'plaintext']) expect(picture('|', answer, { language })).toBe(`«${answer}»`);
    expect(picture('- a\n  |', 'b:\n```js\nx\n```', { language: 'markdown' })).toBe('- a\n  «b:\n  ```js\n  x\n  ```»');
  });

  it('and the line end after a selection stay, and a new file gets one', () => {
    const selection = { replaces: true };
    expect([
      picture('# A\n|\n\nend', 'Other text.\n', { language: 'markdown', ...selection }),
      picture('|', '```ts\nf();\n```\n', { isFile: true, ...selection }),
      picture('|', '# A\n', { language: 'markdown', isFile: true, ...selection }),
      picture('|', 'That is only talk, and no code.', { isFile: true, prose: 'drop', ...selection }),
    ]).toEqual(['# A\n«Other text.»\n\nend', '«f();\n»', '«# A\n»', '«»']);
  });

  it('stay in what is code already', () => {
    expect(picture('|', 'Here is the text:\n```\n', { content: 'code' })).toBe('«Here is the text:\n```»');
  });
});

describe('markdown inside of a fence', () => {
  it.each([
    ['four backticks around three', '````md\n# T\n```sh\nnpm\n```\nend\n````\n', '# T\n```sh\nnpm\n```\nend'],
    ['tildes around backticks', '~~~md\n# T\n```sh\nnpm\n```\nend\n~~~\n', '# T\n```sh\nnpm\n```\nend'],
    ['three backticks around three', '```md\n# T\n```sh\nnpm\n```\nend\n```\n', '# T\n```sh\nnpm\n```\nend'],
    ['two of them', '```markdown\n```js\nx\n```\n\n```ts\ny\n```\n```\n', '```js\nx\n```\n\n```ts\ny\n```'],
  ])('keeps its own fences: %s', (_title, answer, wanted) => {
    expect(picture('|', answer, { language: 'python' })).toBe(`«${wanted}»`);
  });
});

describe('an answer without a fence', () => {
  it('is code when its first line is', () => {
    for (const [language, line] of [
      ['python', 'def f(x):'],
      ['python', 'import os'],
      ['python', 'from a import b'],
      ['sql', 'SELECT name FROM users'],
      ['yaml', 'Name: a value here'],
      ['typescript', 'Array.from(a)'],
      ['typescript', '// Here is the function that you asked for.'],
      ['ruby', 'class Foo < Bar'],
      ['dockerfile', 'FROM node:24'],
      ['cucumber', 'Given the user is on the page'],
      ['css', '.a { color: red }'],
    ] as const) {
      expect([line, picture('|', `${line}\nx`, { language })]).toEqual([line, `«${line}\nx»`]);
    }
  });

  it('is talk when its first line is', () => {
    for (const line of [
      'Here is the function:',
      'I cannot do that.',
      'Sure! This is how it works:',
      'Sure!',
      '## The way to do it',
      '**Note** that this is slow.',
      'Voici la fonction demandée :',
      '这是函数：',
      'To sort a list in place you call its method `sort()` and give it a function that compares two items, as in',
    ]) {
      expect([line, picture('|', `${line}\nx`)]).toEqual([line, `«// ${line}\n// x»`]);
    }
  });
});

describe('comments', () => {
  it('are closed on their line where the language closes them', () => {
    expect(picture('|', 'This ends it: */ or not.\nYes.', { language: 'css' })).toBe('«/* This ends it: * / or not. */\n/* Yes. */»');
    expect(picture('|', 'This is --> the <end>.', { language: 'xml', prose: 'comment' })).toBe('«This is --> the <end>.»');
    expect(picture('|', 'This is --> the end:\n```xml\n<a/>\n```', { language: 'vue' })).toContain('<a/>');
  });

  it('give way to the words alone where the language has none', () => {
    const answer = 'Here is the file:\n```\n{}\n```\nThat is all.';
    expect(picture('|', answer, { language: 'org' })).toBe('«Here is the file:\n{}\nThat is all.»');
    expect(picture('|', 'Only words.\n\nAnd more.', { language: 'razor' })).toBe('«Only words.\n\nAnd more.»');
    expect(picture('|', answer, { language: 'org', prose: 'drop' })).toBe('«{}»');
  });

  it('begin in the first column where a language wants them there', () => {
    expect(picture('all:\n\t|', 'This is how:\n```\ncc a\n```\nThat is all.', { language: 'makefile' })).toBe(
      'all:\n\t«# This is how:\n\tcc a\n# That is all.»',
    );
  });

  it('do not swallow what stands behind the cursor', () => {
    expect(picture('  f(|);', '```\na\n```\nThat is it.')).toBe('  f(«a\n  // That is it.\n  »);');
  });
});

describe('the pieces of an answer', () => {
  const line = fc.constantFrom(
    'Here is the function:',
    'It is `f`, then.',
    '1. First do this.',
    '```',
    '```ts',
    '   ```py',
    '````',
    '~~~',
    '~~~ x',
    '    ```',
    '``` a`b',
    '',
    '   ',
    'f();',
    '  g();',
    '\tif (x) {',
    '    - 😀 y',
    '    .z()',
    'def f():',
    '*/ -->',
    '// `x` """',
    '/',
    'x'.repeat(90),
  );
  const answer = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n', '')), { maxLength: 14 })
    .map((lines) => lines.map(([text, end]) => text + end).join(''));
  const options = fc
    .record({
      before: fc.constantFrom('|', '    |', '\t|', '    x = |;', '  f(): |', 'return|'),
      language: fc.constantFrom('typescript', 'python', 'css', 'markdown', 'org', 'vue', 'makefile'),
      place: fc.constantFrom<CursorPlace>(
        inCode,
        inCode,
        { type: 'line-comment', mark: '//' },
        { type: 'block-comment', mark: '* ', close: '*/' },
        { type: 'string', escapes: [{ mark: '`', by: '\\' }], lineEnd: '\n' },
        { type: 'string', escapes: [{ mark: '"', by: '\\' }], lineEnd: '\\n' },
      ),
      prose: fc.constantFrom('comment' as const, 'drop' as const, 'keep' as const),
      content: fc.constantFrom('answer' as const, 'answer' as const, 'code' as const),
      ownLine: fc.boolean(),
    })
    .map(({ before, ...rest }): ShapeOptions => optionsAt(before, rest));

  it('make the same text however it was cut', () => {
    fc.assert(
      fc.property(answer, options, fc.array(fc.nat(400)), (text, style, cuts) => {
        const whole = shaped([text], style);
        const at = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((cut, index) => text.slice(at[index], cut));
        expect(shaped(pieces, style)).toBe(whole);
        expect(shaped(text.split(''), style)).toBe(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave no white space on blank lines, no carriage return and no half character', () => {
    fc.assert(
      fc.property(answer, options, (text, style) => {
        const shape = new Shape(style);
        for (const piece of text.split('')) {
          const put = shape.push(piece);
          expect(put).not.toMatch(/\r|[\uD800-\uDBFF]$/);
        }
        expect(shaped([text], style)).not.toMatch(/\n[ \t]+\n/);
      }),
    );
  });

  it('are given out as soon as nothing later can change them', () => {
    const shape = new Shape(optionsAt('  |'));
    const given = ['Here is it:', '\n``', '`ts\nf(', ');\n', '\n', 'g();', '\n', '```'].map((piece) => shape.push(piece));
    expect([...given, shape.end()]).toEqual(['', '// Here is it:', '\n  f(', ');', '', '\n\n  g();', '', '', '']);
  });

  it('get the line ends of the document', () => {
    expect(withEol('a\nb\n', '\r\n')).toBe('a\r\nb\r\n');
  });
});
