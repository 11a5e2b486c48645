/**
 * The running answers of the chat service and the newest ended ones, so that a client that lost its connection can read the
 * rest. They exist in memory only, and each belongs to the key that started it.
 */
import { randomUUID } from 'node:crypto';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { ParsedRequest, Dialect, ServiceApi } from './apis/serviceApi.ts';

/** Maximum number of ended answers kept. */
export const maxKept = 200;
/** Maximum total size of ended answers, in bytes as estimated by {@link sizeOf}. */
const maxKeptBytes = 64 * 1024 * 1024;
/** A detached answer without a reader is stopped when it gets larger than this. */
export const maxDetachedBytes = 16 * 1024 * 1024;
/** Maximum number of running detached answers. */
export const maxDetached = 64;

/** Estimated size of an event without its text. */
const bytesPerEvent = 128;

export interface ServedAnswer {
  readonly id: string;
  readonly api: ServiceApi;
  readonly dialect: Dialect;
  readonly stream: LiveStream;
  /** The answer continues without a reader. */
  readonly detached: boolean;
}

interface Entry extends ServedAnswer {
  /** The key that started it. */
  readonly owner: string;
  readonly kept: boolean;
  readers: number;
  /** Includes the size of the request, which the answer retains. */
  bytes: number;
  ended: boolean;
}

export class ServedAnswers {
  readonly #wall: () => number;
  /** In order of their start; ended ones move to the end. */
  readonly #entries = new Map<string, Entry>();
  #keptBytes = 0;
  #detached = 0;

  /** @param wall milliseconds since the epoch */
  constructor(wall: () => number) {
    this.#wall = wall;
  }

  /** Reserves a slot for a detached answer until it ends; false if there is none. */
  reserveDetached(): boolean {
    if (this.#detached >= maxDetached) return false;
    this.#detached++;
    return true;
  }

  /** @param requestBytes size of the request body */
  add(api: ServiceApi, asked: ParsedRequest, stream: LiveStream, owner: string, requestBytes: number): ServedAnswer {
    const id = api.prefix + randomUUID().replaceAll('-', '');
    const dialect = asked.dialect({ id, model: stream.model, createdSeconds: Math.floor(this.#wall() / 1000) });
    const { detached, kept } = asked;
    const entry: Entry = { id, api, dialect, stream, detached, kept, owner, readers: 0, bytes: requestBytes, ended: false };
    this.#entries.set(id, entry);
    void this.#measure(entry);
    return entry;
  }

  /** Undefined if the answer is not kept or was started with another key. */
  find(id: string, owner: string): ServedAnswer | undefined {
    const entry = this.#entries.get(id);
    return entry?.owner === owner ? entry : undefined;
  }

  /** Adds a reader and returns a function that removes it. Without readers, an answer that is not detached ends. */
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

  /** Measures the answer, and stops one that grows too large without a reader. */
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
