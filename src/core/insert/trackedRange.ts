/**
 * Tracks the span of an answer through other edits of its document by offsets alone: searching for the text could find
 * another occurrence.
 */
import { OldLines } from '../edit/oldLines.ts';
import { SettlingDiff } from '../edit/settlingDiff.ts';
import { lineChanges } from '../edit/textChanges.ts';

/** One replacement, as `TextDocumentContentChangeEvent.contentChanges` reports it. UTF-16 units. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** `[start, end)` in UTF-16 units of the document; the next text of the answer goes to `end`. */
export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Moves `span` by a `change` by others; undefined if the place was deleted or rewritten together with both its sides.
 *
 * - Text typed exactly at `end`, or at an empty span, stays after the answer, so that both texts stay in one piece.
 * - Text typed exactly at `start` of a span with text stays before it; text typed inside becomes part of it.
 * - A deletion across one edge removes what it covers; its replacement stays outside.
 */
export function follow(span: OffsetRange, change: TextChange): OffsetRange | undefined {
  const { start, end } = span;
  const from = change.rangeOffset;
  const to = from + change.rangeLength;
  const grown = change.text.length;
  const shift = grown - change.rangeLength;
  if (change.rangeLength === 0) {
    if (from >= end) return span;
    return from <= start ? { start: start + shift, end: end + shift } : { start, end: end + shift };
  }
  if (to <= start) return { start: start + shift, end: end + shift };
  if (from >= end) return span;
  if (from >= start && to <= end) return { start, end: end + shift };
  if (from < start && to > end) return undefined;
  if (from < start) return { start: from + grown, end: end + shift };
  return { start, end: from };
}

export function edited(text: string, { rangeOffset, rangeLength, text: put }: TextChange): string {
  return text.slice(0, rangeOffset) + put + text.slice(rangeOffset + rangeLength);
}

/** Applies the changes of one event in order. */
export function followAll(span: OffsetRange, changes: readonly TextChange[]): OffsetRange | undefined {
  return changes.reduce<OffsetRange | undefined>((now, change) => now && follow(now, change), span);
}

/**
 * Reduces a change that rewrites a range around any of `spans` to the parts that differ, so that formatting a file or reading it
 * again from disk does not delete the places. Other changes are returned as they are.
 * @param replaced the old text of the range
 */
export function refine(change: TextChange, replaced: string, spans: readonly OffsetRange[]): readonly TextChange[] {
  const { rangeOffset: from, rangeLength } = change;
  if (rangeLength === 0 || change.text === '') return [change];
  if (!spans.some(({ start, end }) => from <= start && from + rangeLength >= end)) return [change];
  return changesBetween(replaced, change.text).map((inner) => ({ ...inner, rangeOffset: from + inner.rangeOffset }));
}

/** The line-by-line changes from `before` to `after`, last first, so that none moves the next. */
export function changesBetween(before: string, after: string): readonly TextChange[] {
  const [old, lines] = [before, after].map((text) => text.split(/(?<=\n)/)) as [string[], string[]];
  const diff = new SettlingDiff(new OldLines(old, true));
  const kept: (number | undefined)[] = [];
  let next = 0;
  for (const op of [...lines.flatMap((line) => diff.push(line)), ...diff.end('whole')]) {
    if (op.type === 'add') kept.push(...op.lines.map(() => undefined));
    else if (op.type === 'revise') [kept.length, next] = [op.newLine, op.oldLine];
    else {
      if (op.type !== 'remove') kept.push(...Array.from({ length: op.count }, (_, at) => next + at));
      next += op.count;
    }
  }
  const changes = lineChanges(kept, old, old.length).flatMap(({ newStart, newEnd, oldStart, removed }) => {
    const added = lines.slice(newStart, newEnd);
    const offset = old.slice(0, oldStart).join('').length;
    if (removed.length !== added.length) return shifted(changeBetween(removed.join(''), added.join('')), offset);
    return removed.flatMap((line, at) => shifted(changeBetween(line, added[at] ?? ''), offset + removed.slice(0, at).join('').length));
  });
  return changes.toReversed();
}

export function shifted(change: TextChange | undefined, by: number): readonly TextChange[] {
  return change === undefined ? [] : [{ ...change, rangeOffset: change.rangeOffset + by }];
}

/** The single change from `before` to `after`: the part between their common start and end. */
export function changeBetween(before: string, after: string): TextChange | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) {
    tail++;
  }
  return {
    rangeOffset: head,
    rangeLength: before.length - head - tail,
    text: after.slice(head, after.length - tail),
  };
}

/** Moves `offset` after all line ends of the document were changed. `text` is the document with its new line ends. */
export function afterLineEnds(offset: number, text: string, eol: '\n' | '\r\n'): number {
  let before = 0;
  let after = 0;
  while (before < offset && after < text.length) {
    const isBreak = eol === '\n' ? text[after] === '\n' : text.startsWith('\r\n', after);
    // A break was one unit longer, or one shorter, than it is now.
    before += isBreak ? (eol === '\n' ? 2 : 1) : 1;
    after += isBreak ? eol.length : 1;
  }
  return after;
}
