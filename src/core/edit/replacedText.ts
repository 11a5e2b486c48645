/**
 * A text of several lines while an answer takes its place: unchanged lines are passed, and only whole lines are put, so
 * that the document never holds half a line before an old one.
 */
import type { LeftLines, PlacedText } from './placedText.ts';
import { OldLines } from './oldLines.ts';
import { PlacingDiff, type Scope } from './placingDiff.ts';
import type { LineOp } from './settlingDiff.ts';
import { putStep, type Step } from './step.ts';
import { type LineChange, lineChanges, textChanges, type TextSpanChange } from './textChanges.ts';

/** An answer that ends far from the end of the old text and matched none of its last lines has probably not meant the rest. */
const farFromEnd = 20;

export class ReplacedText implements PlacedText {
  readonly #old: readonly string[];
  readonly #diff: PlacingDiff;
  /** Answer lines, as they are or will be in the document. */
  readonly #settled: string[] = [];
  /** For each of them the old line that it is, or undefined for one that was added. */
  readonly #kept: (number | undefined)[] = [];
  #next = 0;
  /** The last line, until its end has come. */
  #partial = '';
  /** Settled lines that are only old ones between those of the answer. */
  readonly #skipped = new Set<number>();
  /** The answer has text. */
  #hasText = false;
  /** How many settled lines the document has for certain, and how many old ones it has passed or removed. */
  #landed = { settled: 0, next: 0 };
  /** Lines that were put before they were settled, because the answer was cut off, until they are taken back. */
  #tail: readonly string[] = [];
  /** The last of them was a half line then, or may go on. */
  #halfInTail = 0;
  #isResuming = false;
  #lastKept = -1;
  /** How many lines were settled before the current batch, and, once it took lines back, which, and from which one on. */
  #batchStart = 0;
  #revised: { readonly settled: readonly string[]; readonly kept: readonly (number | undefined)[]; readonly from: number } | undefined;
  #released = false;
  leftLines = 0;
  /** Changes before this line are decided or cannot change any more. */
  #decided = { line: 0, next: 0 };

  /** @param exactBlanks blanks at the end of a line count, as in Markdown */
  constructor(old: string, exactBlanks: boolean, scope: Scope = 'whole') {
    this.#old = old.split('\n');
    // The line end that closes a file is no line of it.
    const lines = scope === 'part' && this.#old.length > 1 && this.#old.at(-1) === '' ? this.#old.slice(0, -1) : this.#old;
    this.#diff = new PlacingDiff(new OldLines(lines, exactBlanks), scope);
  }

  get unplaced(): readonly string[] {
    return this.#diff.unplaced.map((lines) => lines.join('\n'));
  }

  get left(): readonly LeftLines[] {
    return this.#diff.left;
  }

  get unmentioned(): number {
    return this.#diff.unmentioned;
  }

  get lineCount(): number {
    return this.#settled.length + this.#tail.length;
  }

  /** All that the document has of the answer, from the first change on that may still become another. */
  changes(eol: string): readonly TextSpanChange[] {
    const lines = this.#tail.length === 0 ? this.#settled : [...this.#settled, ...this.#tail];
    return textChanges(this.#lineChanges(), lines, eol, this.#next < this.#old.length);
  }

  /** What was settled so far is not taken back, and a decided change does not come again. */
  decide(line: number): number {
    this.#diff.trust();
    const last = this.#lineChanges().at(-1);
    const isLater = last !== undefined && last.newStart > line;
    this.#decided = isLater ? { line: last.newStart, next: last.oldStart } : { line: this.lineCount, next: this.#next };
    return this.#decided.line;
  }

  reopen(): void {
    this.#decided = { line: 0, next: 0 };
  }

  #lineChanges(): readonly LineChange[] {
    const kept = this.#tail.length === 0 ? this.#kept : [...this.#kept, ...this.#tail.map(() => undefined)];
    const { line, next } = this.#decided;
    return lineChanges(kept, this.#old, this.#next, { line: Math.min(line, kept.length), next });
  }

  take(text: string): readonly Step[] {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    if (lines.length > 0) this.#hasText = true;
    if (this.#released) return this.#plain(lines);
    return this.#batch(() => lines.flatMap((line) => this.#steps(this.#diff.push(line))));
  }

  end(): readonly Step[] {
    // An answer of which nothing is left, such as talk that is dropped, is no wish for an empty text.
    if (!this.#hasText && this.#partial === '') return [];
    if (this.#released) return this.#plain([this.#partial]);
    return this.#batch(() => {
      // The line end that closes a part belongs to its last line.
      const steps = this.#diff.scope === 'part' && this.#partial === '' ? [] : this.#steps(this.#diff.push(this.#partial));
      const isEarly =
        this.#diff.scope === 'whole' &&
        this.#lastKept >= 0 &&
        this.#old.length - this.#next > farFromEnd &&
        this.#lastKept < this.#settled.length - farFromEnd;
      const last = this.#steps(this.#diff.end(isEarly ? 'cut' : 'whole'));
      // A part leaves lines on purpose.
      const rest = this.#old.slice(this.#next);
      this.leftLines = (isEarly || this.#diff.endsOpen) && rest.some((line) => line.trim() !== '') ? rest.length : 0;
      return [...steps, ...last];
    });
  }

  /** Its whole lines are put, its half line waits, and no old line goes. */
  suspend(isLastWhole: boolean): readonly Step[] {
    const last = isLastWhole && this.#partial !== '' ? [this.#partial] : [];
    const waiting = this.#released ? last : [...this.#diff.pending, ...last];
    this.leftLines = this.#old.length - this.#next;
    if (waiting.length === 0) return [];
    this.#tail = waiting;
    this.#halfInTail = last.length;
    return [putStep(this.#joined(waiting), this.#lead)];
  }

  resume(): readonly Step[] {
    const lead = this.#lead;
    this.leftLines = 0;
    if (this.#tail.length === 0) return [];
    this.#isResuming = true;
    return [{ type: 'back', text: this.#joined(this.#tail) }, ...(lead === '' ? [] : [{ type: 'remove', text: lead } as const])];
  }

  landed(): void {
    this.#landed = { settled: this.#settled.length, next: this.#next };
    if (this.#isResuming) [this.#tail, this.#halfInTail] = [[], 0];
    this.#isResuming = false;
  }

  /** The old text is not what it was: from here on it is left alone, and the rest of the answer is put before it. */
  release(): readonly Step[] {
    this.#released = true;
    const inDocument = this.#tail.length - this.#halfInTail;
    const unlanded = this.#settled.filter((_, index) => index >= this.#landed.settled && !this.#skipped.has(index));
    const pending = this.#diff.pending.slice(inDocument);
    this.#next = this.#landed.next;
    this.leftLines = this.#old.length - this.#next;
    if (this.#revised !== undefined) this.#restore(this.#revised);
    this.#settled.length = this.#landed.settled;
    this.#kept.length = this.#landed.settled;
    // Lines that could not be taken back stay, as part of the change; an unfinished one is written again with its end.
    this.#addSettled(this.#tail);
    [this.#tail, this.#halfInTail] = [[], 0];
    return this.#plain([...unlanded, ...pending]);
  }

  #plain(lines: readonly string[]): readonly Step[] {
    if (lines.length === 0) return [];
    const text = this.#joined(lines);
    const lead = this.#settled.length === 0 ? '\n' : '';
    this.#addSettled(lines);
    return [putStep(text, lead)];
  }

  #addSettled(lines: readonly string[]): void {
    this.#settled.push(...lines);
    this.#kept.push(...lines.map(() => undefined));
  }

  /** What the document has, since the edit that took lines back was refused. */
  #restore({ settled, kept }: { readonly settled: readonly string[]; readonly kept: readonly (number | undefined)[] }): void {
    this.#settled.splice(0, this.#settled.length, ...settled);
    this.#kept.splice(0, this.#kept.length, ...kept);
  }

  /** The steps that `run` makes, or, where it took settled lines back, one change from what the document has. */
  #batch(run: () => readonly Step[]): readonly Step[] {
    const next = this.#next;
    this.#batchStart = this.#settled.length;
    this.#revised = undefined;
    const steps = run();
    return this.#anew(next) ?? steps;
  }

  #steps(ops: readonly LineOp[]): readonly Step[] {
    return ops.map((op) => this.#step(op)).filter((step) => step !== undefined);
  }

  #step(op: LineOp): Step | undefined {
    switch (op.type) {
      case 'skip':
      case 'keep': {
        const lines = this.#old.slice(this.#next, this.#next + op.count);
        const step: Step = { type: 'pass', text: this.#joined(lines) };
        if (op.type === 'skip') for (let index = 0; index < op.count; index++) this.#skipped.add(this.#settled.length + index);
        this.#settled.push(...lines);
        this.#kept.push(...lines.map((_, index) => this.#next + index));
        this.#lastKept = this.#settled.length - 1;
        this.#next += op.count;
        return step;
      }
      case 'add': {
        const step = putStep(this.#joined(op.lines), this.#lead);
        this.#addSettled(op.lines);
        return step;
      }
      case 'remove': {
        const text = this.#oldText(this.#settled.length, this.#next, this.#next + op.count);
        this.#next += op.count;
        return { type: 'remove', text };
      }
      case 'revise':
        this.#revised = {
          settled: this.#revised?.settled ?? this.#settled.slice(0, this.#batchStart),
          kept: this.#revised?.kept ?? this.#kept.slice(0, this.#batchStart),
          from: Math.min(this.#revised?.from ?? op.newLine, op.newLine),
        };
        this.#settled.length = op.newLine;
        this.#kept.length = op.newLine;
        for (const line of this.#skipped) if (line >= op.newLine) this.#skipped.delete(line);
        this.#next = op.oldLine;
        return undefined;
      default:
        return op satisfies never;
    }
  }

  /**
   * Undefined where nothing was taken back.
   * @param next the old line that the document has reached
   */
  #anew(next: number): readonly Step[] | undefined {
    if (this.#revised === undefined) return undefined;
    const { settled, from } = this.#revised;
    const same = Math.min(from, settled.length);
    const back = joinedAfter(same, settled.slice(same));
    const put = joinedAfter(same, this.#settled.slice(same));
    // Old lines that had gone stand after the answer again.
    const again = this.#old.slice(this.#next, next);
    const isParted = settled.length > 0 || again.length > 0;
    const lead = (isParted ? again.length > 0 : this.#next < this.#old.length) && this.#settled.length > 0 ? '\n' : '';
    const steps: Step[] = [];
    if (back !== '') steps.push({ type: 'back', text: back });
    // Nothing is left that the next old line must be parted from.
    const isBare = settled.length > 0 && this.#settled.length === 0 && again.length === 0;
    if (isBare && next < this.#old.length) steps.push({ type: 'remove', text: '\n' });
    if (this.#next > next) steps.push({ type: 'remove', text: this.#oldText(settled.length, next, this.#next) });
    if (put !== '' || again.length > 0) steps.push(putStep(put, lead + again.join('\n')));
    return steps;
  }

  /** Old lines with the line ends that go with them. */
  #oldText(settled: number, from: number, to: number): string {
    const lines = this.#old.slice(from, to);
    if (settled > 0) return joinedAfter(settled, lines);
    return lines.join('\n') + (to < this.#old.length ? '\n' : '');
  }

  #joined(lines: readonly string[]): string {
    return joinedAfter(this.#settled.length, lines);
  }

  /** Text before the first old line must be parted from it. */
  get #lead(): string {
    return this.#settled.length === 0 && this.#next < this.#old.length ? '\n' : '';
  }
}

/** Each line brings the line end before it, but for the first of all. */
function joinedAfter(settled: number, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return (settled > 0 ? '\n' : '') + lines.join('\n');
}
