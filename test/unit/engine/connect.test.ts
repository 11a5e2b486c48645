// A connection that cannot be made in time: on the real clock, through the real fetch, as the extension watches it.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { UndiciEvents } from '../../../src/node/undiciEvents.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, done, fakeServer, finish, gate, hang, head, raw, type Step, text, wait } from '../../support/fakeServer.ts';

it('gives up on a server that takes the connection and never finishes the handshake, and on nothing else', async () => {
  using sockets = Object.assign(new UndiciEvents(), { [Symbol.dispose]: (): void => sockets.dispose() });
  const { start } = rig({ sockets });
  // Whether the runtime reports on its connections is known after the first request.
  await using good = await fakeServer();
  good.always(() => answer('Hi'));
  await collect(start(good.url));

  const hellos: number[] = [];
  const silent = createServer((socket) => {
    socket.on('data', (bytes) => hellos.push(bytes[0] as number));
    socket.on('error', () => undefined);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const options = { timeouts: { connectSeconds: 0.3, firstTokenSeconds: 30 }, retry: { maxAttempts: 2 } };
  const [late, fine] = await Promise.all([
    collect(start(`https://127.0.0.1:${port}/v1`, { options })),
    collect(start(good.url, { options })),
  ]);
  expect({
    late: [endOf(late).reason, endOf(late).error, endOf(late).usage.attempts],
    waits: late.flatMap((event) => (event.type === 'wait' ? [event.cause] : [])),
    // 22: the handshake's first word of TLS, which was never answered.
    hellos,
    fine: endOf(fine).text,
  }).toEqual({
    late: ['error', { kind: 'connect-timeout', message: 'No connection within 0.3 s.', code: 'no-connection', values: [0.3] }, 2],
    waits: ['connect-timeout'],
    hellos: [22, 22],
    fine: 'Hi',
  });
  silent.close();
});

it('waits for an answer longer than the runtime would, before it begins and in the midst of it', async () => {
  using sockets = Object.assign(new UndiciEvents(), { [Symbol.dispose]: (): void => sockets.dispose() });
  await using server = await fakeServer();
  await using other = await fakeServer();
  // The runtime's own agent, with limits that do not take five minutes to strike.
  const [agent] = Object.getOwnPropertySymbols(globalThis).filter(({ description }) => description?.startsWith('undici.globalDispatcher'));
  const { constructor: Agent } = (globalThis as unknown as Record<symbol, { constructor: new (options: object) => object }>)[agent!]!;
  const dispatcher = new Agent({ headersTimeout: 200, bodyTimeout: 200 });
  const impatient: typeof fetch = (input, init) => fetch(input, { ...init, dispatcher } as RequestInit);
  const { start } = rig({ sockets, fetch: impatient });
  const codeOf = (error: { cause?: { code?: string } }): string | undefined => error.cause?.code;
  /** Somebody else's request, which begins after ours: its failure shows that the limit of the runtime has struck. */
  const control = async (...steps: Step[]): Promise<string | undefined> => {
    other.next(...steps, hang());
    return impatient(`${other.url}/chat/completions`, { method: 'POST' })
      .then((response) => response.text())
      .then(() => 'an answer', codeOf);
  };
  const [late, silent] = [gate(), gate()];
  server.next(wait(late.opened), text('One '), wait(silent.opened), text('two'), finish(), done());
  const events = collect(start(server.url, { options: { retry: { maxAttempts: 1 } } }));
  await server.arrived(0);
  const first = await control();
  late.open();
  const second = await control(head(200), raw(': begun\n\n'));
  silent.open();
  const end = endOf(await events);
  expect([first, second, end.text, end.reason, end.usage.attempts]).toEqual([
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'One two',
    'stop',
    1,
  ]);
});
