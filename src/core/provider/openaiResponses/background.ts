/**
 * Responses in background mode: the server stores the answer while it writes it, and streams it from any event on. OpenAI
 * does so for some minutes, vLLM until it restarts.
 */
import type { KeptForm } from '../kept.ts';
import { below, withQuery } from '../baseURL.ts';
import type { Endpoint } from '../provider.ts';
import { isRecord } from '../reading/json.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { ResponsesReader } from './reader.ts';
import { responseBody } from './request.ts';
import { present } from '../../present.ts';

export const background: KeptForm = {
  namedBy: 'server',
  ask: ({ baseURL }, request) => ({
    url: below(baseURL, '/responses'),
    body: { ...responseBody(request), background: true, store: true },
  }),
  decoder: (sink) => new JsonDecoder(sink, (whole) => new ResponsesReader(whole)),
  rest: (endpoint, id, cursor) => [withQuery(addressOf(endpoint, id), { stream: 'true', ...present({ starting_after: cursor }) })],
  whole: {
    address: addressOf,
    isRunning: (answer) => isRecord(answer) && (answer['status'] === 'queued' || answer['status'] === 'in_progress'),
  },
  stop: (endpoint, id) => ({ method: 'POST', urls: [addressOf(endpoint, id, '/cancel')] }),
};

function addressOf({ baseURL }: Endpoint, id: string, what = ''): string {
  return below(baseURL, `/responses/${encodeURIComponent(id)}${what}`);
}
