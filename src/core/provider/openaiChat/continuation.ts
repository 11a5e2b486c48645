/** How a chat completions server is asked to continue an interrupted answer. */
import { isOwnNetwork } from '../baseURL.ts';
import type { Continuation, Endpoint } from '../provider.ts';

/**
 * Hosts known for one way. Mistral and DeepSeek document `prefix: true` on a last assistant message; DeepSeek only
 * below `/beta`, and elsewhere takes the message as it is.
 */
const knownHosts: readonly (readonly [RegExp, Continuation])[] = [
  [/(^|\.)deepseek\.com$/, 'prefix'],
  [/(^|\.)mistral\.ai$/, 'prefix'],
  [/(^|\.)(openai|openai\.azure|anthropic|googleapis|openrouter|groq)\.(com|ai)$/, 'ask'],
];

export function chatContinuation({ baseURL }: Endpoint): Continuation {
  if (!URL.canParse(baseURL)) return 'ask';
  const host = new URL(baseURL).hostname;
  const known = knownHosts.find(([pattern]) => pattern.test(host));
  if (known !== undefined) return known[1];
  // vLLM and llama.cpp run on the user's machines; other servers there ignore the two fields or answer 400.
  return isOwnNetwork(baseURL) ? 'prefill' : 'ask';
}

/**
 * DeepSeek takes the thoughts of a last message with `prefix` as `reasoning_content`, below `/beta` alone; elsewhere it would
 * think anew. Mistral has no such field. Others are asked this way only where the settings say so.
 */
export function chatContinuesThoughts({ baseURL }: Endpoint): boolean {
  const { hostname, pathname } = new URL(baseURL);
  return /(^|\.)deepseek\.com$/.test(hostname) ? /\/beta(?:\/|$)/.test(pathname) : !/(^|\.)mistral\.ai$/.test(hostname);
}
