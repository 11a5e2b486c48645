/** A request that gets no answer: one sentence, in the dialect of its door. */
import type { ServerResponse } from 'node:http';
import type { Door } from './doors/door.ts';
import { sendJson } from './http.ts';

/** A client that asks once more would get the same, or pay twice: the engine has asked again as often as it may. */
export const final = { 'x-should-retry': 'false' };
/** There is no room now. */
export const later = { 'retry-after': '1' };

export function refuse(
  response: ServerResponse,
  door: Door,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, door.refusal({ kind: 'refused', message, status }), { ...final, ...headers });
}
