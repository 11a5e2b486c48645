/** Refuses a request with one sentence in the dialect of its door. */
import type { ServerResponse } from 'node:http';
import type { Door } from './doors/door.ts';
import { sendJson } from './http.ts';

/** A retry by the client would fail again or be paid twice: the engine has already retried. */
export const final = { 'x-should-retry': 'false' };

export function refuse(
  response: ServerResponse,
  door: Door,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, door.refusal({ kind: 'refused', message, status }), { ...final, ...headers });
}
