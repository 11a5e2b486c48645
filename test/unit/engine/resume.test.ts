import { describe, expect, it } from 'vitest';
import type { FakeRequest } from '../../support/fakeServer.ts';
import { drop, fakeServer, finish, done, text, type Step } from '../../support/fakeServer.ts';
import { collect, endOf, inParallel, problemsOf, rig } from '../../support/engine.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

/** What the client says is already there, if it asks to continue. */
function partialOf({ body }: Pick<FakeRequest, 'body'>): string | undefined {
  const messages = body.messages as { role: string; content: string }[];
  return messages.findLast((message) => message.role === 'assistant')?.content;
}

/** Deltas as servers send them: a few characters each. */
function* deltas(whole: string, size = 24): Generator<Step> {
  for (let at = 0; at < whole.length; at += size) yield text(whole.slice(at, at + size));
}

/** A server that cuts its first answer at `cut` and, asked to continue it, repeats `repeated` characters. */
function* continuing(whole: string, cut: number, repeated: number, request: Pick<FakeRequest, 'body'>): Generator<Step> {
  const partial = partialOf(request);
  if (partial === undefined) {
    yield* deltas(whole.slice(0, cut), 400);
    yield drop();
    return;
  }
  yield* deltas(whole.slice(Math.max(0, partial.length - repeated)));
  yield finish();
  yield done();
}

/** The answer without a socket: thousands of connections would be most of the test. Other tests cut real ones. */
function withoutSocket(answer: (request: Pick<FakeRequest, 'body'>) => Generator<Step>): typeof globalThis.fetch {
  const encoder = new TextEncoder();
  return async (_input, init) => {
    const steps = answer({ body: JSON.parse(init?.body as string) });
    // A request takes a turn of the event loop, in which the places of others become free.
    await new Promise((resolve) => setImmediate(resolve));
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      const { value: step } = steps.next();
      if (step === undefined) controller.close();
      else if (step.type === 'write') controller.enqueue(encoder.encode(step.bytes as string));
      else controller.error(new TypeError('terminated'));
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: { 'content-type': 'text/event-stream' } });
  };
}

describe.each(['ask', 'prefill', 'prefix'] as const)('continued by %s', (continuation) => {
  it.each([0, 1, 7, 40])(
    'joins an answer that was cut at any character when the server repeats %d',
    async (repeated) => {
      // Every place for the plain way; each other way is the same code with another request.
      const step = continuation === 'ask' ? 1 : 13;
      const cuts = Array.from({ length: Math.ceil((knownAnswer.length - 1) / step) }, (_, index) => 1 + index * step);
      const wrong: unknown[] = [];
      const plan = new Map<string, number>();
      const { start } = rig({
        fetch: withoutSocket((request) => {
          const question = request.body.messages[0].content as string;
          return continuing(knownAnswer, plan.get(question) as number, repeated, request);
        }),
      });
      await inParallel(cuts, 8, async (cut) => {
        const question = `Cut at ${cut}.`;
        plan.set(question, cut);
        const stream = start('http://127.0.0.1:9/v1', {
          request: { messages: [{ role: 'user', content: question }] },
          endpoint: { continuation },
        });
        const events = await collect(stream);
        const end = endOf(events);
        const seam = events.find((event) => event.type === 'seam');
        if (end.text !== knownAnswer || end.reason !== 'stop' || problemsOf(events).length > 0) {
          const at = [...end.text].findIndex((_, index) => end.text[index] !== knownAnswer[index]);
          wrong.push({
            cut,
            at,
            reason: end.reason,
            error: end.error,
            seam,
            around: end.text.slice(Math.max(0, cut - 20), cut + 20),
            problems: problemsOf(events),
          });
        }
      });
      expect(wrong.slice(0, 5)).toEqual([]);
    },
    240_000,
  );
});

const raw = (object: object): Step => ({ type: 'write', bytes: `event: x\ndata: ${JSON.stringify(object)}\n\n` });
const begins = raw({ type: 'message_start', message: { role: 'assistant', content: [], usage: { input_tokens: 9, output_tokens: 1 } } });
const says = (said: string): Step => raw({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } });
const ends = [raw({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }), raw({ type: 'message_stop' })];

it.each([
  ['the same white space', '\n    return 1;', 'def one():\n    return 1;'],
  ['less of it', '\nreturn 1;', 'def one():\n    return 1;'],
  ['none', 'return 1;', 'def one():\n    return 1;'],
  ['more of it', '\n      return 1;', 'def one():\n      return 1;'],
])('joins what a server of Messages begins with %s, which may not stand at the end of its request', async (_, rest, whole) => {
  await using server = await fakeServer();
  server.next(begins, says('def one():\n    '), drop());
  server.next(begins, ...[...rest].map(says), ...ends);
  const end = endOf(await collect(rig().start(server.url, { endpoint: { api: 'messages', continuation: 'prefill' } })));
  expect([end.text, end.reason]).toEqual([whole, 'stop']);
});

/** Says "hello", breaks at "hel", repeats one character, and breaks so many of the connections that follow before a word. */
async function unclearJoin(broken: number, maxAttempts = 3) {
  await using server = await fakeServer();
  server.next(text('He says: hel'), drop());
  let left = broken;
  server.always(function* (request) {
    const partial = partialOf(request) ?? '';
    if (partial !== 'He says: hel' && left-- > 0) yield drop();
    else yield* [text('He says: hello'.slice(partial.length - 1)), finish(), done()];
  });
  const events = await collect(rig({ random: () => 0 }).start(server.url, { options: { retry: { maxAttempts } } }));
  return [endOf(events).text, endOf(events).reason, server.requests.length];
}

it('asks again where the rest fits when the connection of that question breaks', async () => {
  expect(await unclearJoin(2)).toEqual(['He says: hello', 'stop', 5]);
});

it('ends as truncated, and guesses nothing, when where the rest fits cannot be asked', async () => {
  expect(await unclearJoin(99)).toEqual(['He says: hel', 'truncated', 13]);
});

it('does not take for new text what may have begun to repeat when it broke off', async () => {
  await using server = await fakeServer();
  const said = '- [ ] read\n- [ ] write\n- [ ] re';
  server.next(text(said), drop());
  server.next(text('] read\n- [ ] wri'), drop());
  server.next(text(`${said.slice(-30)}st`), finish(), done());
  const { text: whole, usage } = endOf(await collect(rig({ random: () => 0 }).start(server.url)));
  expect([whole, (usage.paidAgain?.completion ?? 0) > 0]).toEqual([`${said}st`, true]);
});
