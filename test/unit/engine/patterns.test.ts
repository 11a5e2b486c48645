// A user's regular expression cannot hold up the extension host, and matches what JavaScript would match.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CompilePattern, nativePattern } from '../../../src/core/inspect/patterns.ts';
import { TextInspector } from '../../../src/core/inspect/inspector.ts';
import { PatternCompiler } from '../../../src/node/patterns.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, fakeServer } from '../../support/fakeServer.ts';

const linear = new PatternCompiler();
beforeAll(() => linear.load());
/** The engine of JavaScript under its budget, as before the other one is loaded. */
const budgeted = (): CompilePattern => new PatternCompiler().compile;

function hits(compilePattern: CompilePattern, match: string, pieces: readonly string[]): unknown {
  const off: string[] = [];
  const triggers = [{ name: 'rule', on: 'regex', match } as const];
  const watcher = new TextInspector({ limits: {}, triggers, tokensWith: () => 0, compilePattern, tooSlow: ({ name }) => off.push(name) });
  const events = [...pieces.flatMap((piece) => watcher.push(piece).events), ...watcher.end().events];
  return [events.map((event) => (event.type === 'trigger' ? `${event.offset}:${event.match}` : '')), off];
}

describe.each<[pattern: string, alphabet: string]>([
  ['TODO|TO', 'TODO '],
  ['a+?b*', 'ab'],
  ['(a|ab)(c|bcd)(d*)', 'abcd'],
  ['(?<year>\\d{2})-\\d+', '0-9x'],
  ['^\\s+\\S', ' \t\u00a0\u3000x\n'],
  ['[\\s,]+$', ' ,\u2003x\n'],
  ['\\bat\\b|\\Bt', 'at '],
  ['[^a-c\\]]+', 'abc]d'],
  ['\\u{1F600}+|\\ud83d\\ude01', '😀😁x'],
  ['[\\u4e00-\\u9fff]{2,}', '中文a'],
  ['\\p{Lu}\\p{Ll}+', 'AbÉé1'],
  ['.{2}', 'a😀\n'],
  ['(x+x+)+y', 'xy'],
  // These the linear engine does not know.
  ['a(?=b)', 'abc'],
  ['(?<!a)b', 'abc'],
  ['(.)\\1', 'ab'],
  ['(?<c>.)\\k<c>', 'ab'],
  ['[\\S]+', 'a \u00a0'],
  ['\\p{Script=Han}+', '中a'],
])('%s', (pattern, alphabet) => {
  it('fires where JavaScript fires, however the text comes', () => {
    const letters = fc.constantFrom(...alphabet);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: letters, maxLength: 6 }), { maxLength: 6 }), (pieces) => {
        expect([pieces, hits(linear.compile, pattern, pieces)]).toEqual([pieces, hits(nativePattern, pattern, pieces)]);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

it.each(['(a+)+$', '.*.*=.*', '(x+x+)+y', '^(\\w+\\s?)*$', '(a|a)*b'])('%s is never too slow for a line that drives it mad', (pattern) => {
  const pieces = [...`${'a'.repeat(500)}!`, ...`${'x'.repeat(500)} x!\n`];
  expect((hits(linear.compile, pattern, pieces) as unknown[])[1]).toEqual([]);
});

it.each<[pattern: string, how: string, compile: () => CompilePattern]>([
  ['(?=b)b|(a+)+$', 'with look-around', () => linear.compile],
  ['(a+)+\\1$', 'with a reference back', () => linear.compile],
  ['(a+)+$', 'before the linear engine is loaded', budgeted],
])('%s is given up in the midst of a search, and named (%s)', (pattern, _how, compile) => {
  const line = `${'a'.repeat(40)}!`;
  const [, off] = hits(compile(), pattern, [line, line, 'more']) as unknown[];
  expect(off).toEqual(['rule']);
});

it.each([
  ['[A-Z]{5}\\d', true],
  ['TODO|FIXME', true],
  ['(?:yes|no), .{0,20}!', true],
  ['\\u{1F600}', true],
  ['[*+]\\+', true],
  ['a?a?a?a?a?a?a?a?aaaaaaaa', false],
  ['.{0,50}x.{0,50}y', false],
  ['(a|b){2,40}c', false],
  ['(?=a)b', false],
  ['(.)\\1', false],
  ['\\w+', false],
])('runs %s unwatched: %s', (source, isUnwatched) => {
  let looks = 0;
  const pattern = new PatternCompiler(() => looks++).compile(source);
  // On a machine that stands still for 100 ms, a watched search may be interrupted.
  pattern.within(() => void pattern.find('text', 0));
  expect(looks === 0).toBe(isUnwatched);
});

it('gives up a pattern that takes a little too long each time', () => {
  let cpuMs = 0;
  const slow = new PatternCompiler(() => cpuMs).compile('(?=a)a');
  const find = (): string => slow.within(() => void (cpuMs += 90));
  expect(Array.from({ length: 12 }, find)).toEqual([...Array<string>(11).fill('done'), 'too-slow']);
});

it('looks again, and reports each match once, when the machine was held up in the midst of a search', () => {
  let cpuMs = 0;
  let held = 2;
  const compiler = new PatternCompiler(() => cpuMs);
  const compile: CompilePattern = (source) => {
    const pattern = compiler.compile(source);
    const find: typeof pattern.find = (line, from) => {
      const found = pattern.find(line, from);
      // Waits as long as it takes to be interrupted, without any work that counts.
      while (line.length === 8 && held > 0) held += 0;
      return found;
    };
    return { ...pattern, find, within: (work) => (pattern.within(work) === 'done' ? 'done' : (held--, 'interrupted')) };
  };
  expect([hits(compile, 'a(?=b)', ['ab', 'abab', 'xx\n', 'ab']), held, (cpuMs += 0)]).toEqual([[['0:a', '2:a', '4:a', '9:a'], []], 0, 0]);
});

it('goes on with the answer and the other rules when a rule is given up', async () => {
  await using server = await fakeServer();
  server.next(...answer(`${'a'.repeat(40)}!`, ' STOP', ' and go'));
  const off: string[] = [];
  const triggers = [
    { name: 'mad', on: 'regex', match: '(?=b)b|(a+)+$' },
    { name: 'stop', on: 'text', match: 'STOP' },
  ] as const;
  const events = await collect(rig({ tooSlow: (name) => off.push(name) }).start(server.url, { options: { triggers } }));
  const fired = events.flatMap((event) => (event.type === 'trigger' ? [event.rule] : []));
  expect([endOf(events).text, fired, off]).toEqual([`${'a'.repeat(40)}! STOP and go`, ['stop'], ['mad']]);
});
