/**
 * The places of one insertion with an edit in flight: the editor answers late whether it took the edit, so the changes
 * that arrive meanwhile wait until it is known whether the first of them is ours.
 */
import { afterLineEnds, followAll, type TextChange, type OffsetRange } from './trackedRange.ts';

/** One replacement that the editor is asked for. */
export interface Planned {
  readonly offset: number;
  /** 0, but for the first text of a place that replaces a selection. */
  readonly length: number;
  readonly text: string;
}

/** A change of the document: replacements that apply one after the other, or other line ends everywhere. */
export type DocumentChange =
  | { readonly type: 'changes'; readonly changes: readonly TextChange[] }
  | { readonly type: 'line-ends'; readonly text: string; readonly eol: '\n' | '\r\n' };

/** `unseen`: the editor said yes and changed nothing, as a read-only one does. `gone`: every place was deleted. */
export type SettledEdit = 'put' | 'refused' | 'unseen' | 'gone';

interface Place {
  span: OffsetRange;
  /** True until its first text was put: that one replaces what was selected. */
  fresh: boolean;
  gone: boolean;
}

interface Flight {
  readonly planned: readonly { readonly place: Place; readonly change: TextChange }[];
  readonly events: DocumentChange[];
}

export class TrackedRanges {
  readonly #places: readonly Place[];
  #flight: Flight | undefined;

  /** @param spans what is selected at each place, or empty spans at the cursors; they may not overlap */
  constructor(spans: readonly OffsetRange[]) {
    this.#places = spans.map((span) => ({ span, fresh: true, gone: false }));
  }

  /** In the order given to the constructor. While an edit is in flight they may be behind the document. */
  get spans(): readonly OffsetRange[] {
    return this.#places.map((place) => place.span);
  }

  /** True when text was put at the place. */
  has(index: number): boolean {
    return this.#places[index]?.fresh === false;
  }

  get gone(): boolean {
    return this.#places.every((place) => place.gone);
  }

  get isInFlight(): boolean {
    return this.#flight !== undefined;
  }

  /** The edit that puts `texts[i]` at the end of place i; undefined leaves that place alone. */
  plan(texts: readonly (string | undefined)[]): readonly Planned[] {
    if (this.#flight !== undefined) throw new Error('An edit is in flight.');
    const planned = this.#places.flatMap((place, index) => {
      const text = texts[index];
      if (text === undefined || place.gone) return [];
      const { start, end } = place.span;
      const rangeOffset = place.fresh ? start : end;
      return [{ place, change: { rangeOffset, rangeLength: end - rangeOffset, text } }];
    });
    this.#flight = { planned, events: [] };
    return planned.map(({ change }) => ({ offset: change.rangeOffset, length: change.rangeLength, text: change.text }));
  }

  /** A change of the document, ours or not. */
  changed(event: DocumentChange): void {
    if (this.#flight !== undefined) this.#flight.events.push(event);
    else this.#follow(event);
  }

  /** The editor has answered. It checks the version, so an edit that it took is the first change after the question. */
  settled(accepted: boolean): SettledEdit {
    const flight = this.#flight;
    if (flight === undefined) throw new Error('No edit is in flight.');
    this.#flight = undefined;
    const [first, ...later] = flight.events;
    const seen = accepted && first?.type === 'changes';
    if (seen) this.#own(flight, first.changes);
    for (const event of seen ? later : flight.events) this.#follow(event);
    if (this.gone) return 'gone';
    if (seen) return 'put';
    return accepted ? 'unseen' : 'refused';
  }

  /** The next text of every place takes the place of what is there now. */
  restart(spans: readonly OffsetRange[] = this.spans): void {
    for (const [index, place] of this.#places.entries()) {
      place.span = spans[index] ?? place.span;
      place.fresh = true;
    }
  }

  #own(flight: Flight, event: readonly TextChange[]): void {
    const isOurs = (change: TextChange): boolean =>
      flight.planned.some(
        ({ change: ours }) =>
          ours.rangeOffset === change.rangeOffset && ours.rangeLength === change.rangeLength && ours.text === change.text,
      );
    // An editor may add to our edit (it trims white space that it had typed itself), and the workspace may cut it into
    // smaller ones with the same result: then its pieces say nothing new.
    const isWhole = event.filter(isOurs).length >= flight.planned.length;
    const changes = isWhole ? event : descending(flight.planned.map(({ change }) => change));
    for (const change of changes) {
      const owner = flight.planned.find(({ change: ours }) => ours.rangeOffset === change.rangeOffset && isOurs(change));
      for (const place of this.#places) {
        if (place !== owner?.place) this.#shift(place, [change]);
      }
      if (owner === undefined) continue;
      const start = owner.place.fresh ? change.rangeOffset : owner.place.span.start;
      owner.place.span = { start, end: change.rangeOffset + change.text.length };
      owner.place.fresh = false;
    }
  }

  #follow(event: DocumentChange): void {
    switch (event.type) {
      case 'changes':
        for (const place of this.#places) this.#shift(place, event.changes);
        return;
      case 'line-ends': {
        const moved = (offset: number): number => afterLineEnds(offset, event.text, event.eol);
        for (const place of this.#places) place.span = { start: moved(place.span.start), end: moved(place.span.end) };
        return;
      }
      default:
        event satisfies never;
    }
  }

  #shift(place: Place, changes: readonly TextChange[]): void {
    const span = followAll(place.span, changes);
    if (span === undefined) place.gone = true;
    else place.span = span;
  }
}

/** From the end of the document to its beginning, so that no change moves the next. */
function descending(changes: readonly TextChange[]): readonly TextChange[] {
  return changes.toSorted((a, b) => b.rangeOffset - a.rangeOffset);
}
