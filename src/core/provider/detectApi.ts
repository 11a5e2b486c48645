/**
 * Detects a server's protocol with requests that cost nothing: its model list, and empty posts, which a server rejects if
 * it knows the path.
 */
import { errorWords } from './failures/errorWords.ts';
import { readWhole, reasonOf } from './http/guardedFetch.ts';
import type { Protocol, Transport } from './protocol.ts';
import type { Api, Endpoint } from './provider.ts';
import { isRecord, recordsIn } from './reading/json.ts';

export interface DetectPorts {
  readonly protocols: Readonly<Record<Api, Protocol>>;
  readonly transportOf: (api: Api) => Transport;
}

/** Protocols that share a model list, the most common first. */
const posted = ['chat', 'responses', 'messages', 'ollama'] as const satisfies readonly Api[];
/** Protocols with a model list of their own. */
const listed = ['ollama', 'messages', 'gemini'] as const satisfies readonly Api[];

/**
 * Never rejects; undefined if undetermined.
 * @param not a protocol that the server is known not to speak
 */
export async function detectApi(
  ports: DetectPorts,
  endpoint: Endpoint,
  not: Api | undefined,
  signal: AbortSignal,
): Promise<Api | undefined> {
  const asked = (api: Api): boolean => api !== not;
  const list = await listOf(ports, 'chat', endpoint, signal);
  const own = listed.filter(asked).find((api) => ports.protocols[api].ownList?.(list) === true);
  if (own !== undefined) return own;
  // Ollama's models have no owner: its other protocols put this word into their list.
  const isOllama = isRecord(list) && recordsIn(list, 'data').some((entry) => entry['owned_by'] === 'library');
  if (isOllama && asked('ollama') && (await hasOwnList(ports, 'ollama', endpoint, signal))) return 'ollama';
  // A server with a list in the usual shape speaks chat completions, unless they are what it has just refused.
  if (list !== undefined && asked('chat') && not === undefined) return 'chat';
  for (const api of posted.filter(asked)) if (await takesPosts(ports, api, endpoint, signal)) return api;
  for (const api of listed.filter(asked)) if (await hasOwnList(ports, api, endpoint, signal)) return api;
  return undefined;
}

async function hasOwnList(ports: DetectPorts, api: Api, endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  return ports.protocols[api].ownList?.(await listOf(ports, api, endpoint, signal)) === true;
}

/** The parsed list; undefined if there is none. */
async function listOf({ protocols, transportOf }: DetectPorts, api: Api, endpoint: Endpoint, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await transportOf(api).get(endpoint, protocols[api].modelsUrl(endpoint), signal);
    const list: unknown = JSON.parse(await readWhole(response));
    return isRecord(list) && !isRecord(list['error']) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the protocol's path rejects a post without model and messages because of what is missing. */
async function takesPosts({ protocols, transportOf }: DetectPorts, api: Api, endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const { url } = protocols[api].ask(endpoint, { model: '', messages: [] }, []);
  try {
    const response = await transportOf(api).post(endpoint, url, {}, signal);
    await response.body?.cancel();
    // A server that accepts an empty request accepts anything.
    return false;
  } catch (thrown) {
    const reason = reasonOf(thrown);
    if (reason.type !== 'refused' || (reason.status !== 400 && reason.status !== 422)) return false;
    return /model|messages|input|field|required|missing|invalid|body|param/.test(errorWords(reason.body).all);
  }
}

/** Whether a refusal means that the server has nothing at this path. */
export function lacksPath(failure: { readonly status?: number; readonly code?: string }): boolean {
  return failure.code === 'no-such-path' || failure.status === 405 || failure.status === 501;
}
