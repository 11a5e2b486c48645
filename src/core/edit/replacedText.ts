/**
 * Several lines while an answer replaces them: unchanged lines are passed, and only complete lines are written, so that the
 * document never holds half a line before an old one.
 */
import type { LeftLines, PlacedText } from './placedText.ts';
import { OldLines } from './oldLines.ts';
import { PlacingDiff, type Scope } from './placingDiff.ts';
import type { LineOp } from './settlingDiff.ts';
import { putStep, type Step } from './step.ts';
import { type LineChange, lineChanges, textChanges, type TextSpanChange } from './textChanges.ts';

/** An answer that ends this far before the end of the old text and matches none of its last lines probably left the rest out. */
const farFromEnd = 20;

export class ReplacedText implements PlacedText {
  readonly #old: readonly string[];
  readonly #diff: PlacingDiff;
  readonly unplaced: readonly string[];
  readonly left: readonly LeftLines[];
  /** The lines of the new text. */
  readonly #settled: string[] = [];
  /** For each of them the old line that it keeps; undefined for an added one. */
  readonly #kept: (number | undefined)[] = [];
  #next = 0;
  /** The last line while it is incomplete. */
  #partial = '';
  /** Number of settled lines that are old lines the answer left out. */
  readonly #skipped = new Set<number>();
  /** Whether the answer has text. */
  #hasText = false;
  /** Number of settled lines in the document, and of old lines that it has passed or removed. */
  #landed = { settled: 0, next: 0 };
  /** Lines written before they were settled, because the answer was interrupted, until they are taken back. */
  #tail: readonly string[] = [];
  /** Whether the last of them is incomplete. */
  #halfInTail = 0;
  #isResuming = false;
  #lastKept = -1;
  /** The steps of the current batch, each with the state after it. The first has no step. */
  #batched: { readonly step?: Step; readonly settled: number; readonly next: number }[] = [];
  /** If the batch takes back lines of earlier ones: the lines settled before it, and the first that is taken back. */
  #revised: { readonly settled: readonly string[]; readonly kept: readonly (number | undefined)[]; readonly from: number } | undefined;
  #released = false;
  leftLines = 0;
  /** Changes before this line are decided or final. */
  #decided = { line: 0, next: 0 };

  /** @param exactBlanks blanks at the end of a line matter, as in Markdown */
  constructor(old: string, exactBlanks: boolean, scope: Scope = 'whole') {
    this.#old = old.split('\n');
    // The line end at the end of a file starts no line.
    const lines = scope === 'part' && this.#old.length > 1 && this.#old.at(-1) === '' ? this.#old.slice(0, -1) : this.#old;
    this.#diff = new PlacingDiff(new OldLines(lines, exactBlanks), scope);
    this.unplaced = this.#diff.unplaced;
    this.left = this.#diff.left;
  }

  get unmentioned(): number {
    return this.#diff.unmentioned;
  }

  get lineCount(): number {
    return this.#settled.length + this.#tail.length;
  }

  /** The changes in the document, from the first one on that is not final. */
  changes(eol: string): readonly TextSpanChange[] {
    const lines = this.#tail.length === 0 ? this.#settled : [...this.#settled, ...this.#tail];
    return textChanges(this.#lineChanges(), lines, eol, this.#next < this.#old.length);
  }

  /** Settled lines can no longer be taken back, and decided changes do not return. */
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
    return this.#batch(() => {
      for (const line of lines) this.#apply(this.#diff.push(line));
    });
  }

  end(): readonly Step[] {
    // An answer without usable text, such as dropped prose, does not ask for an empty text.
    if (!this.#hasText && this.#partial === '') return [];
    if (this.#released) return this.#plain([this.#partial]);
    return this.#batch(() => {
      // The line end at the end of a part belongs to its last line.
      if (this.#diff.scope === 'whole' || this.#partial !== '') this.#apply(this.#diff.push(this.#partial));
      const isEarly =
        this.#diff.scope === 'whole' &&
        this.#lastKept >= 0 &&
        this.#old.length - this.#next > farFromEnd &&
        this.#lastKept < this.#settled.length - farFromEnd;
      this.#apply(this.#diff.end(isEarly ? 'cut' : 'whole'));
      // A part leaves lines out on purpose.
      const rest = this.#old.slice(this.#next);
      this.leftLines = (isEarly || this.#diff.endsOpen) && rest.some((line) => line.trim() !== '') ? rest.length : 0;
    });
  }

  /** Writes the complete lines, keeps the incomplete one waiting, and removes no old line. */
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

  /** The old text has changed: it is left alone from here on, and the rest of the answer is written before it. */
  release(): readonly Step[] {
    this.#released = true;
    const inDocument = this.#tail.length - this.#halfInTail;
    const unlanded = this.#settled.filter((_, index) => index >= this.#landed.settled && !this.#skipped.has(index));
    const pending = this.#diff.pending.slice(inDocument);
    this.#next = this.#landed.next;
    this.leftLines = this.#old.length - this.#next;
    if (this.#revised !== undefined) {
      // The document still has the lines that the refused edit should take back.
      this.#settled.splice(0, this.#settled.length, ...this.#revised.settled);
      this.#kept.splice(0, this.#kept.length, ...this.#revised.kept);
    }
    this.#settled.length = this.#landed.settled;
    this.#kept.length = this.#landed.settled;
    // Lines that could not be taken back stay as part of the change; an incomplete one is written again with its end.
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

  /** The steps of `run`; if it takes settled lines back, one change from what the document has. */
  #batch(run: () => void): readonly Step[] {
    const next = this.#next;
    this.#batched = [{ settled: this.#settled.length, next }];
    this.#revised = undefined;
    run();
    return this.#anew(next) ?? this.#batched.flatMap(({ step }) => (step === undefined ? [] : [step]));
  }

  #apply(ops: readonly LineOp[]): void {
    for (const op of ops) {
      const step = this.#step(op);
      if (step !== undefined) this.#batched.push({ step, settled: this.#settled.length, next: this.#next });
    }
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
      case 'revise': {
        const same = this.#batched.findLastIndex(({ settled, next }) => settled === op.newLine && next === op.oldLine);
        if (same !== -1) this.#batched.length = same + 1;
        else {
          const before = this.#batched[0]?.settled ?? 0;
          this.#revised = {
            settled: this.#revised?.settled ?? this.#settled.slice(0, before),
            kept: this.#revised?.kept ?? this.#kept.slice(0, before),
            from: Math.min(this.#revised?.from ?? op.newLine, op.newLine),
          };
        }
        this.#settled.length = op.newLine;
        this.#kept.length = op.newLine;
        for (const line of this.#skipped) if (line >= op.newLine) this.#skipped.delete(line);
        this.#next = op.oldLine;
        return undefined;
      }
      default:
        return op satisfies never;
    }
  }

  /**
   * Undefined if nothing was taken back.
   * @param next the old line that the document has reached
   */
  #anew(next: number): readonly Step[] | undefined {
    if (this.#revised === undefined) return undefined;
    const { settled, from } = this.#revised;
    const same = Math.min(from, settled.length);
    const back = joinedAfter(same, settled.slice(same));
    const put = joinedAfter(same, this.#settled.slice(same));
    // Removed old lines are back after the answer.
    const again = this.#old.slice(this.#next, next);
    const isParted = settled.length > 0 || again.length > 0;
    const lead = (isParted ? again.length > 0 : this.#next < this.#old.length) && this.#settled.length > 0 ? '\n' : '';
    const steps: Step[] = [];
    if (back !== '') steps.push({ type: 'back', text: back });
    // No text is left before the next old line, so no line end is needed.
    const isBare = settled.length > 0 && this.#settled.length === 0 && again.length === 0;
    if (isBare && next < this.#old.length) steps.push({ type: 'remove', text: '\n' });
    if (this.#next > next) steps.push({ type: 'remove', text: this.#oldText(settled.length, next, this.#next) });
    if (put !== '' || again.length > 0) steps.push(putStep(put, lead + again.join('\n')));
    return steps;
  }

  /** Old lines with their line ends. */
  #oldText(settled: number, from: number, to: number): string {
    const lines = this.#old.slice(from, to);
    if (settled > 0) return joinedAfter(settled, lines);
    return lines.join('\n') + (to < this.#old.length ? '\n' : '');
  }

  #joined(lines: readonly string[]): string {
    return joinedAfter(this.#settled.length, lines);
  }

  /** Text before the first old line needs a line end. */
  get #lead(): string {
    return this.#settled.length === 0 && this.#next < this.#old.length ? '\n' : '';
  }
}

/** Each line but the first comes with the line end before it. */
function joinedAfter(settled: number, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return (settled > 0 ? '\n' : '') + lines.join('\n');
}
