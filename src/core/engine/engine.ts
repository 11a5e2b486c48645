/** The registry of all running answers: whatever starts, stops or shows a stream goes through here. */
import type { Gate, GateStats } from './gate.ts';
import type { Job, StreamPorts, StreamSettings } from './job.ts';
import { AnswerStream } from './stream.ts';

export class Engine {
  readonly #ports: StreamPorts;
  readonly #gate: Gate;
  readonly #running = new Set<AnswerStream>();
  readonly #listeners = new Set<() => void>();

  constructor(ports: StreamPorts) {
    this.#ports = ports;
    this.#gate = ports.gate;
  }

  /** Starts at once. The stream leaves the registry by itself when it has ended. */
  start(job: Job, settings: StreamSettings): AnswerStream {
    const stream = new AnswerStream(job, settings, this.#ports);
    this.#running.add(stream);
    this.#changed();
    void stream.ended.then(() => {
      this.#running.delete(stream);
      this.#changed();
    });
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

  stopAll(): void {
    for (const stream of this.#running) stream.stop();
  }

  poolStats(): readonly GateStats[] {
    return this.#gate.stats();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
