/**
 * Aligns all lines of a finished segment with the old lines from a known one on, and finds the old line where the segment
 * ends.
 */
import { isChangedLine, type ReadLine, readLine } from './lineLikeness.ts';
import type { OldLines } from './oldLines.ts';

export interface Alignment {
  /** For each line of the segment the index of the old line that it keeps, or undefined for a new line. */
  readonly kept: readonly (number | undefined)[];
  /** The first old line after the segment. */
  readonly reached: number;
}

/** Maximum number of compared pairs of lines, which bounds the time. */
const mostPairs = 20_000;
/** Old lines considered in addition to as many as the segment has. */
const slack = 40;
/** The gain of a line whose predecessor matches too. */
const diagonal = 0.1;
/** The gain of a match of the segment's last line. */
const endGain = 3;
const addCost = 0.02;
/** The cost of a removed line, as a share of its weight. */
const removeCost = 0.3;
const leastRemoveCost = 0.05;
/** The gain of a new line in place of a similar one, and of another one, as a share of the cost of removing that. */
const changedGain = 0.15;
const replacedCost = 0.5;

/** Places tried for an insertion, and the minimum weight of its old lines, absolute and above the second best. */
const mostEnds = 200;
const leastTailWeight = 1;
const leastInsertionMargin = 1;

const [keep, add, replace, remove] = [0, 1, 2, 3];

interface Line {
  readonly id: number | undefined;
  readonly read: ReadLine;
  readonly indent: number;
  /** Blank lines and lines that open a block do not replace other lines. */
  readonly isReplaceable: boolean;
}

/** Whether this many lines can be aligned within the time of one edit. */
export function isComparable(lines: number, old: OldLines, from: number, least: number): boolean {
  return lines * oldLines(lines, old, from, least) <= mostPairs;
}

/** The number of old lines considered for this many lines. */
function oldLines(lines: number, old: OldLines, from: number, least: number): number {
  return Math.min(old.length, Math.max(least, from + lines) + slack) - from;
}

/** @param least the segment reaches at least this old line */
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
  let above = new Float64Array(width);
  for (let at = 0; at <= lines.length; at++) {
    const line = lines[at - 1];
    const before = lines[at - 2]?.id;
    const row = new Float64Array(width);
    for (let place = 0; place <= many; place++) {
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
      if (place > 0 && (row[place - 1] ?? 0) - cost > score) {
        score = (row[place - 1] ?? 0) - cost;
        move = remove;
      }
      row[place] = score;
      moves[at * width + place] = move;
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
    kept: traced(moves, width, lines.length, reached).map((at) => (at === undefined ? at : from + at)),
    reached: from + reached,
  };
}

/**
 * The place where the segment only inserts lines: its first and last lines are consecutive old ones. Undefined if there is
 * none, if several are equally good, or if its old lines are weak.
 */
export function insertion(texts: readonly string[], old: OldLines, from: number): (Alignment & { readonly start: number }) | undefined {
  const first = texts.findIndex((text) => text.trim() !== '');
  const last = texts.findLastIndex((text) => text.trim() !== '');
  const ids = texts.map((text) => old.idOf(text));
  const gains = keepGains(ids, old);
  const isOld = (line: number, place: number): boolean => place >= from && ids[line] !== undefined && ids[line] === old.idAt(place);
  /** Number of lines from here on that are consecutive old ones. */
  const run = (line: number, place: number, step: 1 | -1): number => {
    let count = 0;
    while (line + count * step >= first && line + count * step <= last && isOld(line + count * step, place + count * step)) count++;
    return count;
  };
  const places = (line: number): readonly number[] => (ids[line] === undefined ? [] : old.places(ids[line], from, old.length, mostEnds));
  const heads = places(first).map((place) => ({ place, count: run(first, place, 1) }));
  const longest = Math.max(0, ...heads.map(({ count }) => count));
  const found = places(last).flatMap((end) => {
    const tail = run(last, end, -1);
    if (sum(gains.slice(last - tail + 1, last + 1)) < leastTailWeight) return [];
    const head = heads.find(({ place, count }) => {
      const lines = end - place + 1;
      return count === longest && lines > 1 && lines <= Math.min(last - first + 1, count + tail);
    });
    if (head === undefined) return [];
    const headEnd = first + Math.min(head.count, end - head.place);
    const tailStart = last - (end - head.place - (headEnd - first));
    const kept = texts.map((_, at) => {
      const place = at < headEnd ? head.place + at - first : end + at - last;
      return (at < headEnd || at >= tailStart) && isOld(at, place) ? place : undefined;
    });
    return [{ kept, weight: sum(gains.filter((_, at) => kept[at] !== undefined)) }];
  });
  const [best, next] = found.toSorted((one, other) => other.weight - one.weight);
  if (best === undefined || best.weight - (next?.weight ?? 0) < leastInsertionMargin) return undefined;
  const there = best.kept.filter((place) => place !== undefined);
  return { kept: best.kept, start: there[0] ?? from, reached: (there.at(-1) ?? from) + 1 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function traced(moves: Uint8Array, width: number, lines: number, reached: number): readonly (number | undefined)[] {
  const kept: (number | undefined)[] = [];
  let [line, place] = [lines, reached];
  while (line > 0 || place > 0) {
    const move = moves[line * width + place];
    if (move === keep) kept.push(place - 1);
    else if (move === add || move === replace) kept.push(undefined);
    if (move === keep || move === add || move === replace) line--;
    if (move !== add) place--;
  }
  return kept.toReversed();
}

/** A line that occurs several times in the segment or the file proves less. */
function keepGains(ids: readonly (number | undefined)[], old: OldLines): readonly number[] {
  const said = new Map<number, number>();
  for (const id of ids) if (id !== undefined) said.set(id, (said.get(id) ?? 0) + 1);
  return ids.map((id) => (id === undefined ? 0 : old.weight(id) / Math.sqrt(old.occurrences(id)) / (said.get(id) ?? 1)));
}

function lineOf(text: string, id: number | undefined): Line {
  const isReplaceable = text.trim() !== '' && !/[{([:]\s*$/.test(text);
  return { id, read: readLine(text), indent: text.length - text.trimStart().length, isReplaceable };
}

/** The gain of a new line in place of an old one. */
function replacing(line: Line, old: Line, cost: number): number {
  if (isChangedLine(old.read, line.read)) return changedGain;
  return line.isReplaceable && old.isReplaceable && line.indent === old.indent ? -replacedCost * cost : Number.NEGATIVE_INFINITY;
}
