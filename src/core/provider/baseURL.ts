/** The address of a server as people write it, and as requests need it. */

/** What vendors print behind their base address in examples of a request. */
const endpointPaths = /\/(?:chat\/completions|completions|responses|messages|models|embeddings|api\/chat|api\/generate|api\/tags)$/i;

/**
 * Without what does not belong to a base address: blanks, a fragment, slashes at its end, and the path of a single
 * request such as `/chat/completions`. The query stays. A text that is no address stays as it is.
 */
export function cleanBaseURL(text: string): string {
  const trimmed = text.trim();
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
  const { protocol, hostname } = new URL(baseURL);
  return protocol === 'http:' && !/^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f\w\w:\w+\])\.?$/.test(hostname);
}

function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}
