// Tool calls as events: whole, checked, and right before the end; none where the answer has no good end.
import { expect, it } from 'vitest';
import { collect, rig } from '../../support/engine.ts';
import { fakeServer, raw } from '../../support/fakeServer.ts';

function piece(index: number, id: string, name: string, json: string): string {
  const call = { index, id, type: 'function', function: { name, arguments: json } };
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [call] } }] })}\n\n`;
}

const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n';
const once = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } };

async function eventsOf(body: string): Promise<unknown[]> {
  await using server = await fakeServer();
  server.next(raw(new TextEncoder().encode(body)));
  const events = await collect(rig().start(server.url, { options: once }));
  return events.filter(({ type }) => type === 'tool-call' || type === 'end').map((event) => (event.type === 'end' ? event.reason : event));
}

it('come whole and right before the end, in their order', async () => {
  const body = piece(0, 'a', 'look', '{"at":') + piece(1, 'b', 'now', '{}') + piece(0, '', '', '1}') + finish;
  expect(await eventsOf(body)).toEqual([
    { type: 'tool-call', id: 'a', name: 'look', arguments: '{"at":1}' },
    { type: 'tool-call', id: 'b', name: 'now', arguments: '{}' },
    'tool-calls',
  ]);
});

it('do not come from an answer that broke off in one', async () => {
  expect(await eventsOf(piece(0, 'a', 'look', '{"at":'))).toEqual(['truncated']);
});

it('a hundred thousand of them leave other work its turns', async () => {
  let turns = 0;
  let atEnd = 0;
  const chunks = Array.from({ length: 100 }, (_, part) =>
    Array.from({ length: 1_000 }, (_one, at) => piece(part * 1_000 + at, `c${part * 1_000 + at}`, 'now', '{}')).join(''),
  );
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = chunks.shift();
      controller.enqueue(new TextEncoder().encode(chunk ?? finish));
      if (chunk !== undefined) return;
      controller.close();
      atEnd = turns;
    },
  });
  const other = (): void => {
    turns++;
    timer = setTimeout(other, 0);
  };
  let timer = setTimeout(other, 0);
  const events = await collect(rig({ fetch: async () => new Response(stream) }).start('http://127.0.0.1:1/v1', { options: once }));
  clearTimeout(timer);
  // One turn for each thousand of calls that are assembled.
  expect([events.filter(({ type }) => type === 'tool-call').length, turns - atEnd >= 90]).toEqual([100_000, true]);
});
