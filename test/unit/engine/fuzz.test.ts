// Whatever bytes a server sends, the end is a typed event: 10,000 seeded streams of noise, half-truths and cut
// recordings, each through the whole engine.
import { expect, it } from 'vitest';
import { collect, endOf, inParallel, problemsOf, rig, TestClock } from '../../support/engine.ts';
import { recordedStreams } from '../../support/corpus.ts';
import { seeded } from '../../support/random.ts';

const recordings = recordedStreams().map((stream) => stream.bytes);
const scraps = [
  'data: ',
  'data:',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  ': ping\n',
  'event: error\n',
  'error: {"message":"x"}\n',
  'id: 1\n',
  'retry: x\n',
  '[DONE]',
  'data: [DONE]\n\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  'null',
  '{"choices":[{"delta":{"content":"text"}}]}',
  '{"choices":[{"index":0,"delta":{"content":["x"]}}]}',
  '{"choices":null}',
  '{"choices":[null]}',
  '{"choices":[{"delta":null,"finish_reason":1}]}',
  '{"error":null}',
  '{"error":{"message":{"a":1}}}',
  '{"error":["x"]}',
  '{"usage":{"prompt_tokens":-1,"completion_tokens":"x"}}',
  '{"choices":[{"delta":{"tool_calls":[{"function":null}]}}]}',
  '<think>',
  '</think>',
  '```',
  '\ufeff',
  '\u0000',
  '🙂',
  '{"choices":[{"delta":{"content":"\\ud83d"}}]}',
  '{"__proto__":{"x":1}}',
  '{"choices":[{"message":{"content":3}}]}',
  '<html>',
  '{"choices":[{"finish_reason":"stop"}]}',
].map((scrap) => new TextEncoder().encode(scrap));

function bytes(next: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const parts: Uint8Array[] = [];
  const kind = next();
  if (kind < 0.4) {
    const recording = pick(recordings).slice();
    const damages = next() < 0.3 ? 0 : Math.floor(next() * 6);
    for (let hits = damages; hits > 0; hits--) recording[Math.floor(next() * recording.length)] = Math.floor(next() * 256);
    parts.push(recording.subarray(0, next() < 0.3 ? recording.length : Math.floor(next() * recording.length)), pick(scraps));
  } else if (kind < 0.9) for (let count = Math.floor(next() * 30); count > 0; count--) parts.push(pick(scraps));
  else parts.push(Uint8Array.from({ length: Math.floor(next() * 300) }, () => Math.floor(next() * 256)));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A body in random pieces that ends well, ends in a reset, or was never there. */
function response(next: () => number): Response {
  const body = bytes(next);
  const breaks = next() < 0.2;
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at >= body.length) {
        if (breaks) controller.error(new TypeError('terminated'));
        else controller.close();
        return;
      }
      const size = 1 + Math.floor(next() * 64);
      controller.enqueue(body.subarray(at, at + size));
      at += size;
    },
  });
  const status = next() < 0.9 ? 200 : ([400, 401, 404, 422, 429, 500, 503][Math.floor(next() * 7)] as number);
  return new Response(stream, { status, headers: { 'content-type': 'text/event-stream' } });
}

it('ends each of 10,000 fuzzed streams with one typed event', async () => {
  const wrong: unknown[] = [];
  const reasons: Record<string, number> = {};
  await inParallel(
    Array.from({ length: 10_000 }, (_, seed) => seed),
    8,
    async (seed) => {
      const next = seeded(seed);
      const clock = new TestClock();
      const { start } = rig({ clock, random: next, fetch: async () => response(next) });
      const stream = start('http://127.0.0.1:1/v1', { options: { retry: { maxAttempts: 2 }, resume: { maxResumes: 1 } } });
      const events = await collect(stream, (event) => {
        if (event.type === 'wait') queueMicrotask(() => clock.advance(event.seconds * 1000));
      });
      const { reason } = endOf(events);
      reasons[reason] = (reasons[reason] ?? 0) + 1;
      const problems = problemsOf(events);
      if (problems.length > 0) wrong.push({ seed, problems });
    },
  );
  expect(wrong.slice(0, 3)).toEqual([]);
  // The streams are of many kinds, or this test would prove little.
  expect(Object.keys(reasons).sort()).toEqual(expect.arrayContaining(['content-filter', 'error', 'stop', 'truncated']));
}, 240_000);

it('refuses a single event of more than 16 MB, whole or in pieces, and holds none of it', async () => {
  for (const size of [64 * 1024, 16 * 1024 * 1024]) {
    let left = 16 * 1024 * 1024;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: "')),
      pull: (controller) => {
        const length = Math.min(size, left);
        left -= length;
        if (length > 0) controller.enqueue(new Uint8Array(length).fill(0x78));
        else controller.close();
      },
    });
    const { start } = rig({ fetch: async () => new Response(body) });
    const end = endOf(await collect(start('http://127.0.0.1:1/v1')));
    expect({ reason: end.reason, kind: end.error?.kind, text: end.text }).toEqual({ reason: 'error', kind: 'malformed', text: '' });
    expect(end.error?.message).toMatch(/more than 16 MB/);
  }
});
