// Answers of the chat service that outlive their connections: who can read them, from where, and for how long.
import { describe, expect, it } from 'vitest';
import { serve, type Served, token } from '../../../scripts/served.ts';
import { maxDetached, maxDetachedBytes, maxKept } from '../../../src/node/chatService/answers.ts';
import { rejoinCase } from '../../fuzz/rejoin.ts';
import { eventsIn } from '../../support/events.ts';
import { answer, done, type FakeServer, finish, gate, hang, text, wait } from '../../support/fakeServer.ts';
import { servedEach } from '../../support/servedEach.ts';

let server: FakeServer;
let served: Served;

servedEach((scene) => {
  ({ server, served } = scene);
});

const headers = { authorization: `Bearer ${token}` };
const post = (path: string, body: object, more: Record<string, string> = {}): Promise<Response> =>
  fetch(served.address.url + path, { method: 'POST', body: JSON.stringify(body), headers: { ...headers, ...more } });
const get = (id: string, query = '', more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${served.address.url}/v1/responses/${id}${query}`, { headers: { ...headers, ...more } });
const idOf = (response: Response): string => response.headers.get('x-rivulet-answer') ?? '';

it.each([1, 2, 3, 4])('gives 5 readers that drop 40 times each every event once, in order (seed %i)', async (seed) => {
  expect(await rejoinCase({ seed, readers: 5, drops: 40 })).toEqual([]);
});

describe('numbers the events from 0, and continues with the one after that which the client has', () => {
  it.each([
    ['/chat', { message: 'Hi' }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }], stream: true }],
    ['/v1/responses', { input: 'Hi', stream: true }],
    ['/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], stream: true }],
  ])('%s', async (path, body) => {
    server.next(...answer('One', 'two'));
    const first = await post(path, body);
    const all = eventsIn(await first.text());
    const rest = eventsIn(await (await get(idOf(first), '?stream=true&starting_after=1')).text());
    const byHeader = eventsIn(await (await get(idOf(first), '?stream=true', { 'last-event-id': '1' })).text());
    const both = eventsIn(await (await get(idOf(first), '?stream=true&starting_after=0', { 'last-event-id': '1' })).text());
    const none = eventsIn(await (await get(idOf(first), `?stream=true&starting_after=${all.length - 1}`)).text());
    expect({ ids: all.map(({ id }) => id), rest, byHeader, both, none, asked: server.requests.length }).toEqual({
      ids: all.map((_, index) => String(index)),
      rest: all.slice(2),
      byHeader: all.slice(2),
      both: all.slice(2),
      none: [],
      asked: 1,
    });
  });
});

describe('an answer whose client leaves', () => {
  const leave = async (body: object, more: Record<string, string> = {}): Promise<string> => {
    const leaving = new AbortController();
    const response = await fetch(`${served.address.url}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify({ input: 'Hi', stream: true, ...body }),
      headers: { ...headers, ...more },
      signal: leaving.signal,
    });
    const id = idOf(response);
    await response.body!.getReader().read();
    leaving.abort();
    return id;
  };
  const stateOf = async (id: string): Promise<unknown> => ((await (await get(id)).json()) as { status: string }).status;

  it('ends, and what came of it can be read', async () => {
    server.next(text('Half'), hang());
    const id = await leave({});
    const { how } = await server.requests[0]!.over;
    await expect.poll(() => stateOf(id)).toBe('cancelled');
    const { output } = (await (await get(id)).json()) as { output: { content: { text: string }[] }[] };
    expect([how, output[0]!.content[0]!.text]).toEqual(['client-left', 'Half']);
  });

  it.each([
    ['asked for the background', { background: true }, {}],
    ['sent the header', {}, { 'x-rivulet-detach': 'true' }],
  ])('continues when the client %s', async (_what, body, more) => {
    const rest = gate();
    server.next(text('Half'), wait(rest.opened), text(' and whole'), finish(), done());
    const id = await leave(body, more);
    const before = await stateOf(id);
    rest.open();
    await expect.poll(() => stateOf(id)).toBe('completed');
    expect([before, (await server.requests[0]!.over).how]).toEqual(['in_progress', 'ended']);
  });

  it('continues for as long as another reader is there', async () => {
    const [rest, second] = [gate(), gate()];
    server.next(text('Half'), wait(rest.opened), text(' and whole'), finish(), done());
    const first = new AbortController();
    const response = await fetch(`${served.address.url}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify({ input: 'Hi', stream: true }),
      headers,
      signal: first.signal,
    });
    const reading = get(idOf(response), '?stream=true').then(async (joined) => {
      second.open();
      return eventsIn(await joined.text());
    });
    await second.opened;
    first.abort();
    // The service has seen that the first one has left.
    await expect.poll(async () => await get(idOf(response), '?stream=true&starting_after=999').then((late) => late.status)).toBe(400);
    rest.open();
    expect((await reading).at(-1)?.event).toBe('response.completed');
  });
});

it('lets a reader have only what its key began, after the key was changed and changed back too', async () => {
  server.next(...answer('Mine'));
  const id = idOf(await post('/v1/responses', { input: 'Hi' }));
  const { service } = served;
  const as = async (key: string): Promise<unknown> => {
    service.stop();
    const { url } = await service.start(key, 0);
    const asked = await fetch(`${url}/v1/responses/${id}`, { headers: { authorization: `Bearer ${key}` } });
    const cancelled = await fetch(`${url}/v1/responses/${id}/cancel`, { method: 'POST', headers: { authorization: `Bearer ${key}` } });
    return [asked.status, cancelled.status];
  };
  expect([await as('another-key'), await as(token)]).toEqual([
    [404, 404],
    [200, 200],
  ]);
});

it('keeps the newest ended answers, and none that is not to be stored', async () => {
  server.always(() => answer('Hi'));
  const ids: string[] = [];
  for (let index = 0; index < maxKept + 2; index++) ids.push(idOf(await post('/v1/responses', { input: 'Hi' })));
  const secret = idOf(await post('/v1/responses', { input: 'Hi', store: false }));
  const statusOf = async (id: string): Promise<number> => (await get(id)).status;
  await expect.poll(() => statusOf(ids[1]!)).toBe(404);
  expect(await Promise.all([ids[0]!, ids[2]!, ids.at(-1)!, secret].map(statusOf))).toEqual([404, 200, 200, 404]);
});

it('bounds what runs without a client: so many at once, and each so large', async () => {
  server.always(() => [text('Hi'), hang()]);
  const statuses: number[] = [];
  for (let index = 0; index < maxDetached + 1; index++)
    statuses.push((await post('/v1/responses', { input: 'Hi', background: true })).status);
  const refused = statuses.filter((status) => status !== 200);
  served.service.stop();
  served = await serve(server);
  const piece = 'x'.repeat(64 * 1024);
  server.always(function* () {
    for (;;) yield text(piece);
  });
  const id = idOf(await post('/v1/responses', { input: 'Hi', background: true }));
  const large = async (): Promise<{ status: string; output: { content: { text: string }[] }[] }> => (await get(id)).json() as never;
  await (
    await server.arrived(maxDetached)
  ).over;
  const { status, output } = await large();
  expect({ refused, status, bounded: output[0]!.content[0]!.text.length < maxDetachedBytes }).toEqual({
    refused: [503],
    status: 'cancelled',
    bounded: true,
  });
});
