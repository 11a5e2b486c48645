/**
 * The diff of an answer that may leave lines out: it puts each segment where its lines prove that it belongs, and keeps
 * the old lines between. A segment is what stands between two elisions, or a part of a file that was asked for.
 */
import { isElision } from './elision.ts';
import { isChangedLine } from './lineLikeness.ts';
import { MatchChains, type Placed } from './matchChain.ts';
import { OldLines } from './oldLines.ts';
import { type AnswerEnd, type LineOp, SettlingDiff } from './settlingDiff.ts';

/** `whole`: the answer is for all old lines. `part`: it may be for any of them. */
export type Scope = 'whole' | 'part';

/** By how much the best place must outweigh the next. */
const leastMargin = 2.5;
/** A segment is looked at again with each line, up to so many. */
const mostWaiting = 60;
/** A part that matches so near to the top is taken for the file from its first line on. */
const nearTop = 6;

/** Most lines before closing brackets that are taken for others. */
const mostBeforeClose = 3;

/** Removing so many old lines in a row, with little in their place, is not asked about. */
const mostUnasked = 12;

/** The white space by which the lines of a segment are indented less, or more, than in the file. */
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
  /** The lines of a segment that has no place yet. */
  #waiting: string[] | undefined;
  #chains: MatchChains | undefined;
  #shift = unshifted;
  /** Lines that were added since the last old line was kept. */
  #added: string[] = [];
  /** The answer is for the file from its first line on, and has left nothing out. */
  #isWhole: boolean;
  readonly #unplaced: (readonly string[])[] = [];
  #unmentioned = 0;

  constructor(old: OldLines, scope: Scope) {
    this.#old = old;
    this.#diff = new SettlingDiff(old);
    // Into an empty file all of it goes.
    this.scope = old.lines.some((line) => line.trim() !== '') ? scope : 'whole';
    this.#isWhole = true;
    if (this.scope === 'part') this.#wait();
  }

  /** Lines that are not settled, and have a place or may get one. */
  get pending(): readonly string[] {
    return [...this.#diff.held, ...(this.#waiting ?? []).map((line) => shifted(line, this.#shift))];
  }

  /** Segments that fit nowhere, or in several places equally well. */
  get unplaced(): readonly (readonly string[])[] {
    return this.#unplaced;
  }

  /** Removed old lines, in long runs for which the answer has little and then continues. */
  get unmentioned(): number {
    return this.#unmentioned;
  }

  /** The answer is for all old lines, so those after its end are meant to go. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  trust(): void {
    this.#diff.trust();
  }

  push(line: string): readonly LineOp[] {
    if (isElision(line) && !this.#isOld(line)) return this.#elide();
    if (this.#waiting === undefined) return this.#settled(this.#diff.push(shifted(line, this.#shift)));
    this.#waiting.push(line);
    if (this.#waiting.length > mostWaiting) return [];
    this.#pushChain(line);
    return this.#tryPlace();
  }

  /** Of a part of a file, the lines after it always stay; whether they are meant to go is asked. */
  end(how: AnswerEnd): readonly LineOp[] {
    const last = this.#waiting === undefined ? [] : this.#leave();
    if (how === 'cut') return [...last, ...this.#settled(this.#diff.end('cut'))];
    if (this.#isWhole && this.scope === 'whole') return this.#settled(this.#diff.end('whole'));
    return [...last, ...this.#close()];
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
    const before = this.#waiting === undefined ? this.#close() : this.#leave();
    this.#wait();
    return before;
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

  /** The segment has ended without a place. */
  #leave(): readonly LineOp[] {
    const lines = this.#waiting ?? [];
    this.#waiting = undefined;
    const isProof = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);
    // Brackets that close what was left out stand there already.
    if (lines.some((line) => isProof(line) || this.#trimmed.idOf(line.trim()) === undefined)) {
      if (lines.some((line) => line.trim() !== '')) {
        this.#unplaced.push(lines);
        this.#isWhole = false;
      }
    }
    return [];
  }

  #place({ matches }: Placed): readonly LineOp[] {
    const lines = this.#waiting ?? [];
    this.#waiting = undefined;
    const [first] = matches;
    if (first === undefined) return [];
    this.#shift = this.#shiftOf(lines, matches);
    let start = first.place;
    for (let at = first.held - 1; at >= 0 && start > this.#diff.reached; at--, start--) {
      const [line, old] = [lines[at] ?? '', this.#old.lines[start - 1] ?? ''];
      if (line.trim() !== old.trim() && !isChangedLine(old, line)) break;
    }
    const isTop = this.#isWhole && this.#diff.reached === 0 && first.held > 0 && first.place <= Math.min(nearTop, first.held + 2);
    if (isTop) start = 0;
    if (start > 0) this.#isWhole = false;
    const ops = [...this.#settled(this.#diff.skip(start - this.#diff.reached))];
    for (const line of lines) ops.push(...this.#settled(this.#diff.push(shifted(line, this.#shift))));
    return ops;
  }

  /** What most of the matched lines have less, or more, of. */
  #shiftOf(lines: readonly string[], matches: Placed['matches']): Shift {
    const votes = new Map<string, { readonly shift: Shift; count: number }>();
    for (const { held, place } of matches) {
      const [given, old] = [indentOf(lines[held] ?? ''), indentOf(this.#old.lines[place] ?? '')];
      if ((lines[held] ?? '').trim() === '') continue;
      const shift = old.startsWith(given)
        ? { add: old.slice(given.length), remove: '' }
        : given.startsWith(old)
          ? { add: '', remove: given.slice(old.length) }
          : unshifted;
      const key = `${shift.add}|${shift.remove}`;
      const vote = votes.get(key);
      if (vote === undefined) votes.set(key, { shift, count: 1 });
      else vote.count++;
    }
    return [...votes.values()].toSorted((a, b) => b.count - a.count)[0]?.shift ?? unshifted;
  }

  /** A segment ends. Its last lines may be the next old ones, some of them changed: no line after them will prove it. */
  #close(): readonly LineOp[] {
    const ops: LineOp[] = [];
    const closed = this.#linesBeforeClose();
    if (closed > 0) ops.push(...this.#diff.drop(closed));
    else for (const line of this.#added) ops.push(...this.#dropIfChanged(line));
    for (let [line] = this.#diff.held; line !== undefined; [line] = this.#diff.held) {
      const settled = this.#diff.settleOldest();
      ops.push(...settled);
      if (settled.some(({ type }) => type === 'add')) ops.push(...this.#dropIfChanged(line));
    }
    this.#added = [];
    this.#diff.trust();
    return ops;
  }

  /**
   * How many old lines the added ones stand for, because the same brackets close both. A line that opens a block may
   * begin something else.
   */
  #linesBeforeClose(): number {
    const held = this.#diff.held.map((line) => line.trimEnd());
    while (held.at(-1) === '') held.pop();
    if (held.length === 0) return 0;
    for (let many = 0; many <= Math.min(mostBeforeClose, this.#added.length); many++) {
      const old = this.#old.lines.slice(this.#diff.reached, this.#diff.reached + many + held.length);
      if (held.every((line, at) => old[many + at]?.trimEnd() === line)) {
        return old.slice(0, many).every((line) => line.trim() !== '' && !/[{([:]\s*$/.test(line)) ? many : 0;
      }
    }
    return 0;
  }

  #dropIfChanged(line: string): readonly LineOp[] {
    return isChangedLine(this.#old.lines[this.#diff.reached] ?? '', line) ? this.#diff.drop(1) : [];
  }

  #settled(ops: readonly LineOp[]): readonly LineOp[] {
    for (const [index, op] of ops.entries()) {
      if (op.type === 'remove' && !this.#isWhole) this.#noteRemoved(op.count, ops.slice(index + 1));
      if (op.type === 'add') this.#added.push(...op.lines);
      else this.#added = [];
    }
    return ops;
  }

  /** An answer that leaves lines out may do so without a word: a long run that it has nothing for is asked about. */
  #noteRemoved(count: number, later: readonly LineOp[]): void {
    const end = later.findIndex(({ type }) => type !== 'add');
    const added = later.slice(0, end === -1 ? later.length : end).reduce((sum, op) => sum + (op.type === 'add' ? op.lines.length : 0), 0);
    if (count > mostUnasked && count > 3 * (this.#added.length + added)) this.#unmentioned += count;
  }
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function shifted(line: string, { add, remove }: Shift): string {
  if (line.trim() === '') return line;
  return line.startsWith(remove) ? add + line.slice(remove.length) : line;
}
