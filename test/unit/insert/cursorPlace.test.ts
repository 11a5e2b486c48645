/** An answer at a cursor inside a comment or a string, as pictures: `|` is the cursor, `«…»` is what was streamed. */
import { escapesIn } from '../../../src/core/insert/stringEscapes.ts';
import { describe, expect, it } from 'vitest';
import { type CursorPlace, inCode, placeByMarks } from '../../../src/core/insert/cursorPlace.ts';
import { comments } from './languages.ts';
import { picture } from './picture.ts';

const talk = 'Reads the stream, as `read` does.\n\nThe last piece ends it.\n';
const code = '```\nread();\nclose();\n```\n';
const line = (mark: string): CursorPlace => ({ type: 'line-comment', mark });
const block = (mark: string, close = '*/'): CursorPlace => ({ type: 'block-comment', mark, close });
const string = (mark?: string, by = '\\', lineEnd: '\n' | '\\n' = '\n'): CursorPlace => ({
  type: 'string',
  escapes: mark === undefined ? [] : [{ mark, by }],
  lineEnd,
});

describe('an answer inside a line comment', () => {
  it('goes on with the mark that the person began', () => {
    expect(picture('// |', talk, { place: line('//') })).toBe('// «Reads the stream, as `read` does.\n//\n// The last piece ends it.»');
    expect(picture('  /// |', talk, { place: line('///') })).toBe(
      '  /// «Reads the stream, as `read` does.\n  ///\n  /// The last piece ends it.»',
    );
    expect(picture('x = 1  # |', 'one\ntwo', { language: 'python', place: line('#') })).toBe('x = 1  # «one\n# two»');
  });

  it('gets the space that is missing behind the mark', () => {
    expect(picture('//|', 'one', { place: line('//') })).toBe('//« one»');
    expect(picture('// see (|', 'one', { place: line('//') })).toBe('// see («one»');
  });

  it('does not repeat marks that the model writes itself, in a fence or without', () => {
    for (const answer of ['// one\n// two\n//\n// three', '```ts\n// one\n// two\n//\n// three\n```']) {
      expect(picture('// |', answer, { place: line('//') })).toBe('// «one\n// two\n//\n// three»');
    }
  });

  it('keeps fences that belong to the text', () => {
    expect(picture('/// |', `Like this:\n${code}Done.`, { place: line('///') })).toBe(
      '/// «Like this:\n/// ```\n/// read();\n/// close();\n/// ```\n/// Done.»',
    );
  });

  it('that is code goes below the comment that asked for it', () => {
    expect(picture('  // read it|', code, { place: line('//') })).toBe('  // read it«\n  read();\n  close();»');
    expect(picture('  // read| it', code, { place: line('//') })).toBe('  // read«\n  read();\n  close();\n  // » it');
    expect(picture('  // read it|', 'read();\nclose();\n', { content: 'code', place: line('//') })).toBe(
      '  // read it«\n  read();\n  close();»',
    );
  });
});

describe('an answer inside a block comment', () => {
  it('continues stars and adds no mark of its own', () => {
    expect(picture('/**\n * |\n */', talk, { place: block('* ') })).toBe(
      '/**\n * «Reads the stream, as `read` does.\n *\n * The last piece ends it.»\n */',
    );
    expect(picture('  /** | */', 'one\ntwo', { place: block(' * ') })).toBe('  /** «one\n   * two» */');
    expect(picture('<!-- | -->', 'one\ntwo', { language: 'html', place: block('', '-->') })).toBe('<!-- «one\ntwo» -->');
  });

  it('cannot close it', () => {
    expect(picture('/*\n|\n*/', 'ends with */ or so', { place: block('') })).toBe('/*\n«ends with * / or so»\n*/');
  });
});

describe('an answer inside a string', () => {
  it('has no marks, and follows the indentation of its line', () => {
    expect(picture('    """|"""', talk, { language: 'python', place: string('"""') })).toBe(
      '    """«Reads the stream, as `read` does.\n\n    The last piece ends it.»"""',
    );
  });

  it('cannot end it', () => {
    expect(picture('`|`', 'uses `a` and \\`b', { place: string('`') })).toBe('`«uses \\`a\\` and \\`b»`');
    expect(picture('"""|"""', 'a "" b """ c', { language: 'python', place: string('"""') })).toBe('"""«a "" b ""\\" c»"""');
  });

  it('stays on its line where it must, and doubles a quote where that is what keeps it from ending', () => {
    expect(picture('"|"', 'one "two"\n\nthree', { place: string('"', '\\', '\\n') })).toBe('"«one \\"two\\"\\n\\nthree»"');
    expect(picture("'|'", "it's", { language: 'sql', place: string("'", "'") })).toBe("'«it''s»'");
  });

  it('loses the fence around the whole of it', () => {
    expect(picture('`|`', '```sql\nselect 1\n  from a\n```', { place: string('`') })).toBe('`«select 1\n  from a»`');
  });
});

describe('without a grammar, the place', () => {
  it('is told by comment marks alone', () => {
    expect(
      [
        ['a\n  // b', 'rust'],
        ['a\n  /// b', 'rust'],
        ['x = 1 // b', 'rust'],
        ['/* a */ b', 'css'],
        ['/** a', 'css'],
        ['/**\n * a', 'css'],
        ['<!-- a', 'html'],
        ['"""a', 'python'],
        ['"""a""" b', 'python'],
      ].map(([before, language]) => placeByMarks(before!, comments[language!]!)),
    ).toEqual([line('//'), line('///'), inCode, inCode, block(' * '), block('* '), block('', '-->'), block('', '"""'), inCode]);
  });
});

describe('a quote inside of a string', () => {
  const quotes = (language: string, ...scopes: string[]): string[] =>
    escapesIn(language, scopes, [{ mark: '"', by: '\\' }]).map(({ mark, by, instead }) => `${mark} is ${instead ?? by + mark}`);

  it.each([
    ['sql', ['source.sql', 'string.quoted.single.sql'], ["' is ''"]],
    ['vb', ['source.asp.vb.net', 'string.quoted.double.asp'], ['" is ""']],
    ['shellscript', ['source.shell', 'string.quoted.double.shell'], ['" is \\"', '` is \\`']],
    ['shellscript', ['source.shell', 'string.quoted.single.shell'], ["' is '\\''"]],
    ['shellscript', ['source.shell', 'string.quoted.single.dollar.shell'], ['" is \\"']],
    ['html', ['text.html.basic', 'meta.attribute.title.html', 'string.quoted.double.html'], ['" is &quot;']],
    ['xml', ['text.xml', 'string.quoted.single.xml'], ["' is &#39;", '< is &lt;']],
    ['go', ['source.go', 'string.quoted.raw.go'], ['` is ` + "`" + `']],
    ['go', ['source.go', 'string.quoted.double.go'], ['" is \\"']],
    ['typescriptreact', ['source.tsx', 'meta.tag.attributes.tsx', 'string.quoted.double.tsx'], ['" is &quot;']],
    ['typescriptreact', ['source.tsx', 'string.quoted.double.tsx'], ['" is \\"']],
    ['c', ['source.c', 'string.quoted.double.c'], ['" is \\"']],
  ])('of %s at %j: %j', (language, scopes, wanted) => expect(quotes(language, ...scopes)).toEqual(wanted));
});
