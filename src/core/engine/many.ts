/** Answers as async iterables: one stream, or many merged by a rule. */
import type { StreamEvent, StreamManyOptions } from '../../api.ts';
import type { LiveStream } from './job.ts';
import type { Reader } from './tape.ts';

/** Events taken from one answer before the next has its turn. */
const turnEvents = 64;

/** A pacing reader as an async iterable; leaving the loop stops the stream. */
export async function* iterate(start: Start): AsyncGenerator<StreamEvent, void, undefined> {
  const stream = await start();
  const reader = stream.tape.read({ pacing: true });
  try {
    while (!reader.finished) {
      for (let event = reader.next(); event !== undefined; event = reader.next()) yield event;
      await reader.more();
    }
  } finally {
    reader.leave();
    stream.stop();
  }
}

/** Begins an answer; asked for when its turn comes. Never rejects. */
export type Start = () => LiveStream | Promise<LiveStream>;

interface Item {
  readonly index: number;
  readonly stream: LiveStream;
  readonly reader: Reader<StreamEvent>;
}

type Indexed = { readonly index: number; readonly event: StreamEvent };

/**
 * Runs `starts`, at most `maxConcurrent` at a time and in their order, and merges their events. Each item ends with its
 * own `end`; a failing one leaves the others alone. Leaving the loop stops them all.
 */
export async function* merge(
  starts: readonly Start[],
  order: NonNullable<StreamManyOptions['order']>,
  maxConcurrent: number,
): AsyncGenerator<Indexed, void, undefined> {
  // Whole answers wait for their end in `settled`, so their readers must not hold the network back.
  const pacing = order !== 'settled';
  const queue = starts.map((start, index) => ({ start, index }));
  const items: Item[] = [];
  let running = 0;
  /** Asked for, but not there yet. */
  let pending = 0;
  let left = false;
  const finished = new Set<number>();
  let wake = (): void => undefined;

  const begin = async (index: number, start: Start): Promise<void> => {
    const stream = await start();
    items.push({ index, stream, reader: stream.tape.read({ pacing }) });
    items.sort((a, b) => a.index - b.index);
    pending--;
    if (left) stream.stop();
    wake();
    await stream.ended;
    running--;
    fill();
    wake();
  };
  /** The first item that has not been told to its end. */
  const lowest = (): number => starts.findIndex((_, index) => !finished.has(index));
  const fill = (): void => {
    while (running < maxConcurrent) {
      const next = queue.shift();
      if (next === undefined) return;
      running++;
      pending++;
      void begin(next.index, next.start);
    }
  };

  try {
    fill();
    while (items.length > 0 || pending > 0 || queue.length > 0) {
      let any = false;
      for (const item of turn(items, order, lowest())) {
        for (const event of item.reader.take(order === 'settled' ? Infinity : turnEvents)) {
          any = true;
          yield { index: item.index, event };
        }
        if (item.reader.finished) {
          any = true;
          items.splice(items.indexOf(item), 1);
          finished.add(item.index);
        }
      }
      if (any) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        // In `settled` only ends count; the other orders wake up for every event of those whose turn it is.
        if (order !== 'settled') for (const item of turn(items, order, lowest())) void item.reader.more().then(resolve);
      });
    }
  } finally {
    left = true;
    queue.length = 0;
    for (const { reader, stream } of items) {
      reader.leave();
      stream.stop();
    }
  }
}

/** The items that may give events now. */
function turn(items: readonly Item[], order: NonNullable<StreamManyOptions['order']>, lowest: number): Item[] {
  switch (order) {
    case 'as-arrives':
      return [...items];
    case 'in-order':
      return items.filter((item) => item.index === lowest);
    case 'settled':
      return items.filter((item) => item.stream.tape.ended);
    default:
      return order satisfies never;
  }
}
