// Writes the file format of a tokenizer's vocabulary; `src/node/tokenizer/vocabulary.ts` reads and describes it.
import { addToken, firstMade } from '../src/core/tokens/bpe.ts';
import {
  type Basis,
  byLength,
  extended,
  firstLong,
  firstMark,
  offeredBy,
  type Token,
  type Unpacked,
} from '../src/node/tokenizer/vocabulary.ts';

const mostPerMark = 0xff - firstMark;

export const noBasis: Basis = { known: [] };

/** @param inOrder all tokens to add, in the order of their joins; tokens of one byte are ignored */
export function packVocabulary(inOrder: readonly Token[], { known, start }: Basis): Buffer {
  const added = inOrder.filter((token) => token.length > 1);
  const distances = distancesOf(added, start);
  const others = new Set(known);
  const own = added.filter((token) => !others.has(token)).sort();
  const offered = offeredBy({ known, ...(start && { start }) });
  const strings = bytesOf(shared(own));
  const taken = Buffer.from(offered.map((token) => (distances.has(token) ? 1 : 0)));
  const levels = Buffer.from(byLength([...distances.keys()].sort()).flatMap((token) => short(distances.get(token) as number)));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(strings.length, 0);
  lengths.writeUInt32LE(taken.length, 4);
  return Buffer.concat([lengths, strings, taken, levels]);
}

/** The distance of each token's level from the levels of its parts; 0 for tokens that no joins produce. */
function distancesOf(added: readonly Token[], start: Unpacked | undefined): Map<Token, number> {
  // Joins in the order of the list and computes the levels meanwhile.
  const { vocabulary, floor, parts } = extended(start, added.length);
  const first = firstMade + (start?.tokens.length ?? 0);
  const level = vocabulary.level.slice();
  const asLeft = new Uint32Array(level.length);
  const asRight = new Uint32Array(level.length);
  const distances = new Map<Token, number>();
  const early = new Set<Token>();
  const take = (token: Token): void => {
    const pair = parts(token);
    if (pair === undefined) return void early.add(token);
    early.delete(token);
    const [left, right] = pair;
    const made = first + distances.size;
    addToken(vocabulary, made, left, right, made);
    const least = Math.max(floor, level[left] as number, level[right] as number);
    // Later than all tokens that compete for the end of the left part or for the start of the right one.
    const now = 1 + Math.max(least, asLeft[right] as number, asRight[left] as number);
    level[made] = now;
    asLeft[left] = Math.max(asLeft[left] as number, now);
    asRight[right] = Math.max(asRight[right] as number, now);
    distances.set(token, now - least);
    // Some lists name a token before its parts: it is joined as soon as they exist.
    for (const longer of early) if (longer.startsWith(token) || longer.endsWith(token)) take(longer);
  };
  added.forEach(take);
  for (const token of early) distances.set(token, 0);
  return distances;
}

function shared(sorted: readonly Token[]): string {
  let before = '';
  return sorted
    .map((token) => {
      let same = 0;
      while (same < token.length && token[same] === before[same]) same++;
      const rest = token.slice(same);
      if (/[\xf5-\xff]/.test(rest)) throw new Error(`The token ${JSON.stringify(token)} needs other marks.`);
      let dropped = before.length - same;
      let marks = '';
      for (; dropped > mostPerMark; dropped -= mostPerMark) marks += String.fromCharCode(0xff);
      before = token;
      return marks + String.fromCharCode(firstMark + dropped) + rest;
    })
    .join('');
}

const short = (value: number): number[] => (value < firstLong ? [value] : [firstLong + (value >> 8), value & 0xff]);

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
