/**
 * The models of VS Code for other programs of this machine: `POST /chat` and the OpenAI-compatible
 * `POST /v1/chat/completions` on loopback. A program needs the service's own key and never sees those of the servers.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { hide } from '../../core/provider/failures/secrets.ts';
import type { Clock } from '../../core/request/clock.ts';
import { type ServiceRequest, readChat, readCompletion } from './chatRequest.ts';
import { Connections, socketTimes } from './connections.ts';
import { refusalFor } from './guard.ts';
import { readJson, sendJson } from './http.ts';
import { final, openai, openaiError, openaiWhole, plain, problemOf, streamTo } from './reply.ts';

export interface ChatServicePorts {
  /** Never throws: what cannot be asked is a stream whose only event says why. */
  readonly begin: (asked: ServiceRequest) => Promise<LiveStream>;
  /** `"<endpoint id>/<model>"` each. */
  readonly models: () => Promise<readonly string[]>;
  readonly clock: Pick<Clock, 'wall' | 'timer'>;
}

export interface ServiceAddress {
  /** Without a trailing slash; with `/v1` added it is the base URL for OpenAI clients. */
  readonly url: string;
  readonly token: string;
}

const maxBodyBytes = 4 * 1024 * 1024;
/** Most requests read or answered at once; others get 503. */
const maxRequests = 256;
/** Longest part of a client's own words that it is sent back. */
const maxEchoCharacters = 200;

interface Opened {
  readonly http: Server;
  readonly connections: Connections;
  readonly address: ServiceAddress;
}

export class ChatService {
  readonly #ports: ChatServicePorts;
  readonly #running = new Set<LiveStream>();
  #opening: Promise<Opened> | undefined;
  #open: Opened | undefined;
  #requests = 0;

  constructor(ports: ChatServicePorts) {
    this.#ports = ports;
  }

  get address(): ServiceAddress | undefined {
    return this.#open?.address;
  }

  /**
   * A service that runs, or is about to, stays as it is.
   * @param token what a client must send as its key
   * @param port where to listen; another one, chosen by the system, when it is taken or 0
   */
  async start(token: string, port: number): Promise<ServiceAddress> {
    const opening = (this.#opening ??= this.#listen(token, port));
    try {
      const opened = await opening;
      if (this.#opening === opening) this.#open = opened;
      return opened.address;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  async #listen(token: string, port: number): Promise<Opened> {
    const http = createServer(socketTimes, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    const connections = new Connections(http);
    await listen(http, port).catch(() => listen(http, 0));
    // An extension host that is asked to end must not wait for the service.
    http.unref();
    return { http, connections, address: { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, token } };
  }

  /** Ends the answers that are under way and refuses new requests. */
  stop(): void {
    for (const stream of this.#running) stream.stop();
    void this.#opening?.then(
      ({ http }) => {
        http.close();
        http.closeAllConnections();
      },
      () => undefined,
    );
    this.#opening = undefined;
    this.#open = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    if (this.#open === undefined) {
      response.destroy();
      return;
    }
    const { http, connections, address } = this.#open;
    const refusal = refusalFor(request.headers, (http.address() as AddressInfo).port, address.token);
    if (refusal !== undefined) {
      const challenge: Record<string, string> = refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
      refuse(response, refusal.status, refusal.message, challenge);
      return;
    }
    connections.welcome(request);
    if (this.#requests >= maxRequests) {
      refuse(response, 503, `The service answers ${maxRequests} requests at once; try again in a moment.`, { 'retry-after': '1' });
      return;
    }
    this.#requests++;
    response.once('close', () => this.#requests--);
    const path = (request.url ?? '').split('?')[0];
    switch (`${request.method} ${path}`) {
      case 'GET /v1/models':
        sendJson(response, 200, { object: 'list', data: (await this.#ports.models()).map((id) => this.#model(id)) });
        return;
      case 'POST /chat':
        await this.#chat(request, response);
        return;
      case 'POST /v1/chat/completions':
        await this.#completion(request, response);
        return;
      default:
        refuse(response, 404, `There is no ${echo(`${request.method} ${path}`, address)}; this service has ${paths}.`);
    }
  }

  async #chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, response);
    if (body === undefined) return;
    const asked = readChat(body.value);
    if (typeof asked === 'string') sendJson(response, 400, { error: asked });
    else await streamTo(response, await this.#begin(asked, response), plain, this.#ports.clock);
  }

  async #completion(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, response);
    if (body === undefined) return;
    const read = readCompletion(body.value);
    if (typeof read === 'string') {
      refuse(response, 400, read);
      return;
    }
    const id = `chatcmpl-${randomUUID()}`;
    const createdSeconds = Math.floor(this.#ports.clock.wall() / 1000);
    const stream = await this.#begin(read.asked, response);
    if (read.stream) {
      await streamTo(response, stream, openai(id, stream.model, createdSeconds, read.includeUsage), this.#ports.clock);
      return;
    }
    // Nobody paces this one: its client waits for the whole.
    const end = await stream.ended;
    const problem = problemOf(end);
    if (problem !== undefined) {
      const partial = end.text === '' ? {} : { partial: end.text };
      sendJson(response, problem.status, { ...openaiError(problem), ...partial }, final);
      return;
    }
    let reasoning = '';
    for (let place = 0; place < stream.tape.length; place++) {
      const event = stream.tape.at(place);
      if (event?.type === 'reasoning') reasoning += event.text;
    }
    sendJson(response, 200, openaiWhole(id, stream.model, createdSeconds, { end, reasoning, calls: stream.toolCalls }));
  }

  /** Asks, and stops the answer when the client leaves, even while it is still being begun. */
  async #begin(asked: ServiceRequest, response: ServerResponse): Promise<LiveStream> {
    let left = response.destroyed;
    response.once('close', () => {
      left = true;
    });
    const stream = await this.#ports.begin(asked);
    this.#running.add(stream);
    void stream.ended.then(() => this.#running.delete(stream));
    if (left) stream.stop();
    else response.once('close', () => stream.stop());
    return stream;
  }

  #model(id: string): object {
    return { id, object: 'model', created: Math.floor(this.#ports.clock.wall() / 1000), owned_by: id.split('/')[0] };
  }
}

const paths = 'POST /chat, POST /v1/chat/completions and GET /v1/models';

/** A client's own words, without the key that it may have put there. */
function echo(words: string, { token }: ServiceAddress): string {
  return hide(words, [token]).slice(0, maxEchoCharacters);
}

function refuse(response: ServerResponse, status: number, message: string, headers: Readonly<Record<string, string>> = {}): void {
  sendJson(response, status, { error: { message, type: 'invalid_request_error', code: null, param: null } }, { ...final, ...headers });
}

/** The body, or undefined after the client was told what is wrong with it. */
async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<{ readonly value: unknown } | undefined> {
  const body = await readJson(request, maxBodyBytes);
  switch (body.type) {
    case 'json':
      return body;
    case 'too-large':
      // What is left of the body is not read: the connection ends with the answer.
      refuse(response, 413, `The body is larger than ${maxBodyBytes / 1024 / 1024} MB.`, { connection: 'close' });
      return undefined;
    case 'unreadable':
      refuse(response, 400, body.message);
      return undefined;
    default:
      return body satisfies never;
  }
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject);
      resolve();
    });
  });
}
