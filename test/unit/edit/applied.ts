/** Applies the operations of a diff to old lines: the document after every line, and the reports along the way. */
import { OldLines } from '../../../src/core/edit/oldLines.ts';
import { type AnswerEnd, type LineOp, SettlingDiff } from '../../../src/core/edit/settlingDiff.ts';

interface SettledLine {
  readonly text: string;
  /** The old line that it is; undefined for an added one. */
  readonly oldLine?: number;
}

/** Lines that were replaced, added or removed together. */
export interface ChangedLines {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A document by the operations alone, without a look at the diff's own state. */
export class Applied {
  settled: readonly SettledLine[] = [];
  /** The first old line that no operation has reached. */
  next = 0;
  revisions = 0;
  /** Added lines that a later revision kept. */
  flickered = 0;
  readonly #old: readonly string[];

  constructor(old: readonly string[]) {
    this.#old = old;
  }

  get lines(): readonly string[] {
    return [...this.settled.map(({ text }) => text), ...this.#old.slice(this.next)];
  }

  /** What lies between the lines that were kept. */
  get changes(): readonly ChangedLines[] {
    const changes: ChangedLines[] = [];
    let [next, added] = [0, [] as string[]];
    for (const { text, oldLine } of [...this.settled, { text: '', oldLine: this.next }]) {
      if (oldLine === undefined) added.push(text);
      else {
        if (added.length > 0 || oldLine > next) changes.push({ removed: this.#old.slice(next, oldLine), added });
        [next, added] = [oldLine + 1, []];
      }
    }
    return changes;
  }

  take(ops: readonly LineOp[]): void {
    const before = this.settled;
    for (const op of ops) this.#take(op);
    this.flickered += before.filter(({ oldLine }, index) => oldLine === undefined && this.settled[index]?.oldLine !== undefined).length;
  }

  #take(op: LineOp): void {
    switch (op.type) {
      case 'skip':
      case 'keep':
        this.settled = [
          ...this.settled,
          ...this.#old.slice(this.next, this.next + op.count).map((text, index) => ({ text, oldLine: this.next + index })),
        ];
        this.next += op.count;
        return;
      case 'add':
        this.settled = [...this.settled, ...op.lines.map((text) => ({ text }))];
        return;
      case 'remove':
        this.next += op.count;
        return;
      case 'revise':
        this.revisions++;
        this.settled = this.settled.slice(0, op.newLine);
        this.next = op.oldLine;
        return;
      default:
        op satisfies never;
    }
  }
}

export function applied(old: readonly string[], answer: readonly string[], how: AnswerEnd = 'whole'): Applied {
  const diff = new SettlingDiff(new OldLines(old));
  const document = new Applied(old);
  for (const line of answer) document.take(diff.push(line));
  document.take(diff.end(how));
  return document;
}
