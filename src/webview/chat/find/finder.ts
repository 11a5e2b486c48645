// Finds and highlights the matches in all messages. Works in slices, and searches changed messages again.
import type { IdleTasks } from '../../markdown/idleTasks.ts';
import type { Matcher } from './matcher.ts';
import { type Chunk, chunksOf, rangeIn } from './textChunks.ts';

/** Maximum number of matches counted and highlighted. */
const MOST = 10_000;
/** Characters searched in one step; longer lines are split. */
const CHARACTERS_PER_STEP = 20_000;
const ALL = 'rivulet-find';
const CURRENT = 'rivulet-find-current';

export interface Found {
  /** From 1; 0 when there is no current match. */
  readonly index: number;
  readonly count: number;
  readonly more: boolean;
}

interface Place {
  readonly article: HTMLElement;
  readonly index: number;
}

export class Finder {
  readonly #articles: () => readonly HTMLElement[];
  readonly #work: IdleTasks;
  readonly #changed: (found: Found) => void;
  readonly #matches = new Map<HTMLElement, readonly StaticRange[]>();
  #matcher: Matcher | undefined;
  #current: Place | undefined;
  /** Number of the current search; work of older ones stops. */
  #run = 0;
  #dirty = new Set<HTMLElement>();

  /** @param changed called whenever the matches change */
  constructor(articles: () => readonly HTMLElement[], work: IdleTasks, changed: (found: Found) => void) {
    this.#articles = articles;
    this.#work = work;
    this.#changed = changed;
  }

  /** Starts a new search; undefined clears the matches. */
  search(matcher: Matcher | undefined): void {
    this.#matcher = matcher;
    this.#matches.clear();
    this.#current = undefined;
    this.#dirty = new Set(this.#articles());
    if (matcher !== undefined) return this.#start(matcher);
    this.#run++;
    this.#show();
  }

  /** These messages have changed. */
  refresh(articles: Iterable<HTMLElement>): void {
    for (const article of articles) this.#dirty.add(article);
    if (this.#matcher !== undefined) this.#start(this.#matcher);
  }

  /** Goes to the next (1) or previous (-1) match. */
  step(by: 1 | -1): void {
    const places = this.#places();
    if (places.length === 0) return;
    const at = this.#currentIn(places);
    this.#current = places[at === -1 ? (by === 1 ? 0 : places.length - 1) : (at + by + places.length) % places.length]!;
    this.#show();
  }

  /** Makes the first match at or after this message current. */
  startAt(article: HTMLElement | undefined): void {
    const articles = this.#articles();
    const from = article === undefined ? 0 : articles.indexOf(article);
    const places = this.#places();
    this.#current = places.find((place) => articles.indexOf(place.article) >= from) ?? places[0];
    this.#show();
  }

  get current(): StaticRange | undefined {
    return this.#current === undefined ? undefined : this.#matches.get(this.#current.article)?.[this.#current.index];
  }

  #start(matcher: Matcher): void {
    const run = ++this.#run;
    const steps = this.#search(matcher);
    void this.#work.slice(() => (run === this.#run && steps.next().done !== true ? 'more' : 'done'));
  }

  *#search(matcher: Matcher): Generator<undefined> {
    for (const article of this.#articles()) {
      if (!this.#dirty.has(article)) continue;
      this.#matches.set(article, yield* searchArticle(article, matcher));
      this.#dirty.delete(article);
    }
    this.#dirty.clear();
    this.#show();
  }

  #places(): readonly Place[] {
    const places: Place[] = [];
    for (const article of this.#articles()) {
      const { length } = this.#matches.get(article) ?? [];
      for (let index = 0; index < length && places.length < MOST; index++) places.push({ article, index });
    }
    return places;
  }

  #currentIn(places: readonly Place[]): number {
    return places.findIndex(({ article, index }) => article === this.#current?.article && index === this.#current.index);
  }

  #show(): void {
    const places = this.#places();
    const range = this.current;
    CSS.highlights.set(CURRENT, new Highlight(...(range === undefined ? [] : [range])));
    const others = new Highlight();
    for (const { article, index } of places) others.add(this.#matches.get(article)![index]!);
    CSS.highlights.set(ALL, others);
    CSS.highlights.get(CURRENT)!.priority = 1;
    this.#changed({ index: this.#currentIn(places) + 1, count: places.length, more: places.length === MOST });
  }
}

function* searchArticle(article: HTMLElement, matcher: Matcher): Generator<undefined, readonly StaticRange[]> {
  const found: StaticRange[] = [];
  for (const body of article.querySelectorAll<HTMLElement>('.body'))
    for (const chunk of chunksOf(body)) {
      if (chunk === 'redrawn') return yield* searchArticle(article, matcher);
      if (chunk !== 'pause') yield* searchChunk(chunk, matcher, found);
      yield;
    }
  return found;
}

function* searchChunk(chunk: Chunk, matcher: Matcher, found: StaticRange[]): Generator<undefined> {
  let searched = 0;
  for (let from = 0; from < chunk.text.length && found.length < MOST;) {
    const end = chunk.text.indexOf('\n', from);
    const to = Math.min(end === -1 ? chunk.text.length : end, from + CHARACTERS_PER_STEP);
    for (const [start, stop] of matcher(chunk.text.slice(from, to))) found.push(rangeIn(chunk, from + start, from + stop));
    searched += to - from + 1;
    from = to === end ? to + 1 : to;
    if (searched < CHARACTERS_PER_STEP) continue;
    searched = 0;
    yield;
  }
}
