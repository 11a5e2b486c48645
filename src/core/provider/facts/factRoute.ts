/** A route of a server that reports model facts: its address, and the reader of its response. */
import { readWhole } from '../http/guardedFetch.ts';
import type { Endpoint } from '../provider.ts';
import type { ToldFacts } from './modelFacts.ts';

export interface FactRoute {
  /** The whole address. */
  readonly url: string;
  /** The path shown to users. */
  readonly route: string;
  /** It lists every model in the server's memory: a missing model is not loaded. */
  readonly mentionsLoaded?: true;
  /** Posted as JSON; without it, the route is fetched with GET. */
  readonly body?: object;
  /** Reads the parsed response; undefined if it is not in the known form. */
  read(answer: unknown): readonly ToldFacts[] | undefined;
}

interface Sender {
  post(endpoint: Endpoint, url: string, body: object, signal: AbortSignal): Promise<Response>;
  get(endpoint: Endpoint, url: string, signal: AbortSignal): Promise<Response>;
}

/** Never rejects: a missing, refused or unknown response yields no facts. */
export async function askRoute(
  { url, body, read }: FactRoute,
  sender: Sender,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<readonly ToldFacts[] | undefined> {
  try {
    const response = await (body === undefined ? sender.get(endpoint, url, signal) : sender.post(endpoint, url, body, signal));
    return read(JSON.parse(await readWhole(response)));
  } catch {
    return undefined;
  }
}
