/** Which machine could not be reached: the endpoint's own, or a proxy that stands before it. */
import { isHttp } from '../baseURL.ts';
import { type Failure, ownFailure } from './ownFailures.ts';

type Links = readonly Readonly<Record<string, unknown>>[];

/**
 * Undefined where the error names no machine, or nothing can be said about it.
 * @param chain an exception and its causes, as Node's sockets and its name service make them
 */
export function unreachedIn(chain: Links, baseURL: string): Failure | undefined {
  const proxyStatus = chain
    .map(({ message }) => /proxy[^\d]{0,60}\b(4\d\d|5\d\d)\b/i.exec(String(message))?.[1])
    .find((status) => status !== undefined);
  if (proxyStatus !== undefined) return ownFailure('proxy-refused', [`HTTP ${proxyStatus}`], { shouldRetry: false });
  if (!isHttp(baseURL)) return undefined;
  const link = chain.find(
    ({ code, port, hostname }) => typeof code === 'string' && (typeof port === 'number' || typeof hostname === 'string'),
  );
  if (link === undefined) return undefined;
  const { code, port, address, hostname } = link;
  const endpoint = new URL(baseURL);
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  if (/^(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_NODATA)$/.test(String(code)) && typeof hostname === 'string') {
    return ownFailure(hostname === host ? 'no-such-host' : 'proxy-unreachable', [hostname]);
  }
  if (!/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ECONNRESET)$/.test(String(code)) || typeof port !== 'number') return undefined;
  const place = `${typeof address === 'string' ? address : host}:${port}`;
  const ownPort = Number(endpoint.port) || (endpoint.protocol === 'https:' ? 443 : 80);
  // A name stands for any address, but never for another port, and never for this machine.
  const isElsewhere = port !== ownPort || (isThisMachine(String(address)) && !isThisMachine(host));
  if (isElsewhere) return ownFailure('proxy-unreachable', [place]);
  return code === 'ECONNREFUSED' && isThisMachine(host) ? ownFailure('nothing-listens', [place]) : undefined;
}

function isThisMachine(host: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|::1|0\.0\.0\.0)$/.test(host);
}
