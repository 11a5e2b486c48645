/** Repairs a pasted address: its scheme, what follows the base address, and what is attached to it. */
import { cleanBaseURL, isHttp } from '../provider/baseURL.ts';
import type { Api } from '../provider/provider.ts';
import { percentDecoded } from '../provider/percentDecoded.ts';

export interface RepairedAddress {
  readonly baseURL: string;
  /** The protocol whose path followed the base address. */
  readonly api?: Api;
  /** The model, if the path names it, as with Gemini and Azure. */
  readonly model?: string;
  /** A key in the query; it is removed from the address. */
  readonly key?: string;
}

/** Undefined if the text cannot be made an address. */
export function repairedAddress(text: string): RepairedAddress | undefined {
  const whole = withScheme(text);
  if (whole === undefined) return undefined;
  const url = new URL(whole);
  url.hash = '';
  let key: string | undefined;
  for (const name of ['key', 'api_key', 'apikey', 'api-key', 'token', 'access_token']) {
    key ??= url.searchParams.get(name) ?? undefined;
    url.searchParams.delete(name);
  }
  for (const name of ['alt', 'limit', 'pageSize']) url.searchParams.delete(name);
  const shape = shapeOf(url);
  return {
    baseURL: cleanBaseURL(url.href),
    ...shape,
    ...(key === undefined || key === '' ? {} : { key }),
  };
}

/** Trims the path of a single request from the address and reports what the path names. */
function shapeOf(url: URL): { readonly api?: Api; readonly model?: string } {
  const deployment = /^(.*\/openai)\/deployments\/([^/]+)(?:\/.*)?$/.exec(url.pathname);
  if (deployment !== null) {
    url.pathname = `${deployment[1]}/v1`;
    url.searchParams.delete('api-version');
    return { model: percentDecoded(deployment[2]!) };
  }
  const gemini = /^(.*)\/models\/([^/:]+):(?:stream)?generateContent$/i.exec(url.pathname);
  if (gemini !== null) {
    url.pathname = gemini[1]!;
    return { api: 'gemini', model: percentDecoded(gemini[2]!) };
  }
  const path = url.pathname.replace(/\/+$/, '');
  const one = requestPaths.find(([pattern]) => pattern.test(path));
  if (one === undefined) return {};
  const [pattern, api] = one;
  url.pathname = path.replace(pattern, '');
  return api === undefined ? {} : { api };
}

/** Paths of example requests after the base address, and their protocols. */
const requestPaths: readonly (readonly [path: RegExp, api?: Api])[] = [
  [/\/messages(?:\/count_tokens)?$/i, 'messages'],
  [/\/responses$/i, 'responses'],
  [/\/api\/(?:chat|generate|tags|show|ps)$/i, 'ollama'],
  [/\/(?:chat\/completions|completions|models|embeddings|rerank|images\/generations|audio\/\w+)(?:\/.*)?$/i],
];

function withScheme(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^(?:['"`<({\s]|\[(?![\da-f:]+\]))+|['"`>)\]}\s,;.。、，；！]+$/gu, '')
    // The last scheme counts: people paste an address after a scheme that is already there.
    .replace(/^(?:https?:?\/{0,2})+(?=https?:?\/)/i, '')
    .replace(/^(https?):?\/{1,}/i, (_, scheme: string) => `${scheme.toLowerCase()}://`)
    .replace(/^\/\//, 'https://');
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(bare)) return isHttp(bare) && hostIsWhole(bare) ? bare : undefined;
  const host = /^(?:[\w-]+\.)*[\w-]+(?=\.?(?:[:/?#]|$))|^\[[\da-f:]+\]/i.exec(bare)?.[0];
  if (host === undefined) return undefined;
  const isHere = /^(?:localhost|\[.*\]|\d+(?:\.\d+){3}|.*\.(?:local|lan|internal|localhost))$/i.test(host) || !host.includes('.');
  if (!isHere && !/\.[a-z]{2,}$|\.xn--[\w-]+$/i.test(host)) return undefined;
  if (!host.includes('.') && host !== 'localhost' && !/^[\w-]+:\d+/.test(bare) && !host.startsWith('[')) return undefined;
  const whole = `${isHere ? 'http' : 'https'}://${bare}`;
  return isHttp(whole) ? whole : undefined;
}

/** Placeholders such as `https://your-domain/v1` and `https://{resource}.openai.azure.com` are not addresses. */
function hostIsWhole(text: string): boolean {
  const { hostname } = new URL(text);
  return hostname !== '' && !/[{}<>$%*]|^(?:your|my|xxx+|example)[\w-]*(?:\.|$)|\.\.\.|xxxx/i.test(percentDecoded(hostname));
}

/** Base addresses to try, most likely first; all have one origin, so that the key goes nowhere else. */
export function addressCandidates(baseURL: string): readonly string[] {
  const { origin, pathname, search } = new URL(baseURL);
  const path = pathname.replace(/\/+$/, '');
  const at = (tail: string): string => `${origin}${tail}${search}`;
  if (/\.(?:openai|services\.ai|cognitiveservices)\.azure\.com$/.test(new URL(baseURL).hostname) && !path.includes('/openai'))
    return [at('/openai/v1')];
  const versioned = /\/v\d+(?:alpha|beta)?\d*(?:\/|$)/i.test(path) || path.endsWith('/beta');
  const list = path === '' ? ['/v1', ''] : versioned ? [path, '/v1'] : [path, `${path}/v1`, '/v1'];
  return [...new Set(list.map(at))];
}
