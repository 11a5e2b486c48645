/** Requests the model list at the most likely addresses of a server, and classifies what answered. */
import { apiOf } from '../provider/catalog.ts';
import type { Failure } from '../provider/failures/failure.ts';
import type { Api, Endpoint, Provider } from '../provider/provider.ts';
import { addressCandidates } from './address.ts';
import { present } from '../present.ts';

export interface ProbeTarget {
  readonly name: string;
  readonly baseURL: string;
  readonly key?: string;
  readonly api?: Api;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ProbeResult =
  | { readonly type: 'connected'; readonly baseURL: string; readonly models: readonly string[] }
  /** An API answered, but lists no models. */
  | { readonly type: 'unlisted'; readonly baseURL: string }
  /** `reason`: what the user has to change. */
  | { readonly type: 'failed'; readonly baseURL: string; readonly reason: ProbeFailure; readonly failure: Failure };

export type ProbeFailure = 'key' | 'address' | 'proxy' | 'unreachable' | 'server';

/** Time limit per address, in ms. */
const listMs = 8_000;

/** The list is requested once; another address of the same server is tried only if the first is not an API's. */
export async function probeServer(client: Pick<Provider, 'models'>, target: ProbeTarget, signal: AbortSignal): Promise<ProbeResult> {
  const tried: (ProbeResult & { type: 'failed' })[] = [];
  for (const baseURL of addressCandidates(target.baseURL)) {
    const list = await client.models(endpointAt(target, baseURL), AbortSignal.any([signal, AbortSignal.timeout(listMs)]));
    if (list.type === 'models')
      return list.models.length > 0 ? { type: 'connected', baseURL, models: list.models } : { type: 'unlisted', baseURL };
    const reason = reasonOf(list.failure);
    const failed = { type: 'failed', baseURL, reason, failure: list.failure } as const;
    // Another path helps only if the server was reached and this path is not part of its API.
    if (reason !== 'address' || signal.aborted) return failed;
    tried.push(failed);
  }
  // A JSON error for an unknown path means that the API is there and lists nothing.
  const api = tried.find(({ failure }) => failure.code === 'no-such-path' && failure.fromPage !== true);
  if (api !== undefined) return { type: 'unlisted', baseURL: api.baseURL };
  return tried[0]!;
}

function endpointAt({ name, key, api, headers }: ProbeTarget, baseURL: string): Endpoint {
  return {
    id: 'probe',
    name,
    baseURL,
    continuation: 'auto',
    api: api ?? apiOf(baseURL),
    ...present({ apiKey: key, headers }),
  };
}

function reasonOf({ kind, code }: Failure): ProbeFailure {
  switch (code) {
    case 'proxy-unreachable':
    case 'proxy-refused':
    case 'blocked':
      return 'proxy';
    case 'no-such-path':
    case 'no-models':
    case 'redirect':
    case 'not-http':
    case 'models-page':
      return 'address';
    default:
      break;
  }
  switch (kind) {
    case 'auth':
      return 'key';
    case 'connection':
    case 'connect-timeout':
    case 'first-token-timeout':
    case 'stall':
      return 'unreachable';
    case 'not-found':
      return 'address';
    default:
      return 'server';
  }
}
