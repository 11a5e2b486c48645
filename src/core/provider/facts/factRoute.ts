/** A route of a server that tells facts about models: where it is, and what reads its answer. */
import { readWhole } from '../http/guardedFetch.ts';
import type { Endpoint } from '../provider.ts';
import type { ToldFacts } from './modelFacts.ts';

export interface FactRoute {
  /** The whole address. */
  readonly url: string;
  /** The path that people know it by. */
  readonly route: string;
  /** It mentions every model that is in the server's memory: one that is missing there is not loaded. */
  readonly mentionsLoaded?: true;
  /** Posted as JSON; the route is fetched with GET when left out. */
  readonly body?: object;
  /** Reads the parsed answer; undefined where the answer is not what the route is known for. */
  read(answer: unknown): readonly ToldFacts[] | undefined;
}

interface Sender {
  post(endpoint: Endpoint, url: string, body: object, signal: AbortSignal): Promise<Response>;
  get(endpoint: Endpoint, url: string, signal: AbortSignal): Promise<Response>;
}

/** Never rejects: a server that lacks the route, refuses it or sends something else has told nothing. */
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
