/** Routes a request: start an answer, read an earlier one, or list the models. */
import type { IncomingMessage } from 'node:http';
import { chatCompletionsApi } from './apis/chatCompletions/request.ts';
import type { ServiceApi } from './apis/serviceApi.ts';
import { messagesApi } from './apis/messages/request.ts';
import { plainApi } from './apis/plain.ts';
import { responsesApi } from './apis/responses/request.ts';

const apis: readonly ServiceApi[] = [plainApi, chatCompletionsApi, responsesApi, messagesApi];

export type Route =
  | { readonly type: 'ask'; readonly api: ServiceApi }
  | { readonly type: 'read' | 'cancel'; readonly id: string; readonly query: URLSearchParams }
  | { readonly type: 'models' }
  | { readonly type: 'wrong-method'; readonly allowed: string }
  | { readonly type: 'none' };

export const paths = [
  ...apis.map(({ path }) => `POST ${path}`),
  'GET /v1/responses/{id}',
  'POST /v1/responses/{id}/cancel and GET /v1/models',
].join(', ');

/** The form of this service's ids. */
const begun = /^\/v1\/responses\/([\w-]{1,100})(\/cancel)?$/;

export function routeOf({ method, url = '' }: IncomingMessage): Route {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  const [, id, cancel] = begun.exec(path) ?? [];
  const api = apis.find((each) => each.path === path);
  if (api !== undefined) return method === 'POST' ? { type: 'ask', api } : { type: 'wrong-method', allowed: 'POST' };
  if (id !== undefined) {
    const allowed = cancel === undefined ? 'GET' : 'POST';
    if (method !== allowed) return { type: 'wrong-method', allowed };
    return { type: cancel === undefined ? 'read' : 'cancel', id, query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)) };
  }
  if (path !== '/v1/models') return { type: 'none' };
  return method === 'GET' ? { type: 'models' } : { type: 'wrong-method', allowed: 'GET' };
}

/** The API whose form a refusal takes before the request is read. */
export function refusingApi({ url = '' }: IncomingMessage): ServiceApi {
  const path = url.split('?')[0];
  return apis.find((api) => api.path === path && api !== plainApi) ?? responsesApi;
}
