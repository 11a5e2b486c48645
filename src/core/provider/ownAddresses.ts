/** Providers that are reached without a network, by what stands in the place of their address. */
import type { Provider } from './provider.ts';

/** @param own by the `baseURL` of their endpoints; every other endpoint is a server */
export function withOwnAddresses(servers: Provider, own: Readonly<Record<string, Provider>>): Provider {
  const providerFor = (baseURL: string): Provider => (Object.hasOwn(own, baseURL) ? own[baseURL]! : servers);
  return {
    open: (endpoint, ...rest) => providerFor(endpoint.baseURL).open(endpoint, ...rest),
    models: (endpoint, signal) => providerFor(endpoint.baseURL).models(endpoint, signal),
    facts: (endpoint, ...rest) => providerFor(endpoint.baseURL).facts(endpoint, ...rest),
  };
}
