/**
 * What the runtime tells about its connections: when a request is on its way, and how many sockets were opened. The
 * fetch of VS Code cannot be asked, but Node's diagnostics channels report on every undici in the process.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

interface SentMessage {
  readonly request?: { readonly origin?: unknown };
}

interface ConnectedMessage {
  readonly connectParams?: { readonly protocol?: unknown; readonly host?: unknown };
}

export class UndiciEvents {
  /** Those who wait for their request to be sent, oldest first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #opened = new Map<string, number>();
  /** Whether this runtime reports at all: with Electron's own fetch it does not. */
  #reports = false;
  readonly #onSent = (message: unknown): void => {
    this.#reports = true;
    const origin = String((message as SentMessage).request?.origin ?? '');
    const oldest = this.#waiting.get(origin)?.values().next().value;
    if (oldest === undefined) return;
    this.#waiting.get(origin)?.delete(oldest);
    oldest();
  };
  readonly #onConnected = (message: unknown): void => {
    const { protocol, host } = (message as ConnectedMessage).connectParams ?? {};
    const origin = `${String(protocol)}//${String(host)}`;
    this.#opened.set(origin, (this.#opened.get(origin) ?? 0) + 1);
  };

  constructor() {
    subscribe('undici:client:sendHeaders', this.#onSent);
    subscribe('undici:client:connected', this.#onConnected);
  }

  /** Calls `sent` when a request to this origin has been written to a connection; returns how to stop waiting. */
  watchSent(origin: string, sent: () => void): () => void {
    // An origin without an address, such as VS Code's own models, has no connections to be reported.
    if (!this.#reports || origin === 'null') {
      // Without reports, waiting for one would cut off every server that takes its time to answer.
      sent();
      return () => undefined;
    }
    const waiting = this.#waiting.get(origin) ?? new Set();
    this.#waiting.set(origin, waiting);
    waiting.add(sent);
    return () => waiting.delete(sent);
  }

  /** Connections opened to each origin since the start. */
  opened(): ReadonlyMap<string, number> {
    return this.#opened;
  }

  dispose(): void {
    unsubscribe('undici:client:sendHeaders', this.#onSent);
    unsubscribe('undici:client:connected', this.#onConnected);
  }
}
