/**
 * Serves the models of VS Code to other programs on this machine: on loopback, in the APIs that their clients speak. A
 * program needs the service's own key and never sees the keys of the models' servers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Connections, socketTimes } from './connections.ts';
import { refusalFor } from './guard.ts';
import { listenOnLoopback } from './http.ts';
import { refuse } from './refuse.ts';
import { later } from './requestError.ts';
import { type ChatServicePorts, Requests } from './requests.ts';
import { refusingApi } from './routes.ts';

export interface ServiceAddress {
  /** Without a trailing slash; append `/v1` for the base URL of OpenAI clients. */
  readonly url: string;
  readonly token: string;
}

/** Maximum number of concurrent requests; others get 503. */
const maxRequests = 256;

interface Opened {
  readonly http: Server;
  readonly address: ServiceAddress;
}

export class ChatService {
  readonly #handler: Requests;
  #opening: Promise<Opened> | undefined;
  #requests = 0;

  constructor(ports: ChatServicePorts) {
    this.#handler = new Requests(ports);
  }

  /**
   * Starts the service unless it is running or starting.
   * @param token the key that clients must send
   * @param port port to listen on; the system chooses another one if it is taken or 0
   */
  async start(token: string, port: number): Promise<ServiceAddress> {
    const opening = (this.#opening ??= this.#listen(token, port));
    try {
      return (await opening).address;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  async #listen(token: string, port: number): Promise<Opened> {
    const http = createServer(socketTimes, (request, response) => {
      this.#serve(request, response, connections, token).catch(() => response.destroy());
    });
    const connections = new Connections(http);
    const listening = await listenOnLoopback(http, port).catch(() => listenOnLoopback(http, 0));
    return { http, address: { url: `http://127.0.0.1:${listening}`, token } };
  }

  /** Stops the running answers and refuses new requests. */
  stop(): void {
    this.#handler.stopAll();
    void this.#opening?.then(
      ({ http }) => {
        http.close();
        http.closeAllConnections();
      },
      () => undefined,
    );
    this.#opening = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse, connections: Connections, token: string): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    const api = refusingApi(request);
    const refusal = refusalFor(request.headers, request.socket.localPort ?? 0, token);
    if (refusal !== undefined) {
      const challenge: Record<string, string> = refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
      refuse(response, api, refusal.status, refusal.message, challenge);
      return;
    }
    connections.welcome(request);
    if (this.#requests >= maxRequests) {
      refuse(response, api, 503, `The service answers ${maxRequests} requests at once; try again in a moment.`, later);
      return;
    }
    this.#requests++;
    response.once('close', () => this.#requests--);
    await this.#handler.handle(request, response, token);
  }
}
