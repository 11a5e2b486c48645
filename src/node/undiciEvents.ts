/**
 * Observes the runtime's connections: when a request was sent, and how many sockets were opened. VS Code's fetch offers no
 * such information, but Node's diagnostics channels report on every undici in the process. Only there can undici's own
 * timeouts be removed from our requests, because VS Code replaces a caller's agent.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Fields of undici's request: 0 means no limit; without a value the agent's 300 s apply, whatever Rivulet's settings say. */
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
  /** Callbacks of requests that are not sent yet, oldest first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Number of our requests being opened, by origin. */
  readonly #opening = new Map<string, number>();
  readonly #opened = new Map<string, number>();
  /** Whether this runtime reports events; Electron's own fetch does not. */
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
   * Calls `sent` when a request to this origin was written to a connection. Until the returned function is called, requests
   * to it have no timeouts of the runtime.
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
    // An origin without an address, such as VS Code's own models, has no observable connections.
    if (!this.#reports || origin === 'null') {
      // Without reports, waiting for one would cut off slow servers.
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
