/** Real edits of public packages, streamed line by line and compared with the shortest diff of jsdiff. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { diffArrays } from 'diff';
import { expect, it } from 'vitest';
import { editsFile, type RealEdits } from '../../../scripts/realEdits.ts';
import { applied } from './applied.ts';

const { edits } = JSON.parse(brotliDecompressSync(readFileSync(editsFile)).toString('utf8')) as RealEdits;
const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());

/** How many old lines the shortest diff removes. */
const fewest = (old: readonly string[], answer: readonly string[]): number =>
  diffArrays([...old], [...answer]).reduce((sum, { removed, count }) => sum + (removed ? count : 0), 0);

const measured = edits.map(({ name, before, after }) => {
  const [old, answer] = [lines(before), lines(after)];
  const document = applied(old, answer);
  const sum = (of: (change: (typeof document.changes)[number]) => number): number =>
    document.changes.reduce((total, change) => total + of(change), 0);
  const removed = sum((change) => change.removed.length);
  const tidied = sum((change) => fewest(change.removed, change.added));
  return { name, isRight: document.lines.join('\n') === answer.join('\n'), document, removed, tidied, fewest: fewest(old, answer) };
});
const sum = (of: (each: (typeof measured)[number]) => number): number => measured.reduce((total, each) => total + of(each), 0);

it('ends with the new text for every real edit, and no line that was shown as added becomes an unchanged one', () => {
  const wrong = measured.filter(({ isRight }) => !isRight).map(({ name }) => name);
  const flickered = measured.filter(({ document }) => document.revisions === 0 && document.flickered > 0).map(({ name }) => name);
  expect({ wrong, flickered, many: edits.length >= 70 }).toEqual({ wrong: [], flickered: [], many: true });
});

it('removes few more old lines than the shortest diff, and takes a jump back in at most one edit of twenty', () => {
  const counts = { removed: sum((each) => each.removed), tidied: sum((each) => each.tidied), fewest: sum((each) => each.fewest) };
  const revisions = sum(({ document }) => document.revisions);
  console.log(`${edits.length} edits: ${JSON.stringify(counts)}; ${revisions} jumps taken back.`);
  // Whole releases, not single commits: within a block that was written anew, the shortest diff keeps chance brackets.
  expect({
    removed: counts.removed <= counts.fewest * 1.2,
    tidied: counts.tidied <= counts.fewest * 1.01,
    revisions: revisions <= edits.length / 20,
  }).toEqual({ removed: true, tidied: true, revisions: true });
});
