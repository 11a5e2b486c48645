/**
 * The sockets of a loopback server. Sockets that have shown a key stay. Others are few and short-lived; if there are too
 * many, the oldest are closed, so that clients without a key cannot block one with a key.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** More than normal clients open before sending the first headers. */
const maxStrangers = 1_500;

/** Maximum time, in ms, to send the headers of a request, and its body. */
export const socketTimes = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 5_000 };

export class Connections {
  /** Oldest first. */
  readonly #strangers = new Set<Socket>();

  constructor(http: Server) {
    http.on('connection', (socket: Socket) => {
      this.#strangers.add(socket);
      socket.once('close', () => this.#strangers.delete(socket));
      const [oldest] = this.#strangers;
      if (this.#strangers.size > maxStrangers) oldest?.destroy();
    });
  }

  /** The request carried the key. */
  welcome({ socket }: IncomingMessage): void {
    this.#strangers.delete(socket);
  }
}
