/** The registry of all running answers. Everything that starts, stops or shows a stream uses it. */
import type { LimiterStats } from '../request/connectionLimiter.ts';
import type { EndEvent, Job, StreamPorts, StreamSettings } from './liveStream.ts';
import { AnswerStream } from './answerStream.ts';

export type EndListener = (stream: AnswerStream, end: EndEvent) => void;

export class Engine {
  readonly #ports: StreamPorts;
  readonly #running = new Set<AnswerStream>();
  readonly #listeners = new Set<() => void>();
  readonly #endListeners = new Set<EndListener>();

  constructor(ports: StreamPorts) {
    this.#ports = ports;
  }

  /** Starts at once. The stream leaves the registry by itself when it has ended. */
  start(job: Job, settings: StreamSettings): AnswerStream {
    const stream = new AnswerStream(job, settings, this.#ports);
    this.#running.add(stream);
    void stream.ended.then((end) => {
      this.#running.delete(stream);
      for (const listener of this.#endListeners) guarded(() => listener(stream, end));
      this.#changed();
    });
    this.#changed();
    return stream;
  }

  /** Oldest first. */
  get running(): readonly AnswerStream[] {
    return [...this.#running];
  }

  /** Calls `listener` whenever a stream has started or ended. */
  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Calls `listener` with each ended stream before other listeners learn that it no longer runs. */
  onEnd(listener: EndListener): { dispose(): void } {
    this.#endListeners.add(listener);
    return { dispose: () => this.#endListeners.delete(listener) };
  }

  /** The window is closing: leaves the answers that can be read later and stops the rest. */
  leaveAll(): void {
    for (const stream of this.#running) {
      if (stream.job.inJournal === true) stream.leave();
      else stream.stop();
    }
  }

  stopAll(): void {
    for (const stream of this.#running) stream.stop();
  }

  poolStats(): readonly LimiterStats[] {
    return this.#ports.gate.stats();
  }

  #changed(): void {
    for (const listener of this.#listeners) guarded(listener);
  }
}

/** A listener that throws does not affect the stream or other listeners; its error is reported as uncaught. */
function guarded(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
