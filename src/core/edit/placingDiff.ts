/**
 * The diff of an answer that may leave lines out: each segment goes where its lines prove that it belongs, and the old lines
 * between segments stay. A segment is the text between two elisions, or a requested part of a file.
 */
import { isElision } from './elision.ts';
import { isChangedLine, readLine } from './lineLikeness.ts';
import { MatchChains, type Placed } from './matchChain.ts';
import type { LeftLines } from './placedText.ts';
import { OldLines } from './oldLines.ts';
import { PlacedSegment } from './placedSegment.ts';
import type { Proof } from './segmentProof.ts';
import { type AnswerEnd, type LineOp, SettlingDiff } from './settlingDiff.ts';

/** `whole`: the answer is for all old lines. `part`: it may be for any of them. */
export type Scope = 'whole' | 'part';

/** How much the best place must outweigh the second best. */
const leastMargin = 2.5;
/** A segment is examined again with each line, up to this many lines. */
const mostWaiting = 60;
/** An answer that marks this many times as many lines hardly omits others without a mark. */
const markedForOmitted = 8;
/** A part whose match is this close to the top is taken for the start of the file. */
const nearTop = 6;

/** The white space by which a segment is indented less or more than in the file. */
interface Shift {
  readonly add: string;
  readonly remove: string;
}

const unshifted: Shift = { add: '', remove: '' };

export class PlacingDiff {
  readonly #old: OldLines;
  /** Compared without indentation. */
  #anywhere: OldLines | undefined;
  readonly #diff: SettlingDiff;
  readonly scope: Scope;
  /** The lines of a segment without a place. */
  #waiting: string[] | undefined;
  #chains: MatchChains | undefined;
  #shift = unshifted;
  /** The segment that has a place and may grow. */
  #segment: PlacedSegment | undefined;
  /** The answer starts with the first line of the file and has left nothing out. */
  #isWhole = true;
  /** It marks omissions with comments. */
  #isMarked = false;
  #endsProven = true;
  /** Whether the old lines after the end of the answer may be meant to be removed. */
  endsOpen = false;
  /** Segments that fit nowhere, or equally well in several places. */
  readonly unplaced: string[] = [];
  /** As in `PlacedText`. */
  readonly left: LeftLines[] = [];
  #unmentioned = 0;
  /** Removed lines that the answer may only have left out, and lines that it marks as left out between segments. */
  #omitted = 0;
  #marked = 0;

  constructor(old: OldLines, scope: Scope) {
    this.#old = old;
    this.#diff = new SettlingDiff(old, (from, to, added) => this.#segment?.mayRemove(from, to, added, this.#proof) ?? true);
    // All of it goes into an empty file.
    this.scope = old.lines.some((line) => line.trim() !== '') ? scope : 'whole';
    if (this.scope === 'part') this.#wait();
    else this.#segment = new PlacedSegment(old, 0, 0, 0);
  }

  /** As in `PlacedText`. */
  get unmentioned(): number {
    return this.#unmentioned + (markedForOmitted * this.#omitted <= this.#marked ? 0 : this.#omitted);
  }

  /** The lines that are not settled and have a place or may get one. */
  get pending(): readonly string[] {
    return [...this.#diff.held, ...(this.#waiting ?? []).map((line) => shifted(line, this.#shift))];
  }

  trust(): void {
    this.#diff.trust();
    this.#segment?.decide(this.#diff.held.length);
  }

  push(line: string): readonly LineOp[] {
    if (isElision(line) && !this.#isOld(line)) return this.#elide();
    if (this.#waiting === undefined) return this.#push(line);
    this.#waiting.push(line);
    if (this.#waiting.length > mostWaiting) return [];
    this.#pushChain(line);
    return this.#tryPlace();
  }

  #push(line: string): readonly LineOp[] {
    const text = shifted(line, this.#shift);
    this.#segment?.say(text);
    return this.#settled(this.#diff.push(text));
  }

  /** The lines after a part always stay; whether they should be removed is asked. */
  end(how: AnswerEnd): readonly LineOp[] {
    this.#leave();
    if (how === 'cut') return this.#settled(this.#diff.end('cut'));
    if (this.#isWhole && this.scope === 'whole') return this.#settled(this.#diff.end('whole'));
    const isWaiting = this.#segment === undefined;
    const ops = this.#close();
    this.endsOpen = !isWaiting && (this.#isWhole || (this.#isMarked && !this.#endsProven));
    return ops;
  }

  #isOld(line: string): boolean {
    return this.#old.idOf(line) !== undefined || this.#trimmed.idOf(line.trim()) !== undefined;
  }

  get #trimmed(): OldLines {
    this.#anywhere ??= new OldLines(this.#old.lines.map((line) => line.trim()));
    return this.#anywhere;
  }

  #elide(): readonly LineOp[] {
    this.#isWhole = false;
    this.#isMarked = true;
    this.#leave();
    const ops = this.#close();
    this.#wait();
    return ops;
  }

  #wait(): void {
    this.#waiting = [];
    this.#shift = unshifted;
    this.#chains = new MatchChains(this.#trimmed, { everywhere: true });
  }

  #pushChain(line: string): void {
    this.#chains?.push({ text: line, id: this.#trimmed.idOf(line.trim()) }, this.#diff.reached, this.#old.length);
  }

  #tryPlace(): readonly LineOp[] {
    const best = this.#chains?.best();
    if (best === undefined || best.score - best.next < leastMargin) return [];
    return this.#place(best);
  }

  /** Ends a segment that has no place. */
  #leave(): void {
    const lines = this.#waiting ?? [];
    this.#waiting = undefined;
    // Brackets that close omitted code exist already.
    const isProof = (line: string): boolean => /[\p{L}\p{N}]/u.test(line) || this.#trimmed.idOf(line.trim()) === undefined;
    if (!lines.some(isProof) || lines.every((line) => line.trim() === '')) return;
    this.unplaced.push(lines.join('\n'));
    this.#isWhole = false;
  }

  #place({ matches }: Placed): readonly LineOp[] {
    const lines = this.#waiting ?? [];
    this.#waiting = undefined;
    const [first] = matches;
    if (first === undefined) return [];
    this.#shift = this.#shiftOf(lines, matches);
    let [start, lead] = [first.place, first.held];
    while (lead > 0 && start > this.#diff.reached) {
      const [line, old] = [lines[lead - 1] ?? '', this.#old.lines[start - 1] ?? ''];
      if (line.trim() !== old.trim() && !isChangedLine(readLine(old), readLine(line))) break;
      lead--;
      start--;
    }
    const isTop = this.#isWhole && this.#diff.reached === 0 && lead > 0 && start <= Math.min(nearTop, lead + 2);
    if (isTop) start = 0;
    if (start > 0) this.#isWhole = false;
    if (this.#diff.reached > 0) this.#marked += start - this.#diff.reached;
    this.#segment = new PlacedSegment(this.#old, this.#diff.reached, this.#diff.settled, start, this.#shift.remove !== '');
    const ops = [...this.#diff.skip(start - this.#diff.reached)];
    for (const line of lines) ops.push(...this.#push(line));
    return ops;
  }

  /** The difference in indentation of most matched lines. */
  #shiftOf(lines: readonly string[], matches: Placed['matches']): Shift {
    const shifts = matches.flatMap(({ held, place }): readonly Shift[] => {
      const line = lines[held] ?? '';
      const [given, old] = [indentOf(line), indentOf(this.#old.lines[place] ?? '')];
      if (line.trim() === '') return [];
      if (old.startsWith(given)) return [{ add: old.slice(given.length), remove: '' }];
      return [given.startsWith(old) ? { add: '', remove: given.slice(old.length) } : unshifted];
    });
    const votes = Map.groupBy(shifts, ({ add, remove }) => `${add}|${remove}`);
    return [...votes.values()].toSorted((a, b) => b.length - a.length)[0]?.[0] ?? unshifted;
  }

  /** Ends a segment. */
  #close(): readonly LineOp[] {
    const segment = this.#segment;
    if (segment === undefined) return [];
    const ops = segment.isComparable ? [] : [...this.#settled(this.#diff.end('cut'))];
    const review = segment.review(this.#proof);
    ops.push(...this.#diff.settle(review.ops, review.back));
    if (review.unplaced !== undefined) this.unplaced.push(review.unplaced.join('\n'));
    this.#unmentioned += segment.unmentioned;
    this.#omitted += segment.omitted;
    this.left.push(...segment.left);
    this.#endsProven = segment.endsProven;
    this.#segment = undefined;
    this.#diff.trust();
    return ops;
  }

  get #proof(): Proof {
    return this.#isWhole ? 'whole' : this.#isMarked ? 'marked' : 'unmarked';
  }

  #settled(ops: readonly LineOp[]): readonly LineOp[] {
    this.#segment?.take(ops);
    return ops;
  }
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function shifted(line: string, { add, remove }: Shift): string {
  if (line.trim() === '') return line;
  return line.startsWith(remove) ? add + line.slice(remove.length) : line;
}
