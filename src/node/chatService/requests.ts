/** Handles authorized requests: starts an answer, returns an earlier one, or lists the models. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { hide } from '../../core/provider/failures/secrets.ts';
import type { Clock } from '../../core/request/clock.ts';
import { maxDetached, type ServedAnswer, ServedAnswers } from './answers.ts';
import { BodyBudget } from './bodyBudget.ts';
import type { ParsedRequest, ServiceApi, ServiceRequest, Target } from './apis/serviceApi.ts';
import { later, RequestError } from './requestError.ts';
import { readJson, sendJson } from './http.ts';
import { problemOf } from './problem.ts';
import { final, refuse } from './refuse.ts';
import { rejoinOf } from './rejoin.ts';
import { refusingApi, paths, type Route, routeOf } from './routes.ts';
import { sendAnswer } from './sendAnswer.ts';

export interface ChatServicePorts {
  /** Never throws: a failure is a stream with only an end event. */
  readonly begin: (asked: ServiceRequest) => Promise<LiveStream>;
  /** The server of a model, or of the selected model; undefined if there is none. */
  readonly target: (model: string | undefined) => Promise<Target | undefined>;
  /** `"<endpoint id>/<model>"` each. */
  readonly models: () => Promise<readonly string[]>;
  readonly clock: Pick<Clock, 'wall' | 'timer'>;
}

const maxBodyBytes = 4 * 1024 * 1024;
/** Maximum total size of concurrent request bodies; others get 503. */
const maxBodiesBytes = 64 * 1024 * 1024;
/** Maximum length of a client's text that is repeated to it. */
const maxEchoCharacters = 200;

export class Requests {
  readonly #ports: ChatServicePorts;
  readonly #answers: ServedAnswers;
  readonly #bodies = new BodyBudget(maxBodiesBytes);
  /** Number of times the service was stopped. */
  #stops = 0;

  constructor(ports: ChatServicePorts) {
    this.#ports = ports;
    this.#answers = new ServedAnswers(ports.clock.wall);
  }

  stopAll(): void {
    this.#stops++;
    this.#answers.stopAll();
  }

  /** Rejects if the client disconnects while sending its request. */
  async handle(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const route = routeOf(request);
    try {
      await this.#route(route, request, response, token);
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      const { status, message, headers } = thrown;
      refuse(response, route.type === 'ask' ? route.api : refusingApi(request), status, hide(message, [token]), headers);
    }
  }

  async #route(route: Route, request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const echo = hide(`${request.method} ${(request.url ?? '').split('?')[0]}`, [token]).slice(0, maxEchoCharacters);
    switch (route.type) {
      case 'ask':
        return this.#ask(route.api, request, response, token);
      case 'models':
        return sendJson(response, 200, listOf((await this.#ports.models()).map((id) => this.#model(id))));
      case 'read':
      case 'cancel': {
        const answer = this.#answers.find(route.id, token);
        if (answer === undefined) throw new RequestError(notKept, 404);
        if (route.type === 'read') return this.#rejoin(answer, route.query, request, response);
        request.resume();
        answer.stream.stop();
        await answer.stream.ended;
        return sendJson(response, 200, answer.dialect.whole(answer.stream), headersOf(answer));
      }
      case 'wrong-method':
        throw new RequestError(`${echo} is not offered; use ${route.allowed}.`, 405, { allow: route.allowed });
      case 'none':
        throw new RequestError(`There is no ${echo}; this service has ${paths}.`, 404);
      default:
        return route satisfies never;
    }
  }

  async #ask(api: ServiceApi, request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const share = this.#bodies.share();
    const stops = this.#stops;
    try {
      const read = await api.read(await readJson(request, maxBodyBytes, share), this.#ports.target);
      const asked = { ...read, detached: read.detached || wantsToDetach(request) };
      if (asked.detached && !this.#answers.reserveDetached()) {
        throw new RequestError(`${maxDetached} answers continue without their clients; try again when one has ended.`, 503, later);
      }
      const stream = await this.#ports.begin(asked.request);
      // A request that was still being read does not survive a stop.
      if (stops !== this.#stops) stream.stop();
      await this.#answer(this.#answers.add(api, asked, stream, token, share.bytes), asked, response, token);
    } finally {
      share.release();
    }
  }

  async #answer(answer: ServedAnswer, asked: ParsedRequest, response: ServerResponse, token: string): Promise<void> {
    const { stream, api } = answer;
    const headers = { ...headersOf(answer), ...ignoredHeader(asked.ignored, token) };
    if (!asked.stream && asked.detached) {
      // The client fetches it later by its id.
      sendJson(response, 200, answer.dialect.whole(stream), headers);
      await stream.ended;
      return;
    }
    this.#enter(answer, response);
    if (asked.stream) {
      await sendAnswer(response, answer, { after: -1, atOnce: asked.detached, headers }, this.#ports.clock);
      if (asked.detached) await stream.ended;
      return;
    }
    const problem = problemOf(await stream.ended);
    if (problem === undefined) sendJson(response, 200, answer.dialect.whole(stream), headers);
    else {
      const partial = stream.text === '' ? {} : { partial: stream.text };
      sendJson(response, problem.status, { ...api.refusal(problem), ...partial }, { ...headers, ...final });
    }
  }

  async #rejoin(answer: ServedAnswer, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stream, after } = rejoinOf(request, query);
    const headers = headersOf(answer);
    if (!stream) return sendJson(response, 200, answer.dialect.whole(answer.stream), headers);
    this.#enter(answer, response);
    const sent = await sendAnswer(response, answer, { after, atOnce: true, headers }, this.#ports.clock);
    if (!sent) throw new RequestError(`The answer has no event ${after} yet.`);
  }

  /** The reader leaves when its connection closes, even if that already happened. */
  #enter(answer: ServedAnswer, response: ServerResponse): void {
    const leave = this.#answers.enter(answer);
    if (response.destroyed) leave();
    else response.once('close', leave);
  }

  #model(id: string): object {
    return { id, object: 'model', created: Math.floor(this.#ports.clock.wall() / 1000), owned_by: id.split('/')[0] };
  }
}

const notKept = 'There is no such answer: it was never begun with this key, or is no longer kept.';

/** As OpenAI's and Anthropic's clients expect it. */
function listOf(models: readonly object[]): object {
  return { object: 'list', data: models, has_more: false };
}

function wantsToDetach({ headers }: IncomingMessage): boolean {
  const value = headers['x-rivulet-detach'];
  if (value === undefined || value === 'false') return false;
  if (value !== 'true') throw new RequestError('The header x-rivulet-detach must be true or false.');
  return true;
}

function headersOf({ id }: ServedAnswer): Readonly<Record<string, string>> {
  return { 'x-rivulet-answer': id };
}

/** Names chosen by the client, as far as a header can hold them. */
function ignoredHeader(names: readonly string[], token: string): Readonly<Record<string, string>> {
  if (names.length === 0) return {};
  return {
    'x-rivulet-ignored': names
      .map((name) =>
        hide(name, [token])
          .slice(0, 100)
          .replace(/[^\w.[\]-]/g, '?'),
      )
      .join(', '),
  };
}
