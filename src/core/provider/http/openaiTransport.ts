/**
 * Requests by the official `openai` client, for OpenAI's two protocols. Its own retries and timeouts are off, because the
 * engine decides those.
 */
import type { OpenAI } from 'openai';
import { fetchTransport } from './fetchTransport.ts';
import { type Fetch, guardedFetch } from './guardedFetch.ts';
import type { Transport } from '../protocol.ts';
import type { Endpoint } from '../provider.ts';

const maxClients = 8;
/** Longer than any of our timeouts: the client's own must never fire. */
const neverMs = 0x7fffffff;

/** @param fetch looked up at call time by the caller's function, since VS Code patches `globalThis.fetch` */
export function openaiTransport(fetch: Fetch): Transport {
  // Creating a client takes as long as twenty deltas, so the most recent ones are kept.
  const clients = new Map<string, OpenAI>();
  const connect = async (endpoint: Endpoint): Promise<OpenAI> => {
    const key = JSON.stringify([endpoint.baseURL, endpoint.apiKey, endpoint.headers]);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const made = await make(fetch, endpoint);
    if (clients.size >= maxClients) clients.clear();
    clients.set(key, made);
    return made;
  };
  return {
    post: async (endpoint, url, body, signal) => (await connect(endpoint)).post(url, { body, signal }).asResponse(),
    get: async (endpoint, url, signal) => (await connect(endpoint)).get(url, { signal }).asResponse(),
    // What the client has nothing to add to, with headers of one request that no client is kept for.
    send: fetchTransport(fetch, { headers: openaiHeaders }).send,
  };
}

export function openaiHeaders(apiKey: string | undefined): Readonly<Record<string, string>> {
  return {
    // Some gateways return 406 unless a stream is requested by name.
    accept: 'text/event-stream, application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
}

/** Every option is set: the client would take missing ones from the environment. */
async function make(fetch: Fetch, endpoint: Endpoint): Promise<OpenAI> {
  const [{ OpenAI }, { VERSION }] = await Promise.all([import('openai'), import('openai/version')]);
  const headers = { 'user-agent': `OpenAI/JS ${VERSION}`, ...openaiHeaders(endpoint.apiKey) };
  return new OpenAI({
    baseURL: endpoint.baseURL,
    // Not sent: `guardedFetch` sets all headers.
    apiKey: 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: neverMs,
    logLevel: 'off',
    dangerouslyAllowBrowser: true,
    fetch: guardedFetch(fetch, endpoint, headers),
  });
}
