/**
 * Tracks the places of one insertion while an edit is in flight. Changes that arrive before the editor's reply wait until it is
 * known whether the first of them is ours.
 */
import type { Step } from '../edit/step.ts';
import { afterLineEnds, followAll, type TextChange, type OffsetRange } from './trackedRange.ts';

/** One replacement requested from the editor. */
export interface Planned {
  readonly offset: number;
  /** 0, except for the first text of a place that replaces a selection. */
  readonly length: number;
  readonly text: string;
}

/** A document change: replacements in order, or new line ends everywhere. */
export type DocumentChange =
  | { readonly type: 'changes'; readonly changes: readonly TextChange[] }
  | { readonly type: 'line-ends'; readonly text: string; readonly eol: '\n' | '\r\n' };

/** `unseen`: the editor accepted the edit and changed nothing, as read-only editors do. `gone`: every place was deleted. */
export type SettledEdit = 'put' | 'refused' | 'unseen' | 'gone';

interface Place {
  /** The inserted text. */
  span: OffsetRange;
  /** The old text that was not reached yet. */
  rest: OffsetRange;
  hasText: boolean;
  gone: boolean;
}

interface OwnChange extends TextChange {
  /** Length of the end of `text` that belongs to the old text after it. */
  readonly leadLength: number;
}

interface PlannedPlace {
  readonly place: Place;
  readonly changes: readonly OwnChange[];
  /** Offset of the next text in the document before the edit. */
  readonly frontier: number;
  /** The remaining old text begins there too. */
  readonly meetsRest: boolean;
}

interface Flight {
  readonly planned: readonly PlannedPlace[];
  readonly events: DocumentChange[];
}

export class TrackedRanges {
  readonly #places: readonly Place[];
  #flight: Flight | undefined;
  #atLanding: readonly OffsetRange[] = [];

  /** @param spans what is selected at each place, or empty spans at the cursors; they may not overlap */
  constructor(spans: readonly OffsetRange[]) {
    this.#places = spans.map((rest) => ({ span: { start: rest.start, end: rest.start }, rest, hasText: false, gone: false }));
  }

  /** The inserted text of each place, or the old text before there is any. May lag behind the document while an edit is in flight. */
  get spans(): readonly OffsetRange[] {
    return this.#places.map((place) => (place.hasText ? place.span : place.rest));
  }

  /** The spans right after the last edit, without changes that arrived before the reply to it. */
  get spansAtLanding(): readonly OffsetRange[] {
    return this.#atLanding;
  }

  /** The spans together with the old text after them. */
  get scopes(): readonly OffsetRange[] {
    return this.#places.map(({ span, rest, hasText }) => (hasText ? { start: span.start, end: Math.max(span.end, rest.end) } : rest));
  }

  /** Where the old text of each place begins and ends. */
  get rests(): readonly OffsetRange[] {
    return this.#places.map(({ rest }) => rest);
  }

  /** Whether text was inserted at the place. */
  has(index: number): boolean {
    return this.#places[index]?.hasText === true;
  }

  get gone(): boolean {
    return this.#places.every((place) => place.gone);
  }

  get isInFlight(): boolean {
    return this.#flight !== undefined;
  }

  /**
   * Plans the edit that applies `edits[i]` to place i; undefined leaves the place unchanged. Returns nothing if no text changes;
   * passed text is then passed at once.
   */
  plan(edits: readonly (readonly Step[] | undefined)[]): readonly Planned[] {
    if (this.#flight !== undefined) throw new Error('An edit is in flight.');
    const planned = this.#places.flatMap((place, index) => {
      const steps = edits[index];
      return steps === undefined || steps.length === 0 || place.gone ? [] : [planAt(place, steps)];
    });
    const changes = planned.flatMap((each) => each.changes);
    if (changes.length === 0) for (const each of planned) advance(each);
    else this.#flight = { planned, events: [] };
    return changes.map((change) => ({ offset: change.rangeOffset, length: change.rangeLength, text: change.text }));
  }

  /** A document change, ours or another's. */
  changed(event: DocumentChange): void {
    if (this.#flight !== undefined) this.#flight.events.push(event);
    else this.#follow(event);
  }

  /** Call it with the editor's reply. The editor checks the version, so an accepted edit is the first change after the request. */
  settled(accepted: boolean): SettledEdit {
    const flight = this.#flight;
    if (flight === undefined) throw new Error('No edit is in flight.');
    this.#flight = undefined;
    const [first, ...later] = flight.events;
    const seen = accepted && first?.type === 'changes';
    if (seen) this.#own(flight, first.changes);
    this.#atLanding = this.spans;
    for (const event of seen ? later : flight.events) this.#follow(event);
    if (this.gone) return 'gone';
    if (seen) return 'put';
    return accepted ? 'unseen' : 'refused';
  }

  /** From now on, the text of each span is the old text of its place. */
  restart(spans: readonly OffsetRange[] = this.scopes): void {
    for (const [index, place] of this.#places.entries()) {
      place.rest = spans[index] ?? place.rest;
      place.span = { start: place.rest.start, end: place.rest.start };
      place.hasText = false;
    }
  }

  #own(flight: Flight, event: readonly TextChange[]): void {
    const ours = flight.planned.flatMap((each) => each.changes.map((change) => ({ each, change })));
    const ownerOf = (change: TextChange): PlannedPlace | undefined =>
      ours.find(
        ({ change: own }) => own.rangeOffset === change.rangeOffset && own.rangeLength === change.rangeLength && own.text === change.text,
      )?.each;
    // The editor may add changes to our edit, such as trimming white space, and the workspace may split it into smaller ones
    // with the same result.
    const isWhole = event.filter((change) => ownerOf(change) !== undefined).length >= ours.length;
    // Last first, so that no change moves the next.
    const changes = isWhole ? event : ours.map(({ change }) => change).toSorted((a, b) => b.rangeOffset - a.rangeOffset);
    for (const each of flight.planned) advance(each);
    for (const change of changes) {
      const owner = ownerOf(change)?.place;
      for (const place of this.#places) if (place !== owner) this.#shift(place, [change]);
      if (owner === undefined) continue;
      const grown = change.text.length - change.rangeLength;
      owner.span = { start: owner.span.start, end: owner.span.end + grown };
      owner.rest = { start: owner.rest.start + grown, end: owner.rest.end + grown };
    }
    for (const { place, changes: own, frontier, meetsRest } of flight.planned) {
      const last = own.at(-1);
      if (last === undefined || last.leadLength === 0 || last.rangeOffset + last.rangeLength !== frontier) continue;
      place.span = { start: place.span.start, end: place.span.end - last.leadLength };
      if (meetsRest) place.rest = { start: place.span.end, end: place.rest.end };
    }
  }

  #follow(event: DocumentChange): void {
    switch (event.type) {
      case 'changes':
        for (const place of this.#places) this.#shift(place, event.changes);
        return;
      case 'line-ends': {
        const moved = (offset: number): number => afterLineEnds(offset, event.text, event.eol);
        for (const place of this.#places) {
          place.span = { start: moved(place.span.start), end: moved(place.span.end) };
          place.rest = { start: moved(place.rest.start), end: moved(place.rest.end) };
        }
        return;
      }
      default:
        event satisfies never;
    }
  }

  #shift(place: Place, changes: readonly TextChange[]): void {
    const rest = followAll(place.rest, changes);
    if (!place.hasText) {
      if (rest === undefined) place.gone = true;
      else [place.rest, place.span] = [rest, { start: rest.start, end: rest.start }];
      return;
    }
    const span = followAll(place.span, changes);
    if (span === undefined) place.gone = true;
    else place.span = span;
    // Old text that was deleted with its surroundings becomes empty, after the answer.
    place.rest =
      rest !== undefined && rest.start >= place.span.end ? rest : { start: place.span.end, end: Math.max(place.span.end, rest?.end ?? 0) };
  }
}

/** Moves the place as if its edit had passed the old text, but not changed any. */
function advance({ place, frontier, meetsRest }: PlannedPlace): void {
  place.span = { start: place.span.start, end: frontier };
  if (meetsRest) place.rest = { start: frontier, end: place.rest.end };
  place.hasText = true;
}

function planAt(place: Place, steps: readonly Step[]): PlannedPlace {
  const changes: OwnChange[] = [];
  let open: { offset: number; length: number; text: string; lead: string } | undefined;
  const flush = (): void => {
    if (open !== undefined && (open.length > 0 || open.text !== '' || open.lead !== '')) {
      const { offset, length, text, lead } = open;
      changes.push({ rangeOffset: offset, rangeLength: length, text: text + lead, leadLength: lead.length });
    }
    open = undefined;
  };
  /** Offsets of the next text and of the next old text. */
  let at = place.span.end;
  let rest = place.rest.start;
  /** Old text may have been put by an earlier step of this edit. */
  const past = (length: number): number => {
    const lead = Math.min(open?.lead.length ?? 0, length);
    if (open !== undefined && lead > 0) [open.text, open.lead] = [open.text + open.lead.slice(0, lead), open.lead.slice(lead)];
    return length - lead;
  };
  for (const step of steps) {
    switch (step.type) {
      case 'put':
        open ??= { offset: at, length: 0, text: '', lead: '' };
        open.text += step.text;
        open.lead = step.lead + open.lead;
        break;
      case 'back':
        if (open !== undefined && open.text.endsWith(step.text)) open.text = open.text.slice(0, open.text.length - step.text.length);
        else {
          flush();
          open = { offset: at - step.text.length, length: step.text.length, text: '', lead: '' };
        }
        break;
      case 'pass': {
        const passed = past(step.text.length);
        if (passed > 0) flush();
        rest += passed;
        at = rest;
        break;
      }
      case 'remove':
      case 'clear': {
        let length = step.type === 'clear' ? place.rest.end - rest : step.text.length;
        if (step.type === 'remove' && open !== undefined) {
          const own = Math.min(open.lead.length, length);
          open.lead = open.lead.slice(own);
          length -= own;
        }
        if (length === 0) break;
        if (open === undefined || open.offset + open.length !== rest) {
          flush();
          open = { offset: rest, length: 0, text: '', lead: '' };
        }
        open.length += length;
        rest += length;
        at = rest;
        break;
      }
      default:
        step satisfies never;
    }
  }
  flush();
  const meetsRest = at === rest || (changes.at(-1)?.leadLength ?? 0) > 0;
  return { place, changes, frontier: at, meetsRest };
}
