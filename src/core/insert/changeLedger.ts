/** The changes of an answer that are neither kept nor undone yet, from the first settled line on, followed through all other edits. */
import type { TextSpanChange } from '../edit/textChanges.ts';
import { afterLineEnds, changeBetween, follow, refine, shifted, type OffsetRange, type TextChange } from './trackedRange.ts';

export interface PendingChange {
  /** The place of the answer that it belongs to, and its first line there. */
  readonly place: number;
  readonly line: number;
  readonly span: OffsetRange;
  /** Where it begins in the text of the answer. */
  readonly textStart: number;
  /** What undoes it in the place of its span. */
  readonly removed: string;
  readonly removedLines: number;
  readonly addedLines: number;
  /** More of the answer may belong to it. */
  readonly isOpen: boolean;
  /** It is only an empty line so far: the answer continues at its beginning, before what is typed there. */
  readonly isEmptyLine: boolean;
}

/** What the document has of an answer at one of its places. */
export interface PlaceChanges {
  readonly place: number;
  /** With offsets in the text of the answer. */
  readonly changes: readonly TextSpanChange[];
  /** The end of that text in the document: where others wrote before it, only its end is known. */
  readonly end: number;
  readonly length: number;
  /** Changes that reach this line may still grow. */
  readonly openLine: number;
}

/** Whose edits they are. `late`: others made them, and they may follow an edit of ours whose result has not come yet. */
export type EditedBy = 'own' | 'others' | 'late';

interface LateEdits {
  readonly edits: readonly TextChange[];
  readonly text: string | undefined;
}

/** States of the document to which an undo or a redo may return. */
const mostRemembered = 16;

export class ChangeLedger {
  #pending: readonly PendingChange[] = [];
  /** For each place the first line whose changes may still become others. */
  readonly #from = new Map<number, number>();
  #remembered: readonly { readonly text: string; readonly pending: readonly PendingChange[] }[] = [];
  /** The document has more of the answer than `update` has told. */
  #isBehind = false;
  #late: readonly LateEdits[] = [];
  readonly #isOfLines: boolean;

  /** @param isOfLines each change is of whole lines, so what is typed at the edges of its lines is part of it */
  constructor(isOfLines = true) {
    this.#isOfLines = isOfLines;
  }

  /** In the order of the document. */
  get pending(): readonly PendingChange[] {
    return this.#pending;
  }

  /** `update` expects the places as they were before these edits by others. */
  get hasLate(): boolean {
    return this.#late.length > 0;
  }

  /**
   * The answer has grown, ended or taken lines back.
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
      // The line end after it may have moved on, since something was typed before that.
      const hasMoved = last > length && known !== undefined && text[at(last) - 1] !== '\n';
      const end = hasMoved ? Math.max(at(last), known.span.end) : at(last);
      // What was typed before its end has moved its beginning, so that is followed; our own text at its beginning has not.
      const begin = known === undefined ? at(start) : Math.min(at(start), known.span.start + start - known.textStart);
      const counted = { start: Math.min(begin, end), end };
      // In a change that has text, something may have been typed.
      const mayBeElsewhere = known === undefined || known.addedLines === 0;
      const span = mayBeElsewhere ? foundAt(text, added(), counted, { from: known?.span.start ?? 0, to: at(start) }) : counted;
      const isEmptyLine = isOpen && frontier === span.start && span.end > span.start;
      return { ...rest, place, span, textStart: start, isOpen, isEmptyLine };
    });
    const others = this.#pending.filter((each) => each.place !== place || each.line < from);
    this.#pending = [...others, ...grown].toSorted((a, b) => a.span.start - b.span.start);
  }

  /**
   * Edits by others: what was typed in a change is part of it, a change that was rewritten with what is around it is kept,
   * and one whose old text was put back is none any more.
   * @param text the document before the edits, where it is known
   * @param by `own` edits bring more of the answer, so a change that begins where they do has grown
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
      // An answer that takes lines back may take some of the change, which is then counted anew.
      const isTaken = by === 'own' && rangeLength > 0 && rangeOffset < end && rangeOffset + rangeLength > start;
      if (isTaken) return now.map((each) => ({ ...each, isOpen: true }));
      if (rangeOffset !== start || rangeLength > 0) return now;
      if (by === 'own' || change.isEmptyLine) return now.map((each) => ({ ...each, span: { start, end: each.span.end } }));
      if (undone === -1 || index <= undone) return now;
      return [{ ...change, span: { start: start + edit.text.length, end: end + edit.text.length } }];
    });
  }

  /** Of an edit that rewrites a change and what is around it, as a formatter does, only what differs. */
  #parts(edit: TextChange, before: string): readonly TextChange[] {
    const to = edit.rangeOffset + edit.rangeLength;
    const wider = this.#pending.map(({ span }) => span).filter(({ start, end }) => edit.rangeOffset < start || to > end);
    return refine(edit, before.slice(edit.rangeOffset, to), wider);
  }

  /**
   * The change is decided; nothing happens to the document. A change that was undone comes back with its text.
   * @param from the first line of its place whose changes may still become others
   */
  decide(change: PendingChange, how: 'kept' | 'undone', from: number): void {
    const without = (pending: readonly PendingChange[]): readonly PendingChange[] =>
      pending.filter(({ place, line }) => place !== change.place || line !== change.line);
    this.#pending = without(this.#pending);
    if (how === 'kept') this.#remembered = this.#remembered.map(({ text, pending }) => ({ text, pending: without(pending) }));
    this.#from.set(change.place, from);
  }

  /** The line ends of the whole document were changed. */
  lineEnds(text: string, eol: '\n' | '\r\n'): void {
    const moved = (offset: number): number => afterLineEnds(offset, text, eol);
    this.#pending = this.#pending.map(({ span, removed, ...rest }) => ({
      ...rest,
      span: { start: moved(span.start), end: moved(span.end) },
      removed: removed.replace(/\r?\n/g, eol),
    }));
  }

  /** The document has this text now; when an undo or a redo brings it back, its changes come back too. */
  remember(text: string): void {
    const others = this.#remembered.filter((each) => each.text !== text);
    this.#remembered = [...others, { text, pending: this.#pending }].slice(-mostRemembered);
  }

  /** After an undo or a redo. */
  recall(text: string): void {
    const known = this.#remembered.find((each) => each.text === text);
    this.#pending = known?.pending ?? this.#pending.filter(({ span, removed }) => text.slice(span.start, span.end) !== removed);
  }
}

function isSame(known: PendingChange, { addedLines, removedLines, removed }: Omit<TextSpanChange, 'start' | 'end' | 'added'>): boolean {
  return known.addedLines === addedLines && known.removedLines === removedLines && known.removed === removed;
}

/**
 * Where the added text is. What was typed at the end of the text before it lies between it and where the answer continues,
 * so it may begin earlier than its distance from there says, and is in two pieces where that was typed into it.
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
  // An addition that was deleted is no change any more.
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
 * The edit as it touches the change: without what it leaves the same, and with the line end before its lines where the
 * change has that one, and not the one after them.
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

function edited(text: string, { rangeOffset, rangeLength, text: put }: TextChange): string {
  return text.slice(0, rangeOffset) + put + text.slice(rangeOffset + rangeLength);
}

/** The text before: what the document would be if all these changes were undone. */
export function textBefore(text: string, pending: readonly PendingChange[]): string {
  let [before, from] = ['', 0];
  for (const { span, removed } of pending.toSorted((a, b) => a.span.start - b.span.start)) {
    if (span.start < from) continue;
    before += text.slice(from, span.start) + removed;
    from = span.end;
  }
  return before + text.slice(from);
}
