/** Requests by plain fetch, for protocols without a vendor client in Rivulet. */
import { type Fetch, guardedFetch } from './guardedFetch.ts';
import type { Protocol, Transport } from '../protocol.ts';
import type { Endpoint } from '../provider.ts';

/** @param fetch resolves `globalThis.fetch` at each call, since VS Code patches it */
export function fetchTransport(fetch: Fetch, protocol: Pick<Protocol, 'headers'>): Transport {
  const send = async (endpoint: Endpoint, url: string, init: RequestInit): Promise<Response> =>
    guardedFetch(fetch, endpoint, protocol.headers(endpoint.apiKey))(url, init);
  return {
    post: (endpoint, url, body, signal) => send(endpoint, url, { method: 'POST', body: JSON.stringify(body), signal }),
    get: (endpoint, url, signal) => send(endpoint, url, { signal }),
    send: (endpoint, method, url, signal, body) =>
      send(endpoint, url, { method, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  };
}
