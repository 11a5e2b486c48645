/** The demo endpoint: an OpenAI-compatible server on loopback that plays the plans of core/provider/demo/plan.ts. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../api.ts';
import { demoModel, demoPlan } from '../core/provider/demo/plan.ts';
import { socketTimes } from './chatService/connections.ts';
import { webRefusal } from './chatService/guard.ts';
import { readJson, sendJson } from './chatService/http.ts';

const maxBodyBytes = 4 * 1024 * 1024;
const maxConnections = 64;
/** So many questions are remembered, and none of their words. */
const maxQuestions = 64;

export class DemoServer {
  #server: Promise<{ readonly http: Server; readonly baseURL: string }> | undefined;
  /** The hashes of questions that were asked an odd number of times, oldest first: `/429` is busy every other time. */
  readonly #asked = new Set<string>();

  /** Started when it is first needed, on a port that the system chooses. */
  async baseURL(): Promise<string> {
    this.#server ??= this.#start();
    return (await this.#server).baseURL;
  }

  dispose(): void {
    void this.#server?.then(({ http }) => {
      http.close();
      http.closeAllConnections();
    });
  }

  async #start(): Promise<{ readonly http: Server; readonly baseURL: string }> {
    const http = createServer(socketTimes, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(0, '127.0.0.1', resolve);
    });
    http.maxConnections = maxConnections;
    // An extension host that is asked to end must not wait for the demo.
    http.unref();
    return { http, baseURL: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1` };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = webRefusal(request.headers, request.socket.localPort ?? 0);
    if (refusal !== undefined) {
      sendJson(response, refusal.status, { error: { message: refusal.message } });
      return;
    }
    if (request.method === 'GET' && request.url === '/v1/models') {
      sendJson(response, 200, { object: 'list', data: [{ id: demoModel, object: 'model', owned_by: 'rivulet' }] });
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      sendJson(response, 404, { error: { message: `The demo has no ${request.method} ${request.url}.` } });
      return;
    }
    const body = await readJson(request, maxBodyBytes);
    const messages = messagesOf(body.type === 'json' ? body.value : undefined);
    const attempt = this.#attempt(createHash('sha256').update(JSON.stringify(messages)).digest('base64'));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    await play(messages, attempt, response, gone.signal);
  }

  #attempt(question: string): 0 | 1 {
    if (this.#asked.delete(question)) return 1;
    this.#asked.add(question);
    const [oldest] = this.#asked;
    if (this.#asked.size > maxQuestions && oldest !== undefined) this.#asked.delete(oldest);
    return 0;
  }
}

async function play(messages: readonly Message[], attempt: number, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const plan = demoPlan(messages, attempt);
  let tokens = 0;
  for (const step of plan) {
    if (gone.aborted) return;
    switch (step.type) {
      case 'status':
        response.setHeader('retry-after', String(step.retryAfterSeconds));
        sendJson(response, step.status, { error: { message: step.message, type: 'rate_limit_error' } });
        return;
      case 'pause':
        await sleep(step.ms, undefined, { signal: gone }).catch(() => undefined);
        break;
      case 'text':
        tokens++;
        write(response, { choices: [{ index: 0, delta: { content: step.text }, finish_reason: null }] });
        break;
      case 'drop':
        response.destroy();
        return;
      case 'stall':
        return;
      case 'finish': {
        const prompt = messages.reduce((sum, message) => sum + Math.ceil(message.content.length / 4) + 3, 3);
        write(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
        write(response, {
          choices: [],
          usage: { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens },
        });
        response.end('data: [DONE]\n\n');
        return;
      }
      default:
        step satisfies never;
    }
  }
}

function write(response: ServerResponse, fields: object): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const chunk = { id: 'demo', object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model: demoModel };
  response.write(`data: ${JSON.stringify({ ...chunk, ...fields })}\n\n`);
}

function messagesOf(body: unknown): Message[] {
  const messages = (body as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(messages)) return [];
  return messages.filter((message): message is Message => typeof message?.content === 'string' && typeof message.role === 'string');
}
