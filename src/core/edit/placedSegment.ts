/**
 * One segment of an answer among the old lines: its lines are settled while they arrive and, at its end, aligned once more as
 * a whole.
 */
import type { LeftLines } from './placedText.ts';
import type { OldLines } from './oldLines.ts';
import { aligned, insertion, isComparable } from './segmentAlignment.ts';
import { mayGoFor, type Proof, SegmentProof, type SettledLine } from './segmentProof.ts';
import type { LineOp } from './settlingDiff.ts';

export interface Review {
  /** The operations replace everything from this old line and this line of the new text on. */
  readonly back: { readonly oldLine: number; readonly newLine: number } | undefined;
  readonly ops: readonly LineOp[];
  /** Its lines, if its place is not proven. */
  readonly unplaced?: readonly string[];
}

export class PlacedSegment {
  readonly #old: OldLines;
  readonly #isShifted: boolean;
  readonly #lines: string[] = [];
  #settled: SettledLine[] = [];
  #next: number;
  /** As in `PlacedText`. */
  unmentioned = 0;
  /** Removed old lines that the answer may only have left out. */
  omitted = 0;
  /** Start of the lines that can still change, as indexes into the old text, the new text, and this segment. */
  #from: { readonly oldLine: number; readonly newLine: number; readonly line: number };

  /** The old line that its first line keeps or replaces. */
  #start: number;

  /** @param oldLine the one after the previous segment; @param newLine number of lines of the new text so far */
  constructor(old: OldLines, oldLine: number, newLine: number, start: number, isShifted = false) {
    this.#old = old;
    this.#isShifted = isShifted;
    this.#next = start;
    this.#start = start;
    this.#from = { oldLine, newLine, line: 0 };
    this.#settled = passed(oldLine, start);
  }

  say(line: string): void {
    this.#lines.push(line);
  }

  take(ops: readonly LineOp[]): void {
    for (const op of ops) {
      switch (op.type) {
        case 'keep':
        case 'skip':
          for (let count = 0; count < op.count; count++)
            this.#settled.push({ how: op.type === 'skip' ? 'left' : 'kept', place: this.#next++ });
          break;
        case 'add':
          for (const _ of op.lines) this.#settled.push({ how: 'added' });
          break;
        case 'remove':
          this.#next += op.count;
          break;
        case 'revise':
          this.#settled.length = Math.max(0, op.newLine - this.#from.newLine);
          this.#next = op.oldLine;
          break;
        default:
          op satisfies never;
      }
    }
  }

  /** Settled lines can no longer change. @param held number of its lines that are not settled */
  decide(held: number): void {
    const newLine = this.#from.newLine + this.#settled.length;
    this.#from = { oldLine: this.#next, newLine, line: this.#lines.length - held };
    this.#start = this.#next;
    this.#settled = [];
  }

  /** Whether its last line with text is an old one, so that it ends there. */
  get endsProven(): boolean {
    const texts = this.#lines.slice(this.#from.line);
    const places = this.#settled.filter(isSaid);
    const last = texts.findLastIndex((line) => line.trim() !== '');
    return last === -1 || places[last]?.place !== undefined;
  }

  /** Whether these new lines may replace the next old ones. */
  mayRemove(from: number, to: number, added: number, proof: Proof): boolean {
    if (proof === 'whole') return true;
    const before = this.#settled.length - 1 - this.#settled.findLastIndex(({ place }) => place !== undefined);
    return mayGoFor(this.#lost(from, to), before + added, proof);
  }

  /** Old lines that remain in the new text, though the segment passes over them. */
  get left(): readonly LeftLines[] {
    const found: { newLine: number; lines: string[] }[] = [];
    for (const [at, { how, place }] of this.#settled.entries()) {
      if (how !== 'left') continue;
      const newLine = this.#from.newLine + at;
      const last = found.at(-1);
      if (last === undefined || last.newLine + last.lines.length !== newLine) found.push({ newLine, lines: [] });
      found.at(-1)?.lines.push(this.#old.lines[place] ?? '');
    }
    return found;
  }

  /** Whether it is short enough to be aligned as a whole. */
  get isComparable(): boolean {
    return isComparable(this.#lines.length - this.#from.line, this.#old, this.#start, this.#next);
  }

  /** Aligns all of its lines once it has ended. */
  review(answer: Proof): Review {
    const lines = this.#lines.slice(this.#from.line);
    const isContinued = this.#from.line > 0;
    const found = this.isComparable
      ? aligned(lines, this.#old, this.#start, this.#next)
      : { kept: this.#settled.filter(isSaid).map(({ place }) => place), reached: this.#next };
    // An answer for the whole file reaches its end.
    const isAll = this.#old.lines.slice(found.reached).every((line) => line.trim() === '');
    const by = answer === 'whole' && !isAll ? 'unmarked' : answer;
    let [start, proof] = [this.#start, new SegmentProof(this.#old, lines, found, this.#start)];
    if (by !== 'whole' && !(proof.losesNothing && proof.isAnchored(isContinued))) {
      const inserted = insertion(lines, this.#old, this.#from.oldLine);
      if (inserted !== undefined) [start, proof] = [inserted.start, new SegmentProof(this.#old, lines, inserted, inserted.start)];
      if (!proof.isAnchored(isContinued)) return this.#takenBack();
    }
    const judged = proof.judged(by, this.#isShifted);
    [this.unmentioned, this.omitted] = [judged.unmentioned, judged.omitted];
    return this.#become([...passed(this.#from.oldLine, start), ...judged.lines], judged.reached, lines);
  }

  /** Its place is not proven. */
  #takenBack(): Review {
    const { oldLine, newLine, line } = this.#from;
    this.#settled = [];
    this.#next = oldLine;
    return { back: { oldLine, newLine }, ops: [], unplaced: this.#lines.slice(line) };
  }

  #become(wanted: readonly SettledLine[], reached: number, lines: readonly string[]): Review {
    const settled = this.#settled;
    let same = 0;
    while (same < wanted.length && isSame(settled[same], wanted[same])) same++;
    const nextPlace = wanted.slice(same).find(({ place }) => place !== undefined)?.place ?? reached;
    const isPrefix = same === settled.length && this.#next <= nextPlace;
    const lastPlace = wanted.slice(0, same).findLast(({ place }) => place !== undefined)?.place;
    let next = isPrefix ? this.#next : lastPlace === undefined ? this.#from.oldLine : lastPlace + 1;
    const back = isPrefix ? undefined : { oldLine: next, newLine: this.#from.newLine + same };
    const ops: LineOp[] = [];
    let line = wanted.slice(0, same).filter(isSaid).length;
    const pass = (place: number): void => {
      if (place > next) ops.push({ type: 'remove', count: place - next });
      next = place;
    };
    for (const each of wanted.slice(same)) {
      if (each.how === 'added') ops.push({ type: 'add', lines: [lines[line] ?? ''] });
      else {
        pass(each.place);
        ops.push({ type: each.how === 'kept' ? 'keep' : 'skip', count: 1 });
        next = each.place + 1;
      }
      if (isSaid(each)) line++;
    }
    pass(reached);
    this.#settled = [...wanted];
    this.#next = reached;
    return { back, ops };
  }

  /** Number of these old lines that the segment does not contain. */
  #lost(from: number, to: number): number {
    const said = new Set(this.#lines.map((line) => line.trim()));
    return this.#old.lines.slice(from, to).filter((line) => line.trim() !== '' && !said.has(line.trim())).length;
  }
}

function passed(from: number, to: number): SettledLine[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => ({ how: 'passed', place: from + at }));
}

/** Whether the segment contains the line. */
function isSaid({ how }: SettledLine): boolean {
  return how === 'added' || how === 'kept';
}

function isSame(a: SettledLine | undefined, b: SettledLine | undefined): boolean {
  return a !== undefined && a.how === b?.how && a.place === b.place;
}
