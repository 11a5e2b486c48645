/**
 * One segment of an answer among the old lines: what was settled of it while it came, and, once it has ended, what all of
 * its lines together say about it.
 */
import type { LeftLines } from './placedText.ts';
import type { OldLines } from './oldLines.ts';
import { aligned, type Alignment, insertion, isComparable } from './segmentAlignment.ts';
import type { LineOp } from './settlingDiff.ts';

/**
 * A line of the new text: an added one, an old one, an old one before the segment, or one that the segment does not have
 * and that stays nevertheless.
 */
type SettledLine =
  | { readonly how: 'added'; readonly place?: undefined }
  | { readonly how: 'kept' | 'passed' | 'left'; readonly place: number };

/** What speaks for removing old lines: they are the only ones that the answer lacks, it marks what it leaves out, or neither. */
export type Proof = 'whole' | 'marked' | 'unmarked';

export interface Review {
  /** From this old line and this line of the new text on, the operations make it anew. */
  readonly back: { readonly oldLine: number; readonly newLine: number } | undefined;
  readonly ops: readonly LineOp[];
  /** Its lines, where too little speaks for a place. */
  readonly unplaced?: readonly string[];
}

interface Judged {
  readonly lines: readonly SettledLine[];
  readonly reached: number;
}

/** So many lines may go without a word where little proves it, and where the answer marks what it leaves out. */
const mostUnproven = 3;
const mostUnasked = 12;
/** What the old lines on both sides weigh where more may go, and where any may. */
const leastContext = 6;
const leastRun = 2;

export class PlacedSegment {
  readonly #old: OldLines;
  readonly #lines: string[] = [];
  #settled: SettledLine[] = [];
  #next: number;
  /** Removed old lines, in long runs for which it has little and then continues. */
  unmentioned = 0;
  /** Start of the lines that can still change, as indexes into the old text, the new text, and this segment. */
  #from: { readonly oldLine: number; readonly newLine: number; readonly line: number };

  /** The old line that its first line is, or stands for. */
  #start: number;

  /** @param oldLine after the segment before it; @param newLine how many lines the new text has by then */
  constructor(old: OldLines, oldLine: number, newLine: number, start: number) {
    this.#old = old;
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

  /** What is settled stays. @param held how many of its lines are not */
  decide(held: number): void {
    const newLine = this.#from.newLine + this.#settled.length;
    this.#from = { oldLine: this.#next, newLine, line: this.#lines.length - held };
    this.#start = this.#next;
    this.#settled = [];
  }

  /** Its last line with text is an old one, so what follows that one does not belong to it. */
  get endsProven(): boolean {
    const texts = this.#lines.slice(this.#from.line);
    const places = this.#settled.filter(isSaid);
    const last = texts.findLastIndex((line) => line.trim() !== '');
    return last === -1 || places[last]?.place !== undefined;
  }

  /** Whether the next old lines may go for these new ones. */
  mayRemove(from: number, to: number, added: number, proof: Proof): boolean {
    if (proof === 'whole') return true;
    let before = 0;
    for (let at = this.#settled.length - 1; at >= 0 && this.#settled[at]?.place === undefined; at--) before++;
    const lost = this.#lost(from, to);
    return lost <= (proof === 'marked' ? mostUnasked : mostUnproven) || isRewritten(lost, before + added, proof);
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

  /** Whether all of its lines can be looked at together; otherwise each must be settled. */
  get isComparable(): boolean {
    return isComparable(this.#lines.length - this.#from.line, this.#old, this.#start, this.#next);
  }

  /** It has ended: its lines are looked at together. */
  review(by: Proof): Review {
    const lines = this.#lines.slice(this.#from.line);
    const found = this.isComparable
      ? aligned(lines, this.#old, this.#start, this.#next)
      : { kept: this.#settled.filter(isSaid).map(({ place }) => place), reached: this.#next };
    // What is for all of the file reaches its end.
    const isAll = this.#old.lines.slice(found.reached).every((line) => line.trim() === '');
    const proof = by === 'whole' && !isAll ? 'unmarked' : by;
    const isCertain =
      this.#losses(lines, found.kept, this.#start, found.reached).every((lost) => lost === 0) &&
      isAnchored(lines, found, this.#start, this.#old.length, 0);
    const inserted = proof === 'whole' || isCertain ? undefined : insertion(lines, this.#old, this.#from.oldLine);
    const { kept, reached, start } = inserted ?? { ...found, start: this.#start };
    // Blank lines after the end of the file part it from what is not there.
    const last =
      reached < this.#old.length ? lines.length : 1 + lines.findLastIndex((each, at) => each.trim() !== '' || kept[at] !== undefined);
    const losses = this.#losses(lines, kept, start, reached);
    const isLoose = !isAnchored(lines, { kept, reached }, start, this.#old.length, 1);
    const judged = this.#judged(kept.slice(0, last), losses, start, reached, proof, isLoose);
    if (proof !== 'whole' && isLoose && judged.lines.some(({ how }) => how === 'left')) return this.#takenBack();
    return this.#become([...passed(this.#from.oldLine, start), ...judged.lines], judged.reached, lines);
  }

  /** It may as well belong elsewhere. */
  #takenBack(): Review {
    const { oldLine, newLine, line } = this.#from;
    this.#settled = [];
    this.#next = oldLine;
    return { back: { oldLine, newLine }, ops: [], unplaced: this.#lines.slice(line) };
  }

  /** For each line that is kept, and the end: how many of the old lines that go before it are not among the new ones. */
  #losses(lines: readonly string[], kept: readonly (number | undefined)[], start: number, reached: number): readonly number[] {
    const added = new Map<string, number>();
    for (const [at, line] of lines.entries()) {
      if (kept[at] === undefined) added.set(line.trim(), (added.get(line.trim()) ?? 0) + 1);
    }
    let next = start;
    return [...kept.filter((place) => place !== undefined), reached].map((place) => {
      const gone = this.#old.lines.slice(next, place).map((line) => line.trim());
      next = place + 1;
      return gone.filter((line) => {
        const count = added.get(line) ?? 0;
        added.set(line, count - 1);
        return line !== '' && count <= 0;
      }).length;
    });
  }

  /** The new text with the old lines whose removal has too little proof. */
  #judged(
    kept: readonly (number | undefined)[],
    losses: readonly number[],
    start: number,
    reached: number,
    proof: Proof,
    isLoose: boolean,
  ): Judged {
    const weights = kept.map((place) => this.#old.proof(place));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const lines: SettledLine[] = [];
    let [next, before, added, index] = [start, 0, 0, 0];
    for (const [at, place] of [...kept, reached].entries()) {
      if (place === undefined) {
        lines.push({ how: 'added' });
        added++;
        continue;
      }
      const isEnd = at === kept.length;
      const lost = losses[index++] ?? 0;
      const isRewrite = isRewritten(lost, added, proof);
      const runs = [runWeight(kept, weights, at - added - 1, -1), isEnd ? 0 : runWeight(kept, weights, at, 1)] as const;
      const isEdge = before === 0 || isEnd;
      const context = Math.min(before, total - before);
      const isStrong = proof === 'marked' && context >= leastContext;
      const most = proof === 'marked' && context >= leastRun ? mostUnasked : mostUnproven;
      const isProven = !isEdge && (!isLoose || Math.min(...runs) >= leastRun) && (isStrong || isRewrite || lost <= most);
      const mayGo = lost === 0 || proof === 'whole' || isProven || (isEdge && !isLoose && lost <= Math.min(added, mostUnproven));
      if ((isStrong || proof === 'whole') && lost > mostUnasked && !isRewrite) this.unmentioned += lost;
      // What follows the last old line of the segment was only thought to belong to it.
      if (isEnd) return { lines, reached: mayGo ? reached : next };
      if (!mayGo) for (let left = next; left < place; left++) lines.push({ how: 'left', place: left });
      lines.push({ how: 'kept', place });
      before += weights[at] ?? 0;
      [next, added] = [place + 1, 0];
    }
    return { lines, reached };
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

  /** How many of the old lines are nowhere in the segment. */
  #lost(from: number, to: number): number {
    if (to <= from) return 0;
    const said = new Set(this.#lines.map((line) => line.trim()));
    return this.#old.lines.slice(from, to).filter((line) => line.trim() !== '' && !said.has(line.trim())).length;
  }
}

function passed(from: number, to: number): SettledLine[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => ({ how: 'passed', place: from + at }));
}

/** Whether it is a line of the segment. */
function isSaid({ how }: SettledLine): boolean {
  return how === 'added' || how === 'kept';
}

function isSame(a: SettledLine | undefined, b: SettledLine | undefined): boolean {
  return a !== undefined && a.how === b?.how && a.place === b.place;
}

/** What the old lines weigh that follow each other from here on. */
function runWeight(kept: readonly (number | undefined)[], weights: readonly number[], from: number, step: 1 | -1): number {
  let weight = 0;
  for (let at = from; kept[at] !== undefined; at += step) {
    weight += weights[at] ?? 0;
    if (kept[at + step] !== (kept[at] ?? 0) + step) break;
  }
  return weight;
}

/** Its edges are old lines, or the edges of the file, but for `most` changed lines. */
function isAnchored(lines: readonly string[], { kept, reached }: Alignment, start: number, end: number, most: number): boolean {
  const places = kept.filter((_, at) => lines[at]?.trim() !== '');
  const isOld = (place: number | undefined): boolean => place !== undefined;
  const [first, last] = [places.findIndex(isOld), places.findLastIndex(isOld)];
  return first !== -1 && (first <= most || start === 0) && (places.length - 1 - last <= most || reached === end);
}

/** New lines stand in the place of the lost ones. */
function isRewritten(lost: number, added: number, proof: Proof): boolean {
  return lost <= (proof === 'marked' ? 3 : 2) * added;
}
