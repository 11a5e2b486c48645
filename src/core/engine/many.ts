/** Answers as async iterables: one stream, or many merged by a rule. */
import type { StreamEvent, StreamManyOptions } from '../../api.ts';
import type { AnswerStream } from './stream.ts';
import type { Reader } from './tape.ts';

/** Events taken from one answer before the next has its turn. */
const turnEvents = 64;

/** A pacing reader as an async iterable; leaving the loop stops the stream. */
export async function* iterate(start: () => AnswerStream): AsyncGenerator<StreamEvent, void, undefined> {
  const stream = start();
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
  readonly stream: AnswerStream;
  readonly reader: Reader<StreamEvent>;
}

type Indexed = { readonly index: number; readonly event: StreamEvent };

/**
 * Runs `starts`, at most `maxConcurrent` at a time and in their order, and merges their events. Each item ends with its
 * own `end`; a failing one leaves the others alone. Leaving the loop stops them all.
 */
export async function* merge(
  starts: readonly (() => AnswerStream)[],
  order: NonNullable<StreamManyOptions['order']>,
  maxConcurrent: number,
): AsyncGenerator<Indexed, void, undefined> {
  // Whole answers wait for their end in `settled`, so their readers must not hold the network back.
  const pacing = order !== 'settled';
  const queue = starts.map((start, index) => ({ start, index }));
  const items: Item[] = [];
  let running = 0;
  let wake = (): void => undefined;

  const fill = (): void => {
    while (running < maxConcurrent) {
      const next = queue.shift();
      if (next === undefined) return;
      const stream = next.start();
      running++;
      items.push({ index: next.index, stream, reader: stream.tape.read({ pacing }) });
      void stream.ended.then(() => {
        running--;
        fill();
        wake();
      });
    }
  };

  try {
    fill();
    while (items.length > 0 || queue.length > 0) {
      let any = false;
      for (const item of turn(items, order)) {
        for (const event of item.reader.take(order === 'settled' ? Infinity : turnEvents)) {
          any = true;
          yield { index: item.index, event };
        }
        if (item.reader.finished) items.splice(items.indexOf(item), 1);
      }
      if (any || items.some((item) => item.reader.finished)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        // In `settled` only ends count; the other orders wake up for every event of those whose turn it is.
        if (order !== 'settled') for (const item of turn(items, order)) void item.reader.more().then(resolve);
      });
    }
  } finally {
    queue.length = 0;
    for (const { reader, stream } of items) {
      reader.leave();
      stream.stop();
    }
  }
}

/** The items that may give events now. */
function turn(items: readonly Item[], order: NonNullable<StreamManyOptions['order']>): Item[] {
  switch (order) {
    case 'as-arrives':
      return [...items];
    case 'in-order':
      return items.slice(0, 1);
    case 'settled':
      return items.filter((item) => item.stream.tape.ended);
    default:
      return order satisfies never;
  }
}
