/** The address of a server as people write it, and as requests need it. */

/** What vendors print behind their base address in examples of a request. */
const vendorPaths =
  'chat/+completions|completions|responses|messages(?:/count_tokens)?|embeddings|models(?:/[^/]+:\\w+)?|api/(?:chat|generate|tags)';
const endpointPaths = new RegExp(`/+(?:${vendorPaths}|audio/\\w+|images/\\w+)$`, 'i');
/** What comes along when an address is copied: quotes, brackets, the name of the method, invisible characters. */
const around = /^(?:POST|GET)\s+|^[\s"'`<>\u200b\ufeff]+|[\s"'`<>\u200b\ufeff]+$/g;

/**
 * Without what does not belong to a base address: blanks, a fragment, slashes at its end, and the path of a single
 * request such as `/chat/completions`. The query stays. A text that is no address stays as it is.
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
  return path + query;
}

export function isHttp(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

/** Whether what is sent there can be read on its way: plain HTTP to anything but this machine. */
export function isReadableOnTheWay(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  return new URL(baseURL).protocol === 'http:' && !isThisMachine(baseURL);
}

/** Whether the server runs on this machine. */
export function isThisMachine(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f\w\w:\w+\])\.?$/.test(new URL(baseURL).hostname);
}

/** Whether the server is one's own: on this machine or on a network that the outside cannot reach. */
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

/** The base address with the version of the API at its end; one that names a version already stays as it is. */
export function versioned(baseURL: string, version: string): string {
  const [path = '', query] = baseURL.split('?', 2);
  return /\/v\d+(?:alpha|beta)?\d*$/.test(path) ? baseURL : `${path}/${version}${query === undefined ? '' : `?${query}`}`;
}

/** An address below the base address; a query of the base stays. */
export function below(baseURL: string, path: string): string {
  const at = baseURL.indexOf('?');
  return at === -1 ? baseURL + path : baseURL.slice(0, at) + path + baseURL.slice(at);
}

/** The address of the server itself: people write the address of one of its APIs. */
export function rootOf(baseURL: string): string {
  const [path = ''] = baseURL.split('?', 1);
  return withoutSlashes(path).replace(/(?:\/api)?\/v\d+(?:beta)?$|\/api$/, '');
}
