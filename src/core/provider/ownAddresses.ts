/** Providers that need no network, by a placeholder address. */
import type { Provider } from './provider.ts';

/** @param own providers by the `baseURL` of their endpoints; every other endpoint is a server */
export function withOwnAddresses(servers: Provider, own: Readonly<Record<string, Provider>>): Required<Provider> {
  const providerFor = (baseURL: string): Provider => (Object.hasOwn(own, baseURL) ? own[baseURL]! : servers);
  return {
    open: (endpoint, ...rest) => providerFor(endpoint.baseURL).open(endpoint, ...rest),
    kept: (endpoint, ...rest) => providerFor(endpoint.baseURL).kept?.(endpoint, ...rest),
    detect: async (endpoint, signal) => providerFor(endpoint.baseURL).detect?.(endpoint, signal),
    loads: (endpoint, ...rest) => providerFor(endpoint.baseURL).loads?.(endpoint, ...rest),
    models: (endpoint, signal) => providerFor(endpoint.baseURL).models(endpoint, signal),
    facts: (endpoint, ...rest) => providerFor(endpoint.baseURL).facts(endpoint, ...rest),
  };
}
