// The line diff of an answer that replaces text, without an editor: time for each window and for bursts in slices; edits
// beside those of replacing the whole text; and beside jsdiff and the diff of VS Code, which lines are shown as changed.
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { diffArrays } from 'diff';
import { DefaultLinesDiffComputer } from 'vscode-diff';
import { editsFile, type RealEdits } from '../../scripts/realEdits.ts';
import { OldLines } from '../../src/core/edit/oldLines.ts';
import { ReplacedText } from '../../src/core/edit/replacedText.ts';
import { SettlingDiff } from '../../src/core/edit/settlingDiff.ts';
import { seeded } from '../support/random.ts';

const windowCharacters = 160;
const sliceLines = 500;
const runs = 7;
const leastFewer = 20;

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

/** The cost of one edit in a window: the diff, and the changes shown by lenses and decorations. */
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

function slicesMs({ old, answer }: Scene): readonly number[] {
  const replaced = new ReplacedText(old.join('\n'), false);
  const spent: number[] = [];
  for (let at = 0; at < answer.length; at += sliceLines) {
    const startMs = performance.now();
    replaced.take(`${answer.slice(at, at + sliceLines).join('\n')}\n`);
    replaced.landed();
    spent.push(performance.now() - startMs);
  }
  return spent;
}

/** The fastest run of each piece of work, in order, so that other load on the machine matters little. */
function fastestMs(measure: () => readonly number[]): readonly number[] {
  const all = Array.from({ length: runs }, measure);
  return (all[0] ?? []).map((_, at) => Math.min(...all.map((spent) => spent[at] ?? Infinity))).toSorted((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Goals by their description. */
export function measureSettling(): Readonly<Record<string, boolean>> {
  let [worstP99, worstMax] = [0, 0];
  const rows: Record<string, object> = {};
  for (const count of [500, 2_000, 5_000]) {
    for (const scene of scenes(count)) {
      const spent = fastestMs(() => windowsMs(scene));
      const [p99, max, slice] = [
        at(spent, 0.99),
        at(spent, 1),
        at(
          fastestMs(() => slicesMs(scene)),
          1,
        ),
      ];
      rows[scene.name] = {
        'p50 ms': at(spent, 0.5).toFixed(3),
        'p99 ms': p99.toFixed(3),
        'max ms': max.toFixed(2),
        '500 lines ms': slice.toFixed(2),
      };
      if (count > 2_000) continue;
      worstMax = Math.max(worstMax, max, slice);
      // For a short text, the slowest of a hundred windows.
      if (spent.length >= 100) worstP99 = Math.max(worstP99, p99);
    }
  }
  console.table(rows);
  const parts = partsMs();
  const edits = editsOf();
  const shown = shownBeside();
  return {
    [`a window of 2,000 lines under 1 ms in 99 of 100 (${worstP99.toFixed(2)})`]: worstP99 <= 1,
    [`never over 4 ms, a burst of ${sliceLines} lines included (${worstMax.toFixed(2)})`]: worstMax <= 4,
    [`a part of a file of 2,000 lines that ends, under 4 ms (${parts.toFixed(2)})`]: parts <= 4,
    [`${leastFewer} times fewer notifications than an edit for each token (${(edits.token / edits.ours).toFixed(1)})`]:
      edits.token >= leastFewer * edits.ours,
    [`fewer edits than of replacing the whole text (${edits.ours} to ${edits.whole})`]: edits.ours < edits.whole,
    [`no line that was shown as changed becomes an unchanged one, but in ${shown.revised} jumps (${shown.ours.flickers})`]:
      shown.ours.flickers === 0,
    [`at most 1 % more removed lines than jsdiff after the tidy (${percent(shown.ours.removed, shown.jsdiff.removed)})`]:
      shown.ours.removed <= shown.jsdiff.removed * 1.01,
    [`at most as many removed lines as VS Code's diff (${percent(shown.ours.removed, shown.vscode.removed)})`]:
      shown.ours.removed <= shown.vscode.removed,
  };
}

const percent = (ours: number, theirs: number): string => `${((ours / theirs - 1) * 100).toFixed(1)} %`;

function realEdits(): readonly { readonly old: readonly string[]; readonly answer: readonly string[] }[] {
  const { edits } = JSON.parse(brotliDecompressSync(readFileSync(editsFile)).toString('utf8')) as RealEdits;
  const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());
  return edits.map(({ before, after }) => ({ old: lines(before), answer: lines(after) }));
}

/** The slowest window for parts of a long file, including the one that ends a part and diffs it as a whole. */
function partsMs(): number {
  const [scene] = scenes(2_000);
  if (scene === undefined) return 0;
  const { old, answer } = scene;
  const spent = fastestMs(() =>
    [20, 80, 300].flatMap((size) => {
      const replaced = new ReplacedText(old.join('\n'), false, 'part');
      const text = answer.slice(900, 900 + size).join('\n');
      const windows: number[] = [];
      for (let from = 0; from <= text.length; from += windowCharacters) {
        const startMs = performance.now();
        replaced.take(text.slice(from, from + windowCharacters));
        replaced.landed();
        if (from + windowCharacters > text.length) replaced.end();
        windows.push(performance.now() - startMs);
      }
      return windows;
    }),
  );
  return at(spent, 1);
}

/**
 * Edits of real answers at 400 characters a second; each is one notification to each language server. Calm mode makes two a
 * second at most, of whole lines.
 */
function editsOf(): { readonly ours: number; readonly calm: number; readonly whole: number; readonly token: number } {
  const edits = { ours: 0, calm: 0, whole: 0, token: 0 };
  for (const { old, answer } of realEdits()) {
    const text = answer.join('\n');
    edits.ours += editsIn(old, text, (from) => from + 20);
    edits.calm += editsIn(old, text, (from) => text.lastIndexOf('\n', from + 200) + 1);
    edits.whole += Math.ceil(text.length / 20);
    edits.token += Math.ceil(text.length / 4);
  }
  console.log(`Notifications of ${realEdits().length} real answers, and how many times fewer than with an edit for each token:`);
  console.table(
    Object.fromEntries(Object.entries(edits).map(([name, count]) => [name, { count, fewer: (edits.token / count).toFixed(1) }])),
  );
  return edits;
}

/** @param next the end of the window that starts here */
function editsIn(old: readonly string[], text: string, next: (from: number) => number): number {
  const replaced = new ReplacedText(old.join('\n'), false);
  let edits = 0;
  const count = (steps: ReturnType<ReplacedText['take']>): void => {
    if (steps.some(({ type }) => type !== 'pass')) edits++;
    replaced.landed();
  };
  for (let from = 0; from < text.length;) {
    // A line that is longer than a window waits for its end.
    let to = next(from);
    for (let wider = from + 200; to <= from; wider += 200) to = wider >= text.length ? text.length : next(wider);
    count(replaced.take(text.slice(from, to)));
    from = to;
  }
  count(replaced.end());
  return edits;
}

interface Shown {
  readonly flickers: number;
  readonly removed: number;
}

/**
 * Old lines that were shown as removed and are not at the next look, of 60 looks at each answer; and how many are removed
 * at its end. A whole diff is of what a diff editor has whose right side is the answer so far and the old lines after so many.
 */
function shownBeside(): { readonly ours: Shown; readonly jsdiff: Shown; readonly vscode: Shown; readonly revised: number } {
  const vscode = new DefaultLinesDiffComputer();
  const whole = {
    jsdiff: (old: readonly string[], now: readonly string[]): Set<number> => {
      const gone = new Set<number>();
      let place = 0;
      for (const { value, added, removed } of diffArrays([...old], [...now])) {
        if (added) continue;
        if (removed) for (let each = 0; each < value.length; each++) gone.add(place + each);
        place += value.length;
      }
      return gone;
    },
    vscode: (old: readonly string[], now: readonly string[]): Set<number> => {
      const options = { ignoreTrimWhitespace: false, maxComputationTimeMs: 0, computeMoves: false };
      const gone = new Set<number>();
      for (const { original } of vscode.computeDiff([...old], [...now], options).changes) {
        for (let line = original.startLineNumber; line < original.endLineNumberExclusive; line++) gone.add(line - 1);
      }
      return gone;
    },
  };
  const sums = { ours: { flickers: 0, removed: 0 }, jsdiff: { flickers: 0, removed: 0 }, vscode: { flickers: 0, removed: 0 } };
  let [revised, used] = [0, 0];
  for (const { old, answer } of realEdits()) {
    sums.jsdiff.removed += whole.jsdiff(old, answer).size;
    sums.vscode.removed += whole.vscode(old, answer).size;
    const diff = new SettlingDiff(new OldLines(old));
    const ours = new DiffShown();
    const gone = { ours: new Set<number>(), jsdiff: new Set<number>(), vscode: new Set<number>() };
    // A whole diff of a long file takes seconds, and there would be 60.
    const isLooked = old.length <= 400;
    if (isLooked) used++;
    const step = Math.max(1, Math.ceil(answer.length / 60));
    for (let line = 0; line < answer.length; line += step) {
      for (const each of answer.slice(line, line + step)) ours.take(diff.push(each));
      if (!isLooked) continue;
      const now = [...answer.slice(0, line + step), ...old.slice(line + step)];
      const again = { ours: ours.removed, jsdiff: whole.jsdiff(old, now), vscode: whole.vscode(old, now) };
      for (const name of ['ours', 'jsdiff', 'vscode'] as const) {
        if (name !== 'ours' || !ours.hasRevised) sums[name].flickers += [...gone[name]].filter((each) => !again[name].has(each)).length;
        gone[name] = new Set(again[name]);
      }
      if (ours.hasRevised) revised++;
      ours.hasRevised = false;
    }
    ours.take(diff.end('whole'));
    sums.ours.removed += ours.tidied(old, answer);
  }
  console.log(`Looked at ${used} of the real edits:`);
  console.table(sums);
  return { ...sums, revised };
}

/** Which old lines the operations of a diff have removed. */
class DiffShown {
  removed = new Set<number>();
  hasRevised = false;
  #next = 0;
  #line = 0;
  #kept: { readonly line: number; readonly place: number }[] = [];

  take(ops: ReturnType<SettlingDiff['push']>): void {
    for (const op of ops) {
      if (op.type === 'remove') {
        for (let each = 0; each < op.count; each++) this.removed.add(this.#next++);
      } else if (op.type === 'revise') {
        this.hasRevised = true;
        [this.#next, this.#line] = [op.oldLine, op.newLine];
        this.removed = new Set([...this.removed].filter((place) => place < op.oldLine));
        this.#kept = this.#kept.filter(({ line }) => line < op.newLine);
      } else if (op.type === 'add') this.#line += op.lines.length;
      else for (let each = 0; each < op.count; each++) this.#kept.push({ line: this.#line++, place: this.#next++ });
    }
  }

  /** Removed lines after a plain diff inside of each change. */
  tidied(old: readonly string[], answer: readonly string[]): number {
    let [line, place, removed] = [0, 0, 0];
    for (const kept of [...this.#kept, { line: answer.length, place: old.length }]) {
      const parts = diffArrays(old.slice(place, kept.place), answer.slice(line, kept.line));
      removed += parts.reduce((sum, { removed: isGone, value }) => sum + (isGone ? value.length : 0), 0);
      [line, place] = [kept.line + 1, kept.place + 1];
    }
    return removed;
  }
}
