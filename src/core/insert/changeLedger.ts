/** The undecided changes of an answer, tracked through all other edits of its document. */
import type { TextSpanChange } from '../edit/textChanges.ts';
import { afterLineEnds, changeBetween, edited, follow, refine, shifted, type OffsetRange, type TextChange } from './trackedRange.ts';

export interface PendingChange {
  /** Index of its place, and its first line in the answer at that place; together they identify the change. */
  readonly place: number;
  readonly line: number;
  readonly span: OffsetRange;
  /** Its start in the text of the answer. */
  readonly textStart: number;
  /** The text that replaces the span when the change is undone. */
  readonly removed: string;
  readonly removedLines: number;
  readonly addedLines: number;
  /** The change may still grow. */
  readonly isOpen: boolean;
  /** It is only an empty line so far: the answer continues at its beginning, before what is typed there. */
  readonly isEmptyLine: boolean;
}

/** The state of an answer at one of its places in the document. */
export interface PlaceChanges {
  readonly place: number;
  /** Their offsets count in the text of the answer. */
  readonly changes: readonly TextSpanChange[];
  /** The end of that text in the document. Its start is not known if others have typed before it. */
  readonly end: number;
  readonly length: number;
  /** Changes that reach this line are open. */
  readonly openLine: number;
}

/** The author of edits. `late`: others, while the result of an edit of ours is still awaited. */
export type EditedBy = 'own' | 'others' | 'late';

/** Maximum number of document states to which an undo or a redo can return. */
const mostRemembered = 16;

export class ChangeLedger {
  #pending: readonly PendingChange[] = [];
  /** For each place, the first line whose changes are not final. */
  readonly #from = new Map<number, number>();
  #remembered: readonly { readonly text: string; readonly pending: readonly PendingChange[] }[] = [];
  /** An edit of ours was followed, but `update` was not called for it yet. */
  #isBehind = false;
  #late: readonly { readonly edits: readonly TextChange[]; readonly text: string | undefined }[] = [];
  readonly #isOfLines: boolean;

  /** @param isOfLines changes consist of whole lines, so text typed at the edges of these lines belongs to them */
  constructor(isOfLines = true) {
    this.#isOfLines = isOfLines;
  }

  /** In the order of the document. */
  get pending(): readonly PendingChange[] {
    return this.#pending;
  }

  /** The next `update` must give the places as they were before late edits. */
  get hasLate(): boolean {
    return this.#late.length > 0;
  }

  /**
   * Call it when the answer has grown, ended or taken lines back.
   * @param text the document
   */
  update(places: readonly PlaceChanges[], text: string): void {
    const late = this.#late;
    [this.#late, this.#isBehind] = [[], false];
    for (const place of places) this.#update(place, late[0]?.text ?? text);
    for (const each of late) this.follow(each.edits, each.text);
  }

  #update({ place, changes, end: frontier, length, openLine }: PlaceChanges, text: string): void {
    const from = this.#from.get(place) ?? 0;
    const at = (offset: number): number => Math.max(0, frontier - length + offset);
    const grown = changes.map(({ start, end: last, added, ...rest }): PendingChange => {
      const known = this.#pending.find((each) => each.place === place && each.line === rest.line);
      const isOpen = rest.line + rest.addedLines >= openLine;
      if (known?.isOpen === false && !isOpen && isSame(known, rest)) return known;
      // The line end after the change may have moved, because text was typed before it.
      const hasMoved = last > length && known !== undefined && text[at(last) - 1] !== '\n';
      const end = hasMoved ? Math.max(at(last), known.span.end) : at(last);
      // Typing before the end has moved the counted start, but not the tracked one.
      const begin =
        known === undefined
          ? at(start)
          : Math.min(at(start), startAfter(text, known.span.start, start - known.textStart, at(start), added));
      const counted = { start: Math.min(begin, end), end };
      // A change with text is not searched for: something may have been typed in it.
      const mayBeElsewhere = known === undefined || known.addedLines === 0;
      const span = mayBeElsewhere ? foundAt(text, added(), counted, { from: known?.span.start ?? 0, to: at(start) }) : counted;
      const isEmptyLine = isOpen && frontier === span.start && span.end > span.start;
      return { ...rest, place, span, textStart: start, isOpen, isEmptyLine };
    });
    const others = this.#pending.filter((each) => each.place !== place || each.line < from);
    this.#pending = [...others, ...grown].toSorted((a, b) => a.span.start - b.span.start);
  }

  /**
   * Text that others type in a change becomes part of it. A change that is rewritten together with its surroundings counts as
   * kept, and one whose old text is restored disappears.
   * @param text the document before the edits, if known
   * @param by a change that starts where an `own` edit does grows
   */
  follow(edits: readonly TextChange[], text?: string, by: EditedBy = 'others'): void {
    if (by === 'late' && this.#isBehind) {
      this.#late = [...this.#late, { edits, text }];
      return;
    }
    this.#isBehind = by === 'own';
    let before = text;
    for (const whole of edits) {
      for (const edit of before === undefined || by === 'own' ? [whole] : this.#parts(whole, before)) {
        this.#followOne(edit, before, by);
        if (before !== undefined) before = edited(before, edit);
      }
    }
  }

  #followOne(edit: TextChange, before: string | undefined, by: EditedBy): void {
    const { rangeOffset, rangeLength } = edit;
    // Of changes at one place, those after the one whose text comes back stand after that text.
    const undone = this.#pending.findIndex(
      ({ span, removed }) => rangeLength === 0 && span.start === rangeOffset && span.end === rangeOffset && removed === edit.text,
    );
    this.#pending = this.#pending.flatMap((change, index) => {
      const { start, end } = change.span;
      const now = followed(change, edit, before, this.#isOfLines && by !== 'own' && !change.isOpen);
      // An answer that takes lines back may take some of the change, which is then counted anew, or its beginning, so that it is another.
      const isTaken = by === 'own' && rangeLength > 0 && rangeOffset < end && rangeOffset + rangeLength > start;
      if (isTaken) return rangeOffset < start ? [] : now.map((each) => ({ ...each, isOpen: true }));
      if (rangeOffset !== start || rangeLength > 0) return now;
      if (by === 'own' || change.isEmptyLine) return now.map((each) => ({ ...each, span: { start, end: each.span.end } }));
      if (undone === -1 || index <= undone) return now;
      return [{ ...change, span: { start: start + edit.text.length, end: end + edit.text.length } }];
    });
  }

  /** Splits an edit that rewrites changes and their surroundings, as formatters make, into the parts that differ. */
  #parts(edit: TextChange, before: string): readonly TextChange[] {
    const to = edit.rangeOffset + edit.rangeLength;
    const wider = this.#pending.map(({ span }) => span).filter(({ start, end }) => edit.rangeOffset < start || to > end);
    return refine(edit, before.slice(edit.rangeOffset, to), wider);
  }

  /**
   * Removes a decided change. The document is not edited. An undone change returns when its text does.
   * @param from the first line of its place whose changes are not final
   */
  decide(change: PendingChange, how: 'kept' | 'undone', from: number): void {
    const without = (pending: readonly PendingChange[]): readonly PendingChange[] =>
      pending.filter(({ place, line }) => place !== change.place || line !== change.line);
    this.#pending = without(this.#pending);
    if (how === 'kept') this.#remembered = this.#remembered.map(({ text, pending }) => ({ text, pending: without(pending) }));
    this.#from.set(change.place, from);
  }

  /** Call it when all line ends of the document were changed. */
  lineEnds(text: string, eol: '\n' | '\r\n'): void {
    const moved = (offset: number): number => afterLineEnds(offset, text, eol);
    this.#pending = this.#pending.map(({ span, removed, ...rest }) => ({
      ...rest,
      span: { start: moved(span.start), end: moved(span.end) },
      removed: removed.replace(/\r?\n/g, eol),
    }));
  }

  /** Remembers the changes of this state of the document, for an undo or a redo that returns to it. */
  remember(text: string): void {
    const others = this.#remembered.filter((each) => each.text !== text);
    this.#remembered = [...others, { text, pending: this.#pending }].slice(-mostRemembered);
  }

  /** Call it after an undo or a redo. */
  recall(text: string): void {
    const known = this.#remembered.find((each) => each.text === text);
    this.#pending = known?.pending ?? this.#pending.filter(({ span, removed }) => text.slice(span.start, span.end) !== removed);
  }
}

function isSame(known: PendingChange, { addedLines, removedLines, removed }: Omit<TextSpanChange, 'start' | 'end' | 'added'>): boolean {
  return known.addedLines === addedLines && known.removedLines === removedLines && known.removed === removed;
}

/** The start of a change that has got or lost the line end before it, past what was typed there. */
function startAfter(text: string, start: number, by: number, most: number, added: () => string): number {
  if (by === 0 || /^\r?\n/.test(text.slice(start, start + by))) return start + by;
  if (by < 0) return text.lastIndexOf('\n', start - 1) + 1 + by;
  const [first = ''] = added().split(/\r?\n/, 1);
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at <= most; at = text.indexOf('\n', at) + 1) {
    if (text.startsWith(first, at)) return at;
  }
  return start + by;
}

/**
 * Finds the added text. Its distance from the end of the answer can be wrong if others have typed in between, and it is in two
 * pieces if they have typed in it.
 */
function foundAt(
  text: string,
  added: string,
  span: OffsetRange,
  { from, to }: { readonly from: number; readonly to: number },
): OffsetRange {
  if (added === '' || text.startsWith(added, span.start)) return span;
  const whole = text.lastIndexOf(added, to);
  if (whole >= from && whole !== -1) return { start: whole, end: whole + added.length };
  if (from > 0) return span;
  const first = text.lastIndexOf(/^[\r\n]*[^\r\n]*/.exec(added)?.[0] ?? added, to);
  return first === -1 ? span : { start: first, end: Math.max(first, span.end) };
}

function followed(change: PendingChange, edit: TextChange, before: string | undefined, takesEdges: boolean): readonly PendingChange[] {
  const inner = before === undefined ? edit : aligned(edit, change.span, before);
  if (inner === undefined) return [change];
  const { start, end } = change.span;
  const [from, to] = [inner.rangeOffset, inner.rangeOffset + inner.rangeLength];
  if (before !== undefined && from >= start && to <= end) {
    if (before.slice(start, from) + inner.text + before.slice(to, end) === change.removed) return [];
  }
  const isAtEdge = takesEdges && change.addedLines > 0 && before !== undefined && isInLine(change.span, inner, before);
  const span = isAtEdge ? { start, end: end + inner.text.length } : follow(change.span, inner);
  // A deleted addition is no longer a change.
  return span === undefined || (span.start === span.end && change.removed === '') ? [] : [{ ...change, span }];
}

/** Whether text was put at the beginning of the first line of a change, or at the end of its last one. */
function isInLine({ start, end }: OffsetRange, { rangeOffset, rangeLength, text }: TextChange, before: string): boolean {
  if (rangeLength > 0) return false;
  const isLineStart = rangeOffset === 0 || before[rangeOffset - 1] === '\n';
  if (isLineStart) return rangeOffset === start && !text.endsWith('\n');
  return rangeOffset === end && !/^\r?\n/.test(text);
}

/**
 * Reduces the edit to what differs, and shifts it to the line end before its lines if the change includes that one instead of the
 * one after them.
 */
function aligned(edit: TextChange, { start, end }: OffsetRange, before: string): TextChange | undefined {
  const { rangeOffset, rangeLength, text } = edit;
  const [inner] = shifted(changeBetween(before.slice(rangeOffset, rangeOffset + rangeLength), text), rangeOffset);
  const eol = ['\r\n', '\n'].find((each) => before.startsWith(each, start) && inner?.rangeOffset === start + each.length);
  if (inner === undefined || eol === undefined) return inner;
  const to = inner.rangeOffset + inner.rangeLength;
  if (inner.text === '' && to === end + eol.length && before.startsWith(eol, end)) return { ...inner, rangeOffset: start };
  if (inner.rangeLength > 0 || start !== end || !inner.text.endsWith(eol)) return inner;
  return { rangeOffset: start, rangeLength: 0, text: eol + inner.text.slice(0, -eol.length) };
}

/** The document with all these changes undone. */
export function textBefore(text: string, pending: readonly PendingChange[]): string {
  let [before, from] = ['', 0];
  for (const { span, removed } of pending.toSorted((a, b) => a.span.start - b.span.start)) {
    if (span.start < from) continue;
    before += text.slice(from, span.start) + removed;
    from = span.end;
  }
  return before + text.slice(from);
}
