/** The best chain of matches between the few answer lines that wait to be settled and the old lines ahead of them. */
import type { OldLines } from './oldLines.ts';

/** An answer line that waits; `id` is that of the equal old line, if there is one. */
export interface HeldLine {
  readonly text: string;
  readonly id: number | undefined;
}

/** A held line, by its index, and the old line that it keeps. */
export interface Match {
  readonly held: number;
  readonly place: number;
}

interface Candidate extends Match {
  readonly score: number;
  /** Where the chain that ends here begins among the old lines. */
  readonly first: number;
  readonly previous: Candidate | undefined;
}

/** How many places are tried for one line; a weak line occurs everywhere. */
const mostPlaces = 48;
const mostWeakPlaces = 6;
const weakWeight = 0.3;
/** The gain of two lines that follow each other on both sides. */
const diagonal = 0.3;

/** The best place for the held lines, and how much the best one elsewhere weighs. */
export interface Placed {
  readonly matches: readonly Match[];
  readonly score: number;
  readonly next: number;
}

export class MatchChains {
  readonly #old: OldLines;
  readonly #everywhere: boolean;
  readonly #rows: (readonly Candidate[])[] = [];

  /** @param everywhere places far away count as much as near ones */
  constructor(old: OldLines, { everywhere = false } = {}) {
    this.#old = old;
    this.#everywhere = everywhere;
  }

  clear(): void {
    this.#rows.length = 0;
  }

  /** @param from the first old line that is not settled; @param to the first one that may not be kept */
  push(line: HeldLine, from: number, to: number): void {
    const held = this.#rows.length;
    this.#rows.push(line.id === undefined ? [] : this.#candidates(line.id, held, from, to));
  }

  /**
   * The chain that ends with the newest line and is proven: it weighs more than the old lines that it jumps over.
   * Undefined while there is none.
   */
  proven(from: number): readonly Match[] | undefined {
    let best: Candidate | undefined;
    let bestExcess = 0;
    for (const candidate of this.#rows.at(-1) ?? []) {
      const excess = candidate.score - 1 - 1.6 * Math.log(1 + candidate.first - from);
      if (excess >= bestExcess && (best === undefined || excess > bestExcess)) [best, bestExcess] = [candidate, excess];
    }
    return best === undefined ? undefined : matchesOf(best);
  }

  best(): Placed | undefined {
    const all = this.#rows.flat();
    let best: Candidate | undefined;
    for (const candidate of all) if (best === undefined || candidate.score > best.score) best = candidate;
    if (best === undefined) return undefined;
    const { first, place, score } = best;
    let next = 0;
    // A chain that lies in the best one, or goes over its edge, is no other place.
    for (const candidate of all) if (candidate.place < first || candidate.first > place) next = Math.max(next, candidate.score);
    return { matches: matchesOf(best), score, next };
  }

  #candidates(id: number, held: number, from: number, to: number): readonly Candidate[] {
    const weight = this.#old.weight(id);
    const places = this.#old.places(id, from, to, this.#everywhere || weight >= weakWeight ? mostPlaces : mostWeakPlaces);
    return places.map((place) => this.#candidate(held, place, weight));
  }

  /** One object for each place and no logarithm for each pair: there are a thousand pairs for a line among many equal ones. */
  #candidate(held: number, place: number, weight: number): Candidate {
    let score = weight;
    let first = place;
    let best: Candidate | undefined;
    for (const [at, row] of this.#rows.entries()) {
      const passed = held - at - 1;
      for (const previous of row) {
        // The places of a row ascend.
        if (previous.place >= place) break;
        const skipped = place - previous.place - 1;
        const sum = previous.score + weight + (skipped + passed === 0 ? diagonal : -skipCost(skipped) - 0.2 * passed);
        if (sum <= score) continue;
        score = sum;
        first = previous.first;
        best = previous;
      }
    }
    return { held, place, score, first, previous: best };
  }
}

const skipCosts = Float64Array.from({ length: 8_192 }, (_, skipped) => 0.4 + 0.8 * Math.log(1 + skipped));

function skipCost(skipped: number): number {
  return skipCosts[skipped] ?? 0.4 + 0.8 * Math.log(1 + skipped);
}

function matchesOf(end: Candidate): readonly Match[] {
  const matches: Match[] = [];
  for (let at: Candidate | undefined = end; at !== undefined; at = at.previous) matches.unshift(at);
  return matches;
}
