/** Finds the best chain of matches between the few waiting answer lines and the old lines ahead. */
import type { OldLines } from './oldLines.ts';

/** A waiting answer line; `id` is that of the equal old lines, if any. */
export interface HeldLine {
  readonly text: string;
  readonly id: number | undefined;
}

/** The index of a waiting line, and the old line that it keeps. */
export interface Match {
  readonly held: number;
  readonly place: number;
}

interface Candidate extends Match {
  readonly score: number;
  /** The first old line of the chain that ends here. */
  readonly first: number;
  readonly previous: Candidate | undefined;
}

/** Maximum number of places tried for one line, since weak lines occur everywhere. */
const mostPlaces = 48;
const mostWeakPlaces = 6;
const weakWeight = 0.3;
/** The gain of two lines that are neighbours on both sides, and where a segment may be anywhere. */
const diagonal = 0.2;
const diagonalAnywhere = 0.3;

/** The best place of the waiting lines, and the weight of the best one elsewhere. */
export interface Placed {
  readonly matches: readonly Match[];
  readonly score: number;
  readonly next: number;
}

export class MatchChains {
  readonly #old: OldLines;
  readonly #everywhere: boolean;
  readonly #diagonal: number;
  readonly #rows: (readonly Candidate[])[] = [];

  /** @param everywhere distant places count as much as near ones */
  constructor(old: OldLines, { everywhere = false } = {}) {
    this.#old = old;
    this.#everywhere = everywhere;
    this.#diagonal = everywhere ? diagonalAnywhere : diagonal;
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
   * The chain that ends with the newest line and outweighs the old lines that it jumps over; undefined if there is none.
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
    // A chain that overlaps the best one is not another place.
    for (const candidate of all) if (candidate.place < first || candidate.first > place) next = Math.max(next, candidate.score);
    return { matches: matchesOf(best), score, next };
  }

  #candidates(id: number, held: number, from: number, to: number): readonly Candidate[] {
    const weight = this.#old.weight(id);
    const places = this.#old.places(id, from, to, this.#everywhere || weight >= weakWeight ? mostPlaces : mostWeakPlaces);
    return places.map((place) => this.#candidate(held, place, weight));
  }

  /** Allocates once per place and computes no logarithm per pair: a line among many equal ones has a thousand pairs. */
  #candidate(held: number, place: number, weight: number): Candidate {
    let score = weight;
    let first = place;
    let best: Candidate | undefined;
    for (const [at, row] of this.#rows.entries()) {
      const passed = held - at - 1;
      for (const previous of row) {
        // The places of a row are ascending.
        if (previous.place >= place) break;
        const skipped = place - previous.place - 1;
        const sum = previous.score + weight + (skipped + passed === 0 ? this.#diagonal : -skipCost(skipped) - 0.2 * passed);
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
