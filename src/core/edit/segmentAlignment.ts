/**
 * Which old lines the lines of a finished segment are, all looked at together. The segment begins at a known old line;
 * where it ends among the old lines is found here.
 */
import { isChangedLine, type ReadLine, readLine } from './lineLikeness.ts';
import type { OldLines } from './oldLines.ts';

export interface Alignment {
  /** For each line of the segment the old line that it is, or undefined for a new one. */
  readonly kept: readonly (number | undefined)[];
  /** The first old line after the segment. */
  readonly reached: number;
}

/** Comparing more pairs of lines would take longer than an edit may. */
const mostPairs = 20_000;
/** Old lines that are looked at beyond as many as the segment has. */
const slack = 40;
/** A line that follows another one on both sides. */
const diagonal = 0.1;
/** That the segment ends with an old line speaks for that line. */
const endGain = 3;
const addCost = 0.02;
/** Of what the line weighs that goes. */
const removeCost = 0.3;
const leastRemoveCost = 0.05;
/** A long run of old lines that the segment does not have costs no more than this, and little for each line. */
const gap = { open: 4, line: 0.05 };
/** A new line in the place of one that is like it, and in the place of another, of what it costs to remove that one. */
const changedGain = 0.15;
const replacedCost = 0.5;

/** Places of the last line that are tried, and what the lines that are there already weigh at least, and more than elsewhere. */
const mostEnds = 200;
const leastTailWeight = 1;
const leastInsertionMargin = 1;

const [keep, add, replace, remove, jump] = [0, 1, 2, 3, 4];

interface Line {
  readonly id: number | undefined;
  readonly read: ReadLine;
  readonly indent: number;
  /** A blank one, and one that opens a block, is in the place of no other one. */
  readonly isReplaceable: boolean;
}

/** Whether so many lines can be aligned in the time that an edit may take. */
export function isComparable(lines: number, old: OldLines, from: number, least: number): boolean {
  return lines * oldLines(lines, old, from, least) <= mostPairs;
}

/** How many old lines may belong to so many lines. */
function oldLines(lines: number, old: OldLines, from: number, least: number): number {
  return Math.min(old.length, Math.max(least, from + lines) + slack) - from;
}

/** @param least the segment reaches this old line, or one after it */
export function aligned(texts: readonly string[], old: OldLines, from: number, least: number): Alignment {
  const many = oldLines(texts.length, old, from, least);
  const width = many + 1;
  const lines = texts.map((text) => lineOf(text, old.idOf(text)));
  const olds = old.lines.slice(from, from + many).map((text, at) => lineOf(text, old.idAt(from + at)));
  const gains = keepGains(
    lines.map(({ id }) => id),
    old,
  );
  const removeCosts = olds.map(({ id }) => Math.max(leastRemoveCost, removeCost * old.weight(id)));
  const moves = new Uint8Array((lines.length + 1) * width);
  /** How many old lines the jump passes that ends here. */
  const jumps = new Uint32Array((lines.length + 1) * width);
  let above = new Float64Array(width);
  for (let at = 0; at <= lines.length; at++) {
    const line = lines[at - 1];
    const before = lines[at - 2]?.id;
    const row = new Float64Array(width);
    let jumpScore = Number.NEGATIVE_INFINITY;
    let jumpFrom = 0;
    for (let place = 0; place <= many; place++) {
      const cell = at * width + place;
      const beside = olds[place - 1];
      const cost = removeCosts[place - 1] ?? 0;
      let score = at === 0 && place === 0 ? 0 : Number.NEGATIVE_INFINITY;
      let move: number = add;
      if (line !== undefined) {
        score = (above[place] ?? 0) - addCost;
        if (beside !== undefined) {
          const isSame = line.id !== undefined && line.id === beside.id;
          const follows = isSame && before !== undefined && before === olds[place - 2]?.id;
          const gain = isSame ? (gains[at - 1] ?? 0) + (follows ? diagonal : 0) : replacing(line, beside, cost);
          const other = (above[place - 1] ?? 0) + gain;
          if (other > score) {
            score = other;
            move = isSame ? keep : replace;
          }
        }
      }
      if (place > 0) {
        const left = row[place - 1] ?? 0;
        if (left - cost > score) {
          score = left - cost;
          move = remove;
        }
        if (left - gap.open > jumpScore) {
          jumpScore = left - gap.open;
          jumpFrom = place - 1;
        }
        jumpScore -= gap.line;
        if (jumpScore > score) {
          score = jumpScore;
          move = jump;
          jumps[cell] = place - jumpFrom;
        }
      }
      row[place] = score;
      moves[cell] = move;
    }
    above = row;
  }
  const last = texts.findLastIndex((text) => text.trim() !== '');
  const ends = Array.from(above, (score, place) => {
    const id = lines[last]?.id;
    return id !== undefined && id === olds[place - (lines.length - last)]?.id ? score + endGain : score;
  });
  const reached = ends.indexOf(Math.max(...ends));
  return {
    kept: traced(moves, jumps, width, lines.length, reached).map((at) => (at === undefined ? at : from + at)),
    reached: from + reached,
  };
}

/**
 * Where the segment only inserts something: it has all old lines from its first line to its last. Undefined where it does
 * so nowhere, in several places equally well, or with weak lines alone.
 */
export function insertion(texts: readonly string[], old: OldLines, from: number): (Alignment & { readonly start: number }) | undefined {
  const first = texts.findIndex((text) => text.trim() !== '');
  const last = texts.findLastIndex((text) => text.trim() !== '');
  const ids = texts.map((text) => old.idOf(text));
  const gains = keepGains(ids, old);
  /** How many lines from here on are old ones that follow each other. */
  const run = (line: number, place: number, step: 1 | -1): number => {
    let count = 0;
    while (line >= first && line <= last && ids[line] !== undefined && ids[line] === old.idAt(place)) {
      count++;
      line += step;
      place += step;
    }
    return count;
  };
  const places = (line: number): readonly number[] => (ids[line] === undefined ? [] : old.places(ids[line], from, old.length, mostEnds));
  const everyHead = places(first).map((place) => ({ place, count: run(first, place, 1) }));
  const longest = Math.max(0, ...everyHead.map(({ count }) => count));
  const heads = everyHead.filter(({ count }) => count === longest);
  const found = places(last).flatMap((end) => {
    const tail = run(last, end, -1);
    if (sum(gains.slice(last - tail + 1, last + 1)) < leastTailWeight) return [];
    /** The lines from `to` on are kept, and, of those before, the first ones up to `head` or each that comes next. */
    const keptWith = (to: number, head: number): readonly (number | undefined)[] => {
      const kept: (number | undefined)[] = texts.map(() => undefined);
      let place = end;
      for (let at = last; at >= 0; at--) {
        const isSame = (at >= to || at < head) && place >= from && ids[at] !== undefined && ids[at] === old.idAt(place);
        if (isSame) kept[at] = place--;
      }
      return kept;
    };
    const split = heads.find(({ place, count }) => {
      const lines = end - place + 1;
      return lines > 1 && lines <= last - first + 1 && lines <= count + tail;
    });
    const options = [keptWith(0, 0)];
    if (split !== undefined) {
      const head = Math.min(split.count, end - split.place);
      options.push(keptWith(last - (end - split.place - head), first + head));
    }
    const weighed = options
      .filter((kept) => kept[first] !== undefined)
      .map((kept) => ({ kept, weight: sum(gains.filter((_, at) => kept[at] !== undefined)) }))
      .toSorted((one, other) => other.weight - one.weight);
    return weighed.slice(0, 1).map((best) => ({ ...best, reached: end + 1 }));
  });
  const [best, next] = found.toSorted((one, other) => other.weight - one.weight);
  if (best === undefined || best.weight - (next?.weight ?? 0) < leastInsertionMargin) return undefined;
  return { kept: best.kept, reached: best.reached, start: best.kept.find((place) => place !== undefined) ?? best.reached };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function traced(moves: Uint8Array, jumps: Uint32Array, width: number, lines: number, reached: number): readonly (number | undefined)[] {
  const kept: (number | undefined)[] = [];
  let [line, place] = [lines, reached];
  while (line > 0 || place > 0) {
    const cell = line * width + place;
    const move = moves[cell];
    if (move === keep) kept.push(place - 1);
    else if (move === add || move === replace) kept.push(undefined);
    if (move === keep || move === add || move === replace) line--;
    if (move === jump) place -= jumps[cell] ?? 1;
    else if (move !== add) place--;
  }
  return kept.toReversed();
}

/** A line that stands in several places, here or there, proves as much less. */
function keepGains(ids: readonly (number | undefined)[], old: OldLines): readonly number[] {
  const said = new Map<number, number>();
  for (const id of ids) if (id !== undefined) said.set(id, (said.get(id) ?? 0) + 1);
  return ids.map((id) => (id === undefined ? 0 : old.weight(id) / Math.sqrt(old.occurrences(id)) / (said.get(id) ?? 1)));
}

function lineOf(text: string, id: number | undefined): Line {
  const indent = text.length - text.trimStart().length;
  return { id, read: readLine(text), indent, isReplaceable: text.trim() !== '' && !/[{([:]\s*$/.test(text) };
}

/** What speaks for a new line in the place of an old one. */
function replacing(line: Line, old: Line, cost: number): number {
  if (isChangedLine(old.read, line.read)) return changedGain;
  return line.isReplaceable && old.isReplaceable && line.indent === old.indent ? -replacedCost * cost : Number.NEGATIVE_INFINITY;
}
