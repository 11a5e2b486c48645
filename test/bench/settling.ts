// The line diff of an answer that replaces text, without an editor: time for each window, bursts in slices, and beside
// jsdiff how often a line that was shown as changed becomes another.
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { diffArrays } from 'diff';
import { editsFile, type RealEdits } from '../../scripts/realEdits.ts';
import { OldLines } from '../../src/core/edit/oldLines.ts';
import { ReplacedText } from '../../src/core/edit/replacedText.ts';
import { SettlingDiff } from '../../src/core/edit/settlingDiff.ts';
import { seeded } from '../support/random.ts';

const windowCharacters = 160;
const sliceLines = 500;
const runs = 3;

interface Scene {
  readonly name: string;
  readonly old: readonly string[];
  readonly answer: readonly string[];
}

function scenes(count: number): readonly Scene[] {
  const next = seeded(count);
  const old = Array.from({ length: count }, (_, at) => `${'  '.repeat(at % 4)}const value${at} = compute(${at % 17}, "text");`);
  const edited = (share: number): string[] => old.map((line) => (next() < share ? `${line} // changed` : line));
  const brackets = Array.from({ length: count }, (_, at) => (at % 3 === 0 ? '' : '}'));
  return [
    { name: `${count} lines, 3 % changed`, old, answer: edited(0.03) },
    { name: `${count} lines, 20 % changed`, old, answer: edited(0.2) },
    { name: `${count} lines, unchanged`, old, answer: old },
    { name: `${count} lines, written anew`, old, answer: old.map((line) => line.toUpperCase()) },
    { name: `${count} lines, only brackets and blank lines`, old: brackets, answer: brackets.filter((_, at) => at % 11 !== 0) },
  ];
}

/** What one edit in a window costs: the diff, and the changes that lenses and colours are drawn from. */
function windowsMs({ old, answer }: Scene): readonly number[] {
  const text = answer.join('\n');
  const replaced = new ReplacedText(old.join('\n'), false);
  const spent: number[] = [];
  for (let at = 0; at < text.length; at += windowCharacters) {
    const startMs = performance.now();
    replaced.take(text.slice(at, at + windowCharacters));
    replaced.landed();
    replaced.changes('\n');
    spent.push(performance.now() - startMs);
  }
  return spent;
}

function longestSliceMs({ old, answer }: Scene): number {
  const replaced = new ReplacedText(old.join('\n'), false);
  let longest = 0;
  for (let at = 0; at < answer.length; at += sliceLines) {
    const startMs = performance.now();
    replaced.take(`${answer.slice(at, at + sliceLines).join('\n')}\n`);
    replaced.landed();
    longest = Math.max(longest, performance.now() - startMs);
  }
  return longest;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Goals by their sentence. */
export function measureSettling(): Readonly<Record<string, boolean>> {
  let [worstP99, worstMax] = [0, 0];
  const rows: Record<string, object> = {};
  for (const count of [500, 2_000, 5_000]) {
    for (const scene of scenes(count)) {
      windowsMs(scene);
      const all = Array.from({ length: runs }, () => windowsMs(scene).toSorted((a, b) => a - b));
      const best = (share: number): number => Math.min(...all.map((sorted) => at(sorted, share)));
      const [p99, max, slice] = [best(0.99), best(1), Math.min(...Array.from({ length: runs }, () => longestSliceMs(scene)))];
      rows[scene.name] = {
        'p50 ms': best(0.5).toFixed(3),
        'p99 ms': p99.toFixed(3),
        'max ms': max.toFixed(2),
        '500 lines ms': slice.toFixed(2),
      };
      if (count > 2_000) continue;
      worstMax = Math.max(worstMax, max, slice);
      // Of a short text, the slowest window is one of a hundred.
      if ((all[0]?.length ?? 0) >= 100) worstP99 = Math.max(worstP99, p99);
    }
  }
  console.table(rows);
  const { ours, theirs, edits } = flickers();
  console.log(`${edits} real edits, looked at 60 times each: lines that became others ${ours}, with a whole diff each time ${theirs}.`);
  return {
    [`a window of 2,000 lines under 1 ms in 99 of 100 (${worstP99.toFixed(2)})`]: worstP99 <= 1,
    [`never over 4 ms, a burst of ${sliceLines} lines included (${worstMax.toFixed(2)})`]: worstMax <= 4,
    [`fewer lines that become others than with a whole diff each time (${ours} to ${theirs})`]: ours < theirs / 20,
  };
}

/** Lines that were shown as added, or old lines as removed, and are unchanged ones at the next look. */
function flickers(): { readonly ours: number; readonly theirs: number; readonly edits: number } {
  const { edits } = JSON.parse(brotliDecompressSync(readFileSync(editsFile)).toString('utf8')) as RealEdits;
  const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());
  let [ours, theirs, used] = [0, 0, 0];
  for (const { before, after } of edits) {
    const [old, answer] = [lines(before), lines(after)];
    // A whole diff of a long file takes seconds, 60 times.
    if (old.length > 800) continue;
    used++;
    const step = Math.max(1, Math.ceil(answer.length / 60));
    let removed = new Set<number>();
    const diff = new SettlingDiff(new OldLines(old));
    for (let line = 0; line < answer.length; line += step) {
      for (const each of answer.slice(line, line + step)) {
        for (const op of diff.push(each)) if (op.type === 'revise') ours += op.newLine;
      }
      // As a diff editor does it whose right side is the answer so far and the old lines after so many.
      const now = [...answer.slice(0, line + step), ...old.slice(line + step)];
      const again = new Set<number>();
      let place = 0;
      for (const { value, added, removed: isRemoved } of diffArrays(old, now)) {
        if (added) continue;
        if (isRemoved) for (let each = 0; each < value.length; each++) again.add(place + each);
        place += value.length;
      }
      theirs += [...removed].filter((each) => !again.has(each)).length;
      removed = again;
    }
  }
  return { ours, theirs, edits: used };
}
