// What a provider of servers can do, it can still do beside those that are reached without a network.
import { expect, it } from 'vitest';
import { withOwnAddresses } from '../../../src/core/provider/ownAddresses.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Provider } from '../../../src/core/provider/provider.ts';

it('passes every call to the provider that the address names', async () => {
  const servers = createProvider(fetch, () => 0);
  const called: string[] = [];
  const named = (name: string): Provider =>
    Object.fromEntries(Object.keys(servers).map((method) => [method, () => void called.push(`${name} ${method}`)])) as unknown as Provider;
  const both = withOwnAddresses(named('servers'), { 'own:address': named('own') });
  const methods = Object.keys(servers).sort();
  for (const baseURL of ['own:address', 'https://example.com']) {
    for (const method of methods) {
      await (both as unknown as Record<string, (endpoint: object) => unknown>)[method]!({
        id: 'e',
        name: 'E',
        baseURL,
        continuation: 'ask',
      });
    }
  }
  expect(called).toEqual([...methods.map((method) => `own ${method}`), ...methods.map((method) => `servers ${method}`)]);
});
