/** Routes a request: start an answer, read an earlier one, or list the models. */
import type { IncomingMessage } from 'node:http';
import { chatCompletionsDoor } from './doors/chatCompletions/request.ts';
import type { Door } from './doors/door.ts';
import { messagesDoor } from './doors/messages/request.ts';
import { plainDoor } from './doors/plain.ts';
import { responsesDoor } from './doors/responses/request.ts';

const doors: readonly Door[] = [plainDoor, chatCompletionsDoor, responsesDoor, messagesDoor];

export type Route =
  | { readonly type: 'ask'; readonly door: Door }
  | { readonly type: 'read' | 'cancel'; readonly id: string; readonly query: URLSearchParams }
  | { readonly type: 'models' }
  | { readonly type: 'wrong-method'; readonly allowed: string }
  | { readonly type: 'none' };

export const paths = [
  ...doors.map(({ path }) => `POST ${path}`),
  'GET /v1/responses/{id}',
  'POST /v1/responses/{id}/cancel and GET /v1/models',
].join(', ');

/** The form of this service's ids. */
const begun = /^\/v1\/responses\/([\w-]{1,100})(\/cancel)?$/;

export function routeOf({ method, url = '' }: IncomingMessage): Route {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  const [, id, cancel] = begun.exec(path) ?? [];
  const door = doors.find((each) => each.path === path);
  if (door !== undefined) return method === 'POST' ? { type: 'ask', door } : { type: 'wrong-method', allowed: 'POST' };
  if (id !== undefined) {
    const allowed = cancel === undefined ? 'GET' : 'POST';
    if (method !== allowed) return { type: 'wrong-method', allowed };
    return { type: cancel === undefined ? 'read' : 'cancel', id, query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)) };
  }
  if (path !== '/v1/models') return { type: 'none' };
  return method === 'GET' ? { type: 'models' } : { type: 'wrong-method', allowed: 'GET' };
}

/** The dialect for refusing a request before it is read. */
export function dialectOf({ url = '' }: IncomingMessage): Door {
  const path = url.split('?')[0];
  return doors.find((door) => door.path === path && door !== plainDoor) ?? responsesDoor;
}
