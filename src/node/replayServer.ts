/** Replays a recorded answer: a loopback server that sends the original bytes in the original protocol at any speed. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type RecordedPart, readRecording } from '../core/provider/http/recording.ts';
import type { Api } from '../core/provider/provider.ts';
import { apiOfBody } from '../core/provider/protocols.ts';
import { type Clock, sleep } from '../core/request/clock.ts';
import { webRefusal } from './chatService/guard.ts';
import { listenOnLoopback, sendJson, write } from './chatService/http.ts';

export class ReplayServer {
  readonly #clock: Clock;
  readonly #http = new Set<Server>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Serves this recording until `close` is called, at an address that only the caller knows.
   * @param speed 1 is as fast as it was; from 0.1 to 100
   */
  async serve(file: Uint8Array, speed: number): Promise<{ readonly baseURL: string; readonly api: Api; close(): void }> {
    const api = apiOfBody(new TextDecoder().decode(file));
    const secret = `/${randomUUID()}/`;
    const http = createServer((request, response) => {
      request.resume();
      const refusal = webRefusal(request.headers, request.socket.localPort ?? 0);
      if (refusal !== undefined || !request.url?.startsWith(secret)) {
        sendJson(response, refusal?.status ?? 404, { error: { message: refusal?.message ?? 'Nothing is played here.' } });
        return;
      }
      this.#play(readRecording(file), speed, response).catch(() => response.destroy());
    });
    const port = await listenOnLoopback(http, 0);
    this.#http.add(http);
    const close = (): void => this.#close(http);
    return { baseURL: `http://127.0.0.1:${port}${secret}v1`, api, close };
  }

  dispose(): void {
    for (const http of this.#http) this.#close(http);
  }

  #close(http: Server): void {
    this.#http.delete(http);
    http.close();
    http.closeAllConnections();
  }

  async #play(parts: Iterable<RecordedPart>, speed: number, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    let lastMs = 0;
    for (const { atMs, bytes } of parts) {
      if (atMs > lastMs) await sleep(this.#clock, (atMs - lastMs) / speed, gone.signal);
      lastMs = atMs;
      if (gone.signal.aborted) return;
      await write(response, bytes, gone.signal);
    }
    response.end();
  }
}
