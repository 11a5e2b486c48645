import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/core/request/clock.ts';
import { ConnectionLimiter, type Requester, type Slot } from '../../../src/core/request/connectionLimiter.ts';
import { collect, endOf, rig, TestClock } from '../../support/engine.ts';
import { answer, done, fakeServer, finish, type Step, text, wait } from '../../support/fakeServer.ts';

it('uses one or two sockets for twenty answers in a row, although each body ends a moment after [DONE]', async () => {
  await using server = await fakeServer();
  server.always(function* (): Generator<Step> {
    yield text('Hi');
    yield finish();
    yield done();
    yield wait(new Promise((resolve) => setTimeout(resolve, 30)));
  });
  // On this clock the end of a body is never late.
  const { start } = rig({ clock: new TestClock() });
  for (let round = 0; round < 20; round++) expect(endOf(await collect(start(server.url))).text).toBe('Hi');
  expect(server.sockets.length).toBeLessThanOrEqual(2);
});

it('runs a hundred answers of 50 KB through six connections, and uses them again in a second round', async () => {
  await using server = await fakeServer();
  const words = Array.from({ length: 500 }, (_, index) => `${index}`.padEnd(99, '.') + '\n');
  server.always(() => answer(...words));
  const { start, gate } = rig({ maxConnections: 6 });
  let most = 0;
  const round = async (): Promise<void> => {
    const texts = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const events = await collect(start(server.url), () => {
          most = Math.max(most, server.openSockets);
        });
        return endOf(events).text;
      }),
    );
    expect(texts.every((text) => text === words.join(''))).toBe(true);
  };
  await round();
  const after = server.sockets.length;
  await round();
  expect(most).toBeLessThanOrEqual(6);
  expect((server.sockets.length - after) / 100).toBeLessThan(0.2);
  await expect.poll(() => gate.stats()[0]).toMatchObject({ limit: 6, active: 0, queued: 0, requests: 200 });
}, 60_000);

it('lets waiting requests in by their order, and forgets those that were cancelled', async () => {
  const gate = new ConnectionLimiter(() => 1, systemClock);
  const never = new AbortController().signal;
  const first = await gate.enter('a', never);
  const order: string[] = [];
  const cancelled = new AbortController();
  const entered = ['one', 'two', 'three'].map(async (name) => {
    const go = await gate.enter('a', name === 'two' ? cancelled.signal : never);
    order.push(go === undefined ? `${name} left` : name);
    return go;
  });
  expect(gate.stats()[0]).toMatchObject({ active: 1, queued: 3 });
  cancelled.abort();
  await entered[1];
  first?.leave();
  (await entered[0])?.leave();
  (await entered[2])?.leave();
  expect(order).toEqual(['two left', 'one', 'three']);
  expect(gate.stats()[0]).toMatchObject({ active: 0, queued: 0, requests: 3 });
  const other = await gate.enter('b', never);
  expect(other).toBeDefined();
});

it('goes through the proxy of the settings, with VS Code’s own patched fetch, and keeps its limit there', async () => {
  await using server = await fakeServer();
  server.always(() => answer('by ', 'proxy'));
  await using proxy = await connectProxy();
  const fetch = await patchedFetch(`http://127.0.0.1:${proxy.port}`);
  const { start } = rig({ fetch, maxConnections: 3 });
  const texts = await Promise.all(Array.from({ length: 12 }, async () => endOf(await collect(start(server.url))).text));
  expect(texts).toEqual(Array.from({ length: 12 }, () => 'by proxy'));
  expect(proxy.tunnels).toBeGreaterThan(0);
  expect(server.sockets.length).toBeLessThanOrEqual(3);
}, 30_000);

/** A proxy that answers CONNECT, as those of companies do. */
async function connectProxy(): Promise<AsyncDisposable & { readonly port: number; readonly tunnels: number }> {
  let tunnels = 0;
  const open = new Set<{ destroy(): void }>();
  const listener = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined);
    client.once('data', (head: Buffer) => {
      const [, host, port] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString('latin1')) ?? [];
      if (host === undefined) return client.end('HTTP/1.1 405 Only CONNECT\r\n\r\n');
      tunnels++;
      const target = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(target).pipe(client);
      });
      open.add(target);
      target.on('error', () => client.destroy());
      client.on('close', () => target.destroy());
      return undefined;
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get tunnels() {
      return tunnels;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The fetch that extensions get inside VS Code when a proxy is set there. */
async function patchedFetch(proxyURL: string): Promise<typeof globalThis.fetch> {
  const { createFetchPatch, LogLevel } = await import('@vscode/proxy-agent');
  const quiet = (): void => undefined;
  const patched = createFetchPatch(
    {
      resolveProxy: async () => `PROXY ${new URL(proxyURL).host}`,
      getProxyURL: () => proxyURL,
      getProxySupport: () => 'override',
      isAdditionalFetchSupportEnabled: () => true,
      isWebSocketPatchEnabled: () => false,
      addCertificatesV1: () => false,
      addCertificatesV2: () => true,
      loadSystemCertificatesFromNode: () => false,
      loadAdditionalCertificates: async () => [],
      log: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
      getLogLevel: () => LogLevel.Off,
      proxyResolveTelemetry: quiet,
      isUseHostProxyEnabled: () => true,
      env: {},
    },
    globalThis.fetch,
    async () => proxyURL,
  );
  return patched as typeof globalThis.fetch;
}

it('lets a person in before programs, which never take the last place', async () => {
  let limit = 3;
  const gate = new ConnectionLimiter(() => limit, systemClock);
  const { signal } = new AbortController();
  const order: string[] = [];
  const enter = (name: string, requester: Requester): void =>
    void gate.enter('a', signal, requester).then((slot) => {
      order.push(name);
      slots.push(slot!);
    });
  const slots: Slot[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (const name of ['p1', 'p2', 'p3', 'p4']) enter(name, 'program');
  await settled();
  const programsAlone = [...order];
  enter('me1', 'person');
  enter('me2', 'person');
  await settled();
  const withPerson = [...order];
  const refused = [gate.tryEnter('a', 'program'), gate.tryEnter('a', 'person')];
  slots.shift()!.leave();
  await settled();
  const whenOneLeaves = [...order];
  while (slots.length > 0) {
    slots.shift()!.leave();
    await settled();
  }
  limit = 1;
  enter('p5', 'program');
  await settled();
  expect({ programsAlone, withPerson, refused, whenOneLeaves, order, stats: gate.stats()[0] }).toMatchObject({
    programsAlone: ['p1', 'p2'],
    withPerson: ['p1', 'p2', 'me1'],
    refused: [undefined, undefined],
    whenOneLeaves: ['p1', 'p2', 'me1', 'me2'],
    order: ['p1', 'p2', 'me1', 'me2', 'p3', 'p4', 'p5'],
    stats: { active: 1, queued: 0 },
  });
});
