/**
 * The sockets of a server on loopback. Those that have shown a key stay; of the others there are few, for a short time,
 * and when there are too many, the oldest go: clients without a key cannot keep one with a key out.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** More than connect at once by themselves before the first of them has sent its headers. */
const maxStrangers = 1_500;

/** How long a socket may take to send the headers of a request, and its body, in ms. */
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

  /** The request has shown the key. */
  welcome({ socket }: IncomingMessage): void {
    this.#strangers.delete(socket);
  }
}
