/**
 * Which protocol a server speaks, found out by requests that cost nothing: its list of models, and empty posts, which a
 * server refuses where it knows the path.
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

/** Those that share a list of models, the one that most servers speak first. */
const posted = ['chat', 'responses', 'messages', 'ollama'] as const satisfies readonly Api[];
/** Those whose list of models no other server has. */
const listed = ['ollama', 'messages', 'gemini'] as const satisfies readonly Api[];

/**
 * Never rejects; undefined where nothing shows it.
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
  // Ollama's models are of no company: its other protocols have this word in their list.
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

/** The parsed list; undefined where there is none. */
async function listOf({ protocols, transportOf }: DetectPorts, api: Api, endpoint: Endpoint, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await transportOf(api).get(endpoint, protocols[api].modelsUrl(endpoint), signal);
    const list: unknown = JSON.parse(await readWhole(response));
    return isRecord(list) && !isRecord(list['error']) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the path of the protocol refuses a post without a model and a message because of what is missing in it. */
async function takesPosts({ protocols, transportOf }: DetectPorts, api: Api, endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const { url } = protocols[api].ask(endpoint, { model: '', messages: [] }, []);
  try {
    const response = await transportOf(api).post(endpoint, url, {}, signal);
    await response.body?.cancel();
    // A server that answers to nothing answers to everything.
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
