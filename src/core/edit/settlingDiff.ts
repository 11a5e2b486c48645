/**
 * The line diff of an answer that replaces old lines, while it streams. A line is settled at most a few lines later: as kept,
 * added or, once a later line proves that the answer has passed it, removed. Settled lines do not change, unless a jump over
 * old lines turns out to be wrong.
 */
import { type HeldLine, type Match, MatchChains } from './matchChain.ts';
import { OldLines } from './oldLines.ts';

/** Operations in the order of the text. */
export type LineOp =
  /** The next old lines stay as they are. */
  | { readonly type: 'keep'; readonly count: number }
  | { readonly type: 'add'; readonly lines: readonly string[] }
  /** The next old lines stay although the answer lacks them. */
  | { readonly type: 'skip'; readonly count: number }
  /** The next old lines are removed. */
  | { readonly type: 'remove'; readonly count: number }
  /** Everything from this old line and this answer line on is taken back; the next operations replace it. */
  | { readonly type: 'revise'; readonly oldLine: number; readonly newLine: number };

/** `whole`: the answer is complete. `cut`: its end may be missing, so old lines that it did not reach stay. */
export type AnswerEnd = 'whole' | 'cut';

/** @param added number of waiting lines that replace them */
export type MayRemove = (from: number, to: number, added: number) => boolean;

/** Maximum number of answer lines that wait for proof. */
const mostHeld = 6;
/** A jump over this many old lines is watched until the lines kept after it weigh this much, or are this many. */
const watchedJump = 3;
const trustedWeight = 30;
const mostWatchedLines = 200;
/** How much the passed lines must outweigh those kept since to revoke a jump. */
const reviseMargin = 4;

interface Jump {
  /** The passed old lines. */
  readonly from: number;
  readonly to: number;
  /** The answer line after the last one settled before the jump. */
  readonly newLine: number;
  readonly lines: string[];
  keptWeight: number;
  missedWeight: number;
}

export class SettlingDiff {
  readonly #old: OldLines;
  readonly #chains: MatchChains;
  readonly #mayRemove: MayRemove;
  #ops: LineOp[] = [];
  /** The first old line that is not settled. */
  #next = 0;
  /** Number of settled answer lines. */
  #settled = 0;
  #afterKeep = true;
  #held: HeldLine[] = [];
  #jump: Jump | undefined;
  /** Old lines from here on cannot be kept: a wrong jump led here. */
  #barrier: number;

  /** @param mayRemove whether the answer may remove these old lines; otherwise they stay */
  constructor(old: OldLines, mayRemove: MayRemove = () => true) {
    this.#old = old;
    this.#mayRemove = mayRemove;
    this.#chains = new MatchChains(old);
    this.#barrier = old.length;
  }

  /** The first old line that the answer has not reached. */
  get reached(): number {
    return this.#next;
  }

  /** Number of settled lines of the new text. */
  get settled(): number {
    return this.#settled;
  }

  /** @param line a complete line of the answer, without its line end */
  push(line: string): readonly LineOp[] {
    const jump = this.#jump;
    this.#line(line);
    if (jump !== undefined && jump === this.#jump) this.#watch(jump, line);
    return this.#give();
  }

  /** The answer lines that are not settled. */
  get held(): readonly string[] {
    return this.#held.map(({ text }) => text);
  }

  /** Keeps the next old lines, which the answer leaves out. */
  skip(count: number): readonly LineOp[] {
    this.#skip(count);
    this.#afterKeep = true;
    this.trust();
    return this.#give();
  }

  /** Settles lines as these operations say, from a line on that may have been settled differently. */
  settle(ops: readonly LineOp[], back: { readonly oldLine: number; readonly newLine: number } | undefined): readonly LineOp[] {
    this.trust();
    this.#holdAgain([]);
    if (back !== undefined) this.#goBack(back.oldLine, back.newLine);
    for (const op of ops) {
      if (op.type === 'keep') this.#keep(op.count);
      else if (op.type === 'add') this.#add(op.lines);
      else if (op.type === 'skip') this.#skip(op.count);
      else if (op.type === 'remove') this.#remove(op.count);
    }
    return this.#give();
  }

  /** Settled lines can no longer be taken back. */
  trust(): void {
    this.#jump = undefined;
  }

  end(how: AnswerEnd): readonly LineOp[] {
    const last = how === 'whole' ? this.#commonEnd() : 0;
    const kept = this.#held.splice(this.#held.length - last, last);
    this.#barrier = this.#old.length - last;
    while (this.#held.length > 0) this.#settleOldest();
    if (how === 'whole') {
      this.#remove(this.#old.length - kept.length - this.#next);
      this.#keep(kept.length);
    }
    return this.#give();
  }

  #give(): readonly LineOp[] {
    const ops = this.#ops;
    this.#ops = [];
    return ops;
  }

  #line(text: string): void {
    const id = this.#old.idOf(text);
    if (this.#held.length === 0) {
      if (this.#afterKeep && id !== undefined && id === this.#old.idAt(this.#next) && this.#next < this.#barrier) return this.#keep(1);
      if (id === undefined || !this.#old.occursFrom(id, this.#next)) return this.#add([text]);
    }
    this.#hold({ text, id });
    const chain = this.#chains.proven(this.#next);
    if (chain !== undefined) this.#settle(chain);
    else if (this.#held.length > mostHeld) this.#settleOldest();
  }

  #hold(line: HeldLine): void {
    this.#held.push(line);
    this.#chains.push(line, this.#next, this.#barrier);
  }

  /** Settles the oldest waiting line without proof; it is kept only if it is the next old line. */
  #settleOldest(): void {
    const [oldest, ...rest] = this.#held;
    if (oldest === undefined) return;
    if (oldest.id !== undefined && oldest.id === this.#old.idAt(this.#next) && this.#next < this.#barrier) this.#keep(1);
    else this.#add([oldest.text]);
    this.#holdAgain(rest);
  }

  #holdAgain(lines: readonly HeldLine[]): void {
    this.#held = [];
    this.#chains.clear();
    for (const line of lines) this.#hold(line);
  }

  #settle(chain: readonly Match[]): void {
    const held = this.#held;
    const start = { place: this.#next, settled: this.#settled };
    const matches = this.#grown(chain);
    let line = 0;
    for (const { held: index, place } of matches) {
      const added = held.slice(line, index).map(({ text }) => text);
      const isLeft = place > this.#next && !this.#mayRemove(this.#next, place, added.length);
      if (!isLeft) this.#remove(place - this.#next);
      this.#add(added);
      if (isLeft) this.#skip(place - this.#next);
      this.#keep(1);
      line = index + 1;
    }
    this.#held = [];
    this.#chains.clear();
    const to = matches[0]?.place ?? start.place;
    if (to - start.place < watchedJump) return;
    const lines = held.map(({ text }) => text);
    const keptWeight = matches.reduce((sum, { place }) => sum + this.#old.weight(this.#old.idAt(place)), 0);
    this.#jump = { from: start.place, to, newLine: start.settled, lines, keptWeight, missedWeight: 0 };
  }

  /** Adds the equal lines directly before each match, which are too weak to be a proof. */
  #grown(chain: readonly Match[]): readonly Match[] {
    const grown: Match[] = [];
    let [line, place] = [0, this.#next];
    for (const match of chain) {
      const before: Match[] = [];
      for (let back = 1; match.held - back >= line && match.place - back >= place; back++) {
        if (this.#held[match.held - back]?.id !== this.#old.idAt(match.place - back)) break;
        before.unshift({ held: match.held - back, place: match.place - back });
      }
      grown.push(...before, match);
      [line, place] = [match.held + 1, match.place + 1];
    }
    return grown;
  }

  /** Number of waiting lines at the end that equal the last old lines. */
  #commonEnd(): number {
    let same = 0;
    while (
      same < this.#held.length &&
      this.#old.length - 1 - same >= this.#next &&
      this.#held[this.#held.length - 1 - same]?.id === this.#old.idAt(this.#old.length - 1 - same)
    ) {
      same++;
    }
    return same;
  }

  /** Weighs the evidence against the last jump and revokes it if that exceeds the evidence for it. */
  #watch(jump: Jump, line: string): void {
    jump.lines.push(line);
    const id = this.#old.idOf(line);
    if (id === undefined) return;
    if (this.#old.places(id, jump.from, jump.to, 1).length > 0) jump.missedWeight += this.#old.weight(id);
    if (jump.missedWeight >= jump.keptWeight + reviseMargin) this.#revise(jump);
    else if (jump.keptWeight > trustedWeight || jump.lines.length > mostWatchedLines) this.#jump = undefined;
  }

  #revise(jump: Jump): void {
    this.#goBack(jump.from, jump.newLine);
    this.#holdAgain([]);
    this.#barrier = jump.to;
    for (const line of jump.lines) this.#line(line);
    this.#barrier = this.#old.length;
    this.#jump = undefined;
    this.#holdAgain(this.#held);
  }

  #goBack(oldLine: number, newLine: number): void {
    this.#ops.push({ type: 'revise', oldLine, newLine });
    this.#jump = undefined;
    this.#next = oldLine;
    this.#settled = newLine;
    this.#afterKeep = false;
  }

  #skip(count: number): void {
    if (count === 0) return;
    this.#next += count;
    this.#settled += count;
    this.#ops.push({ type: 'skip', count });
  }

  #keep(count: number): void {
    if (count === 0) return;
    for (let place = this.#next; this.#jump !== undefined && place < this.#next + count; place++) {
      this.#jump.keptWeight += this.#old.weight(this.#old.idAt(place));
    }
    this.#next += count;
    this.#settled += count;
    this.#afterKeep = true;
    const last = this.#ops.at(-1);
    if (last?.type === 'keep') this.#ops[this.#ops.length - 1] = { type: 'keep', count: last.count + count };
    else this.#ops.push({ type: 'keep', count });
  }

  #add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#settled += lines.length;
    this.#afterKeep = false;
    const last = this.#ops.at(-1);
    if (last?.type === 'add') this.#ops[this.#ops.length - 1] = { type: 'add', lines: [...last.lines, ...lines] };
    else this.#ops.push({ type: 'add', lines });
  }

  #remove(count: number): void {
    if (count === 0) return;
    this.#next += count;
    this.#afterKeep = false;
    this.#ops.push({ type: 'remove', count });
  }
}
