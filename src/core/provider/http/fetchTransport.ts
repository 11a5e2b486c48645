/** Requests by fetch alone, for protocols whose vendor's client Rivulet does not use. */
import { type Fetch, guardedFetch } from './guardedFetch.ts';
import type { Protocol, Transport } from '../protocol.ts';

/** @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch` */
export function fetchTransport(fetch: Fetch, protocol: Pick<Protocol, 'headers'>): Transport {
  return {
    post: async (endpoint, url, body, signal) =>
      guardedFetch(fetch, endpoint, protocol.headers(endpoint.apiKey))(url, { method: 'POST', body: JSON.stringify(body), signal }),
    get: async (endpoint, url, signal) => guardedFetch(fetch, endpoint, protocol.headers(endpoint.apiKey))(url, { signal }),
  };
}
