// A connection that cannot be made in time: on the real clock, through the real fetch, as the extension watches it.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { UndiciEvents } from '../../../src/node/undiciEvents.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, fakeServer } from '../../support/fakeServer.ts';

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
    late: ['error', { kind: 'connect-timeout', message: 'No connection within 0.3 s.' }, 2],
    waits: ['connect-timeout'],
    hellos: [22, 22],
    fine: 'Hi',
  });
  silent.close();
});
