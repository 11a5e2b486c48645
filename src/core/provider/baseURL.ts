/** Server addresses as users write them and as requests need them. */

/** Paths that vendors print after their base address in examples. */
const vendorPaths =
  'chat/+completions|completions|responses(?:/\\w+)?|messages(?:/\\w+)?|embeddings|moderations|rerank|models(?:/[^/]+:\\w+)?|' +
  'api/(?:chat|generate|tags|version|show|ps)';
const endpointPaths = new RegExp(`/+(?:${vendorPaths}|audio/\\w+|images/\\w+)$`, 'i');
/** What is copied along with an address: the words before it, quotes, brackets, punctuation, invisible characters. */
const around = /^[^/]*?(?=https?:\/\/)|(?:[\s"'`<>“”‘’,;)\\。，；、）】」》\u200b\ufeff]|%20)+$/gi;

/**
 * Removes everything that does not belong to a base address: blanks, a fragment, trailing slashes, and the path of a single
 * request such as `/chat/completions`. Keeps the query. Text that is not an address stays unchanged.
 */
export function cleanBaseURL(text: string): string {
  const copied = text.replace(around, '');
  const trimmed = isHttp(copied) ? copied : text.trim();
  if (!isHttp(trimmed)) return trimmed;
  const [whole = ''] = trimmed.split('#', 1);
  const at = whole.indexOf('?');
  const query = at === -1 ? '' : whole.slice(at);
  let path = withoutSlashes(at === -1 ? whole : whole.slice(0, at));
  const begin = path.indexOf('/', path.indexOf('://') + 3);
  if (begin !== -1) path = withoutSlashes(path.slice(0, begin) + path.slice(begin).replace(endpointPaths, ''));
  // The dot of a fully qualified name, which certificates and known servers do not have.
  return path.replace(/^([^/]+\/\/[^/]*?)\.(?=:\d+(?:\/|$)|\/|$)/, '$1') + query;
}

export function isHttp(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

/** Whether traffic to it can be read on the way: plain HTTP to another machine. */
export function isReadableOnTheWay(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  return new URL(baseURL).protocol === 'http:' && !isThisMachine(baseURL);
}

/** Whether the server runs on this machine. */
export function isThisMachine(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f\w\w:\w+\])\.?$/.test(new URL(baseURL).hostname);
}

/** Whether the server is private: on this machine or on a network unreachable from outside. */
export function isOwnNetwork(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  const { hostname } = new URL(baseURL);
  if (/^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/.test(hostname)) return true;
  return (
    hostname === '[::1]' ||
    /^\[f[cd]/.test(hostname) ||
    (!hostname.includes('.') && !hostname.startsWith('[')) ||
    /\.(?:local|lan|internal|localhost)\.?$/.test(hostname)
  );
}

function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}

export function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value);
  return whole.href;
}

/** The base address with the API version appended, unless it names one already. */
export function versioned(baseURL: string, version: string): string {
  const [path = '', query] = baseURL.split('?', 2);
  return /\/v\d+(?:alpha|beta)?\d*$/.test(path) ? baseURL : `${path}/${version}${query === undefined ? '' : `?${query}`}`;
}

/** An address below the base address; a query of the base stays. */
export function below(baseURL: string, path: string): string {
  const at = baseURL.indexOf('?');
  return at === -1 ? baseURL + path : baseURL.slice(0, at) + path + baseURL.slice(at);
}

/** The address of the server itself: users write the address of one of its APIs. */
export function rootOf(baseURL: string): string {
  const [path = ''] = baseURL.split('?', 1);
  return withoutSlashes(path).replace(/(?:\/api)?\/v\d+(?:beta)?$|\/api$/, '');
}
