/**
 * What the runtime tells about its connections: when a request is on its way, and how many sockets were opened. The
 * fetch of VS Code cannot be asked, but Node's diagnostics channels report on every undici in the process. That is also
 * the only place where undici's own time limits can be taken off our requests: VS Code replaces a caller's agent.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Of undici's request: 0 is no limit; without a value its agent's 300 s hold, whatever the settings of Rivulet say. */
interface CreatedMessage {
  readonly request?: { readonly origin?: unknown; headersTimeout?: unknown; bodyTimeout?: unknown };
}

interface SentMessage {
  readonly request?: { readonly origin?: unknown };
}

interface ConnectedMessage {
  readonly connectParams?: { readonly protocol?: unknown; readonly host?: unknown };
}

export class UndiciEvents {
  /** Those who wait for their request to be sent, oldest first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  /** How many requests of ours are being opened to each origin. */
  readonly #opening = new Map<string, number>();
  readonly #opened = new Map<string, number>();
  /** Whether this runtime reports at all: with Electron's own fetch it does not. */
  #reports = false;
  readonly #onCreated = (message: unknown): void => {
    const { request } = message as CreatedMessage;
    if (request === undefined || (this.#opening.get(String(request.origin)) ?? 0) === 0) return;
    request.headersTimeout = 0;
    request.bodyTimeout = 0;
  };
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
    subscribe('undici:request:create', this.#onCreated);
    subscribe('undici:client:sendHeaders', this.#onSent);
    subscribe('undici:client:connected', this.#onConnected);
  }

  /**
   * Calls `sent` when a request to this origin has been written to a connection. Until the returned function is called,
   * requests to it are made without time limits of the runtime's own.
   */
  watchSent(origin: string, sent: () => void): () => void {
    this.#opening.set(origin, (this.#opening.get(origin) ?? 0) + 1);
    const off = this.#wait(origin, sent);
    return () => {
      this.#opening.set(origin, (this.#opening.get(origin) ?? 1) - 1);
      off();
    };
  }

  #wait(origin: string, sent: () => void): () => void {
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
    unsubscribe('undici:request:create', this.#onCreated);
    unsubscribe('undici:client:sendHeaders', this.#onSent);
    unsubscribe('undici:client:connected', this.#onConnected);
  }
}
