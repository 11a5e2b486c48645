/**
 * Judges the proof that a finished segment belongs at its place, and which old lines between its own may be removed. If the
 * proof is thin, old lines stay and the user is asked.
 */
import { isChangedLine, readLine } from './lineLikeness.ts';
import type { OldLines } from './oldLines.ts';
import type { Alignment } from './segmentAlignment.ts';

/**
 * A line of the new text: an added one, a kept one, an old one before the segment, or an old one that stays although the
 * segment lacks it.
 */
export type SettledLine =
  | { readonly how: 'added'; readonly place?: undefined }
  | { readonly how: 'kept' | 'passed' | 'left'; readonly place: number };

/** The evidence for removals: only these lines are missing, omissions are marked, or neither. */
export type Proof = 'whole' | 'marked' | 'unmarked';

export interface Judged {
  readonly lines: readonly SettledLine[];
  /** The first old line after the segment. */
  readonly reached: number;
  /** Removed old lines to report: many of them, or removed with little proof. */
  readonly unmentioned: number;
  /** Removed old lines that the answer may only have left out without a mark. */
  readonly omitted: number;
}

/** The lines between two kept lines or at an edge. */
interface Gap {
  readonly added: number;
  readonly removed: number;
  /** Removed old lines that do not occur among the new ones. */
  readonly lost: number;
  /** Those of them that are similar to no added line of the gap. */
  readonly unlike: number;
  /** New lines replace the removed ones, and no lines were left out there. */
  readonly isProven: boolean;
}

/** Maximum number of lines removed without a report: with little proof, and in an answer that marks omissions. */
const mostUnproven = 3;
const mostUnmentioned = 12;
/** Weight of the kept lines beside a removal: enough for any removal, enough for a few lines, and too little. */
const strongContext = 6;
const someContext = 2;
const weakContext = 0.3;
/** A removed line below this weight, such as a bracket, is rarely meant to go alone. */
const weakLine = 0.7;
/** Weight of the kept lines on each side of lines that are proven to be replaced. */
const leastBeside = 4;
/** A whole file keeps a run of this many lines, and this many times as many lines as it may have left out. */
const longRun = 25;
const keptForOmitted = 4;

/** Whether this many new lines may replace this many old ones, whatever their neighbours. */
export function mayGoFor(lost: number, added: number, proof: Proof): boolean {
  return lost <= (proof === 'marked' ? mostUnmentioned : mostUnproven) || isRewritten(lost, added, proof);
}

/** Whether new lines replace the removed ones. */
function isRewritten(lost: number, added: number, proof: Proof): boolean {
  return lost <= (proof === 'marked' ? 3 : 2) * added;
}

export class SegmentProof {
  readonly #old: OldLines;
  readonly #lines: readonly string[];
  readonly #alignment: Alignment;
  readonly #start: number;
  readonly #gaps: readonly Gap[];
  readonly #weights: readonly number[];

  /** @param start the old line that the first line keeps or replaces */
  constructor(old: OldLines, lines: readonly string[], alignment: Alignment, start: number) {
    this.#old = old;
    this.#lines = lines;
    this.#alignment = alignment;
    this.#start = start;
    this.#weights = alignment.kept.map((place) => old.proof(place));
    this.#gaps = gapsOf(old, lines, alignment, start, this.#weights);
  }

  get losesNothing(): boolean {
    return this.#gaps.every(({ lost }) => lost === 0);
  }

  /**
   * Whether the first and the last line with text are old lines. The edges of the file and a changed line next to old ones
   * count too.
   * @param isContinued whether the lines before the first one have a place
   */
  isAnchored(isContinued: boolean): boolean {
    const { kept, reached } = this.#alignment;
    const texts = this.#lines.flatMap((line, at) => (line.trim() === '' ? [] : [at]));
    const isOld = (at: number): boolean => kept[at] !== undefined;
    const [first, last] = [texts.find(isOld), texts.findLast(isOld)];
    if (first === undefined || last === undefined) return false;
    const isProven = (beyond: readonly number[], gaps: readonly Gap[], next: number, step: 1 | -1): boolean => {
      const [edge, ...others] = step === 1 ? beyond : beyond.toReversed();
      if (edge === undefined) return true;
      const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
      const unlike = gaps.reduce((sum, gap) => sum + gap.unlike, 0);
      // The added block could equally well start and end one line later.
      if (lost === 0) return this.#lines[edge]?.trim() === this.#lines[next]?.trim();
      const { weight, last } = runFrom(kept, this.#weights, next, step);
      const meetsEdge = kept[last] === (step === 1 ? this.#old.length - 1 : 0);
      // A blank line at the edge may be all the context of the answer.
      const isBlank = this.#lines.at(step === 1 ? 0 : -1)?.trim() === '';
      const isOneChanged = lost === 1 && unlike === 0 && others.length === 0;
      return isOneChanged && (meetsEdge || weight >= (isBlank ? strongContext : someContext));
    };
    const keptUpTo = (line: number): number => kept.slice(0, line).filter((place) => place !== undefined).length;
    const [before, after] = [texts.filter((at) => at < first), texts.filter((at) => at > last)];
    return (
      (this.#start === 0 || isContinued || isProven(before, this.#gaps.slice(0, keptUpTo(first) + 1), first, 1)) &&
      (reached === this.#old.length || isProven(after, this.#gaps.slice(keptUpTo(last) + 1), last, -1))
    );
  }

  /**
   * The new text, including old lines whose removal has too little proof.
   * @param isShifted whether the lines are indented differently from the old ones
   */
  judged(proof: Proof, isShifted: boolean): Judged {
    const { reached } = this.#alignment;
    const kept = this.#keptToEnd();
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    const hasOthers = this.#gaps.filter(({ added, removed }) => added + removed > 0).length > 1;
    const mayOmit = hasOthers && !(proof === 'whole' && this.#isThorough);
    const lines: SettledLine[] = [];
    let [next, before, added, index, unmentioned, omitted] = [this.#start, 0, 0, 0, 0, 0];
    for (const [at, place] of [...kept, reached].entries()) {
      if (place === undefined) {
        lines.push({ how: 'added' });
        added++;
        continue;
      }
      const isEnd = at === kept.length;
      const { lost, unlike, isProven: isReplaced } = this.#gaps[index++] ?? noGap;
      const isRewrite = isRewritten(lost, added, proof);
      const isEdge = before === 0 || isEnd;
      const isShrunk = unlike > added + 1;
      const context = Math.min(before, total - before);
      const isStrong = proof === 'marked' && context >= strongContext;
      const most = proof === 'marked' && context >= someContext ? mostUnmentioned : mostUnproven;
      const isThin = (unlike > 1 && unlike >= added && context < weakContext) || (unlike > 0 && isShifted && context < strongContext);
      const isProven = isEdge ? lost <= Math.min(added, mostUnproven) : !isThin && (isStrong || isRewrite || lost <= most);
      const mayGo = lost === 0 || proof === 'whole' || isProven;
      const isDoubtful =
        proof === 'whole' || isStrong
          ? lost > mostUnmentioned && !isRewrite
          : (unlike > mostUnmentioned || isShrunk) && context < strongContext;
      // An answer that changes other lines too may only have omitted these.
      const isSmall = proof === 'whole' && lost === 1 && this.#old.weight(this.#old.idAt(next)) >= weakLine;
      if (mayGo && isDoubtful) unmentioned += lost;
      else if (mayGo && mayOmit && !isReplaced && !isSmall) omitted += lost;
      // Old lines after the last match were only assumed to belong to the segment.
      if (isEnd) return { lines, reached: mayGo ? reached : next, unmentioned, omitted };
      if (!mayGo) for (let left = next; left < place; left++) lines.push({ how: 'left', place: left });
      lines.push({ how: 'kept', place });
      before += this.#weights[at] ?? 0;
      [next, added] = [place + 1, 0];
    }
    return { lines, reached, unmentioned, omitted };
  }

  /** Drops blank lines after the end of the file. */
  #keptToEnd(): Alignment['kept'] {
    const { kept, reached } = this.#alignment;
    if (reached < this.#old.length) return kept;
    return kept.slice(0, 1 + this.#lines.findLastIndex((line, at) => line.trim() !== '' || kept[at] !== undefined));
  }

  /** Whether it repeats so many old lines that it hardly leaves others out. */
  get #isThorough(): boolean {
    const { kept } = this.#alignment;
    let [all, run, longest] = [0, 0, 0];
    for (const [at, place] of kept.entries()) {
      run = place === undefined ? 0 : 1 + (kept[at - 1] === place - 1 ? run : 0);
      longest = Math.max(longest, run);
      if (place !== undefined) all++;
    }
    const omitted = this.#gaps.reduce((sum, { lost, isProven }) => sum + (isProven ? 0 : lost), 0);
    return longest >= longRun && keptForOmitted * omitted <= all;
  }
}

const noGap: Gap = { added: 0, removed: 0, lost: 0, unlike: 0, isProven: false };

/** The weight of the consecutive old lines from this one on, and the last of them. */
function runFrom(
  kept: Alignment['kept'],
  weights: readonly number[],
  from: number,
  step: 1 | -1,
): { readonly weight: number; readonly last: number } {
  let [last, weight] = [from, weights[from] ?? 0];
  while (kept[last + step] !== undefined && kept[last + step] === (kept[last] ?? Number.NaN) + step) weight += weights[(last += step)] ?? 0;
  return { weight, last };
}

/** The removed lines before each kept line and before the end. */
function gapsOf(
  old: OldLines,
  lines: readonly string[],
  { kept, reached }: Alignment,
  start: number,
  weights: readonly number[],
): readonly Gap[] {
  const there = new Set(kept);
  const gone = new Set(old.lines.slice(start, reached).flatMap((line, at) => (there.has(start + at) ? [] : [line.trim()])));
  // Lines that were left out are next to old ones, which look new if they were not found at their place.
  const isOld = (line: string): boolean => gone.has(line.trim()) || (/[\p{L}\p{N}]/u.test(line) && old.idOf(line) !== undefined);
  const hasOld = lines.some((line, at) => kept[at] === undefined && isOld(line));
  const added = new Map<string, number>();
  for (const [at, line] of lines.entries()) {
    if (kept[at] === undefined) added.set(line.trim(), (added.get(line.trim()) ?? 0) + 1);
  }
  const gaps: Gap[] = [];
  let [line, next] = [0, start];
  for (const [at, place] of [...kept, reached].entries()) {
    if (place === undefined) continue;
    const put = lines.slice(line, at);
    const removed = old.lines.slice(next, place);
    const lost = removed.filter((each) => {
      const count = added.get(each.trim()) ?? 0;
      added.set(each.trim(), count - 1);
      return each.trim() !== '' && count <= 0;
    });
    const read = lost.length === 0 ? [] : put.map(readLine);
    const unlike = lost.map(readLine).filter((each) => !read.some((now) => isChangedLine(each, now)));
    const isClear = [lines[line - 1], lines[at]].every((beside) => removed.every((each) => each.trim() !== beside?.trim()));
    const besides = [runFrom(kept, weights, line - 1, -1), runFrom(kept, weights, at, 1)];
    const isProven = put.length > 0 && !hasOld && isClear && besides.every(({ weight }) => weight >= leastBeside);
    gaps.push({ added: put.length, removed: removed.length, lost: lost.length, unlike: unlike.length, isProven });
    [line, next] = [at + 1, place + 1];
  }
  return gaps;
}
