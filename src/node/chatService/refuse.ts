/** Refuses a request with one sentence, in the form of its API. */
import type { ServerResponse } from 'node:http';
import type { ServiceApi } from './apis/serviceApi.ts';
import { sendJson } from './http.ts';

/** A retry by the client would fail again or be paid twice: the engine has already retried. */
export const final = { 'x-should-retry': 'false' };

export function refuse(
  response: ServerResponse,
  api: ServiceApi,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, api.refusal({ kind: 'refused', message, status }), { ...final, ...headers });
}
