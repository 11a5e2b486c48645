/** The lines that an answer may keep. Equal lines share a number, their places, and how much a match of them proves. */

export class OldLines {
  readonly lines: readonly string[];
  readonly #ids: readonly number[];
  readonly #idByKey = new Map<string, number>();
  readonly #places: number[][] = [];
  readonly #weights: readonly number[];
  readonly #keyOf: (line: string) => string;

  /** @param exactBlanks blanks at the end of a line matter, as in Markdown */
  constructor(lines: readonly string[], exactBlanks = false) {
    this.lines = lines;
    this.#keyOf = exactBlanks ? (line) => line : (line) => line.trimEnd();
    this.#ids = lines.map((line, place) => this.#place(this.#keyOf(line), place));
    this.#weights = this.#places.map((places) => weightOf(this.#keyOf(lines[places[0] ?? 0] ?? '')) / Math.sqrt(places.length));
  }

  get length(): number {
    return this.lines.length;
  }

  /** Undefined if the line does not occur. */
  idOf(line: string): number | undefined {
    return this.#idByKey.get(this.#keyOf(line));
  }

  idAt(place: number): number | undefined {
    return this.#ids[place];
  }

  weight(id: number | undefined): number {
    return (id === undefined ? undefined : this.#weights[id]) ?? 0;
  }

  /** How much a match at this place proves: less for a line that occurs often. */
  proof(place: number | undefined): number {
    const id = place === undefined ? undefined : this.#ids[place];
    return id === undefined ? 0 : this.weight(id) / Math.sqrt(this.occurrences(id));
  }

  occurrences(id: number): number {
    return this.#places[id]?.length ?? 0;
  }

  occursFrom(id: number, from: number): boolean {
    return (this.#places[id]?.at(-1) ?? -1) >= from;
  }

  /** At most `most` places in `[from, to)`, in ascending order. */
  places(id: number, from: number, to: number, most: number): readonly number[] {
    const places = this.#places[id] ?? [];
    const first = firstAtLeast(places, from);
    const found = places.slice(first, first + most);
    return (found.at(-1) ?? -1) < to ? found : found.filter((place) => place < to);
  }

  #place(key: string, place: number): number {
    const known = this.#idByKey.get(key);
    if (known !== undefined) {
      this.#places[known]?.push(place);
      return known;
    }
    this.#idByKey.set(key, this.#places.length);
    return this.#places.push([place]) - 1;
  }
}

/** A long line proves more than a bracket. */
function weightOf(line: string): number {
  const text = line.trim();
  if (text === '') return 0.1;
  return Math.log(1 + text.length) * (/[\p{L}\p{N}]/u.test(text) ? 1 : 0.45);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
