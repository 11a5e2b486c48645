/** Many answers begun in their order, a few at a time; what becomes of them is the caller's. */
import type { LiveStream } from './liveStream.ts';

/** Begins an answer; asked for when its turn comes. Never rejects. */
export type Start = () => LiveStream | Promise<LiveStream>;

export interface Started {
  /** Resolves when all that were begun have ended, and no more will be. Never rejects. */
  readonly ended: Promise<void>;
  /** Begins no more. An answer that is just being begun is stopped when it is there. */
  leave(): void;
}

/**
 * Each answer keeps its slot until it has ended, so a failing one does not disturb the others.
 * @param maxConcurrent 1 or more
 * @param began called with each answer as soon as it is there, in no fixed order
 */
export function startMany(starts: readonly Start[], maxConcurrent: number, began: (index: number, stream: LiveStream) => void): Started {
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
  const places = Array.from({ length: Math.min(maxConcurrent, starts.length) }, inTurn);
  return {
    ended: Promise.all(places).then(() => undefined),
    leave: () => {
      left = true;
    },
  };
}
