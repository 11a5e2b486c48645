/**
 * The answers of the chat service: those that run, and the newest of those that have ended, so that a client that lost its
 * connection can read on. They are in memory alone, and each belongs to the key that began it.
 */
import { randomUUID } from 'node:crypto';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { Asked, Dialect, Door } from './doors/door.ts';

/** Most ended answers that are kept. */
export const maxKept = 200;
/** Most that all ended answers may take, in bytes as {@link sizeOf} reckons them. */
export const maxKeptBytes = 64 * 1024 * 1024;
/** A detached answer without a reader is stopped when it gets larger than this. */
export const maxDetachedBytes = 16 * 1024 * 1024;
/** Most detached answers that run at once. */
export const maxDetached = 64;

/** What an event takes beside its text. */
const bytesPerEvent = 128;

export interface ServedAnswer {
  readonly id: string;
  readonly door: Door;
  readonly dialect: Dialect;
  readonly stream: LiveStream;
  /** It continues without a reader. */
  readonly detached: boolean;
}

interface Entry extends ServedAnswer {
  /** The key that began it. */
  readonly owner: string;
  readonly kept: boolean;
  readers: number;
  /** That of the request among it, which the answer holds. */
  bytes: number;
  ended: boolean;
}

export class ServedAnswers {
  readonly #wall: () => number;
  /** In the order of their beginning; ended ones move to the end when they end. */
  readonly #entries = new Map<string, Entry>();
  #keptBytes = 0;
  #detached = 0;

  /** @param wall milliseconds since the epoch */
  constructor(wall: () => number) {
    this.#wall = wall;
  }

  /** Takes the place of a detached answer until it ends; false where there is none. */
  placeForDetached(): boolean {
    if (this.#detached >= maxDetached) return false;
    this.#detached++;
    return true;
  }

  /** @param requestBytes how large the body was */
  add(door: Door, asked: Asked, stream: LiveStream, owner: string, requestBytes: number): ServedAnswer {
    const id = door.prefix + randomUUID().replaceAll('-', '');
    const dialect = asked.dialect({ id, model: stream.model, createdSeconds: Math.floor(this.#wall() / 1000) });
    const { detached, kept } = asked;
    const entry: Entry = { id, door, dialect, stream, detached, kept, owner, readers: 0, bytes: requestBytes, ended: false };
    this.#entries.set(id, entry);
    void this.#measure(entry);
    return entry;
  }

  /** Undefined for one that is not kept, or that another key began. */
  find(id: string, owner: string): ServedAnswer | undefined {
    const entry = this.#entries.get(id);
    return entry?.owner === owner ? entry : undefined;
  }

  /** Counts a reader; returns how it leaves. An answer that was not detached ends with its last one. */
  enter({ id, stream }: ServedAnswer): () => void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return () => undefined;
    entry.readers++;
    return () => {
      entry.readers--;
      if (entry.readers === 0 && !entry.detached) stream.stop();
    };
  }

  stopAll(): void {
    for (const { stream } of this.#entries.values()) stream.stop();
  }

  /** Reads along, and bounds what no client reads. */
  async #measure(entry: Entry): Promise<void> {
    const { stream } = entry;
    const reader = stream.tape.read({ pacing: false });
    while (!reader.finished) {
      await reader.more();
      for (const event of reader.take()) {
        const { text = '' } = event.type === 'text' || event.type === 'reasoning' ? event : {};
        entry.bytes += bytesPerEvent + 2 * text.length;
      }
      if (entry.readers === 0 && entry.bytes > maxDetachedBytes) stream.stop();
    }
    if (entry.detached) this.#detached--;
    this.#entries.delete(entry.id);
    if (entry.kept) this.#keep(entry);
  }

  #keep(entry: Entry): void {
    entry.ended = true;
    this.#entries.set(entry.id, entry);
    this.#keptBytes += entry.bytes;
    const ended = [...this.#entries.values()].filter((each) => each.ended);
    let count = ended.length;
    for (const oldest of ended) {
      if (count <= maxKept && this.#keptBytes <= maxKeptBytes) return;
      this.#entries.delete(oldest.id);
      this.#keptBytes -= oldest.bytes;
      count--;
    }
  }
}
