/** Answers as async iterables: one stream, or many merged by a rule. */
import type { StreamEvent, StreamManyOptions } from '../../../api.ts';
import type { LiveStream } from '../liveStream.ts';
import type { Reader } from './tape.ts';

/** Begins an answer when its turn comes. Never rejects. */
export type Start = () => LiveStream | Promise<LiveStream>;

/** Maximum number of events taken from one answer before the next one gets a turn. */
const turnEvents = 64;

/** A pacing reader as an async iterable; breaking out of the loop stops the stream. */
export async function* toAsyncIterable(start: Start): AsyncGenerator<StreamEvent, void, undefined> {
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

interface Item {
  readonly index: number;
  readonly stream: LiveStream;
  readonly reader: Reader<StreamEvent>;
}

type Indexed = { readonly index: number; readonly event: StreamEvent };

/**
 * Runs `starts` in order, at most `maxConcurrent` at a time, and merges their events. Each item has its own `end`; a
 * failing item does not affect the others. Breaking out of the loop stops all of them.
 */
export async function* mergeStreams(
  starts: readonly Start[],
  order: NonNullable<StreamManyOptions['order']>,
  maxConcurrent: number,
): AsyncGenerator<Indexed, void, undefined> {
  // In `settled`, answers wait for their end, so their readers must not slow the network.
  const pacing = order !== 'settled';
  const items: Item[] = [];
  const finished = new Set<number>();
  let wake = (): void => undefined;
  const leave = startMany(starts, maxConcurrent, (index, stream) => {
    items.push({ index, stream, reader: stream.tape.read({ pacing }) });
    items.sort((a, b) => a.index - b.index);
    void stream.ended.then(() => wake());
    wake();
  });
  /** The first item whose events have not all been delivered. */
  const lowest = (): number => starts.findIndex((_, index) => !finished.has(index));

  try {
    while (finished.size < starts.length) {
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
        // In `settled` only ends matter; the other orders wake up for every event of the items whose turn it is.
        if (order !== 'settled') for (const item of turn(items, order, lowest())) void item.reader.more().then(resolve);
      });
    }
  } finally {
    leave();
    for (const { reader, stream } of items) {
      reader.leave();
      stream.stop();
    }
  }
}

/** The items whose events may be delivered now. */
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

/**
 * Each answer keeps its slot until it has ended, so a failing answer does not affect the others. Returns a function that starts
 * no more answers; one that is just starting is stopped as soon as it exists.
 * @param maxConcurrent at least 1
 * @param began called with each answer as soon as it exists, in no fixed order
 */
function startMany(starts: readonly Start[], maxConcurrent: number, began: (index: number, stream: LiveStream) => void): () => void {
  let next = 0;
  let left = false;
  const inTurn = async (): Promise<void> => {
    while (!left && next < starts.length) {
      const index = next++;
      const stream = await starts[index]!();
      if (left) stream.stop();
      began(index, stream);
      await stream.ended;
    }
  };
  for (let slot = 0; slot < Math.min(maxConcurrent, starts.length); slot++) void inTurn();
  return () => {
    left = true;
  };
}
