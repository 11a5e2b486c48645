// Counts turns of the event loop, so that a test sees long work divided without a clock.

export interface Turns extends Disposable {
  /** Turns since the start. */
  readonly count: number;
}

export function countTurns(): Turns {
  let count = 0;
  const turn = (): void => {
    count++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]: () => clearImmediate(next),
  };
}

/** The turns in which bytes became a text with this mark, and in which such a text was parsed as JSON, while `work` ran. */
export async function turnsOfParsing(
  mark: string,
  work: () => Promise<unknown>,
): Promise<{ readonly decoded: readonly number[]; readonly parsed: readonly number[]; readonly ended: number }> {
  using turns = countTurns();
  const decoded: number[] = [];
  const parsed: number[] = [];
  const { decode } = TextDecoder.prototype;
  const { parse } = JSON;
  TextDecoder.prototype.decode = function noted(...given) {
    const text = decode.apply(this, given);
    if (text.includes(mark)) decoded.push(turns.count);
    return text;
  };
  JSON.parse = (text, ...more) => {
    if (String(text).includes(mark)) parsed.push(turns.count);
    return parse(text, ...more) as unknown;
  };
  try {
    await work();
    return { decoded, parsed, ended: turns.count };
  } finally {
    TextDecoder.prototype.decode = decode;
    JSON.parse = parse;
  }
}
