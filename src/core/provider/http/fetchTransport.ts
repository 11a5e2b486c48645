/** Requests by fetch alone, for protocols whose vendor's client Rivulet does not use. */
import { type Fetch, guardedFetch } from './guardedFetch.ts';
import type { Protocol, Transport } from '../protocol.ts';
import type { Endpoint } from '../provider.ts';

/** @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch` */
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
