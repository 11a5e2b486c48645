import { describe, expect, it } from 'vitest';
import type { FakeRequest } from '../../support/fakeServer.ts';
import { drop, fakeServer, finish, done, text, type Step } from '../../support/fakeServer.ts';
import { collect, endOf, inParallel, problemsOf, rig } from '../../support/engine.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

/** What the client says is already there, if it asks to go on. */
function partialOf({ body }: FakeRequest): string | undefined {
  const messages = body.messages as { role: string; content: string }[];
  return messages.findLast((message) => message.role === 'assistant')?.content;
}

/** Deltas as servers send them: a few characters each. */
function* deltas(whole: string, size = 24): Generator<Step> {
  for (let at = 0; at < whole.length; at += size) yield text(whole.slice(at, at + size));
}

/** A server that cuts its first answer at `cut` and, asked to go on, repeats `repeated` characters. */
function* continuing(whole: string, cut: number, repeated: number, request: FakeRequest): Generator<Step> {
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

describe.each(['ask', 'prefill', 'prefix'] as const)('continued by %s', (continuation) => {
  it.each([0, 1, 7, 40])(
    'joins an answer that was cut at any character when the server repeats %d',
    async (repeated) => {
      await using server = await fakeServer();
      const { start } = rig();
      // Every place for the plain way; each other way is the same code with another request.
      const step = continuation === 'ask' ? 1 : 13;
      const cuts = Array.from({ length: Math.ceil((knownAnswer.length - 1) / step) }, (_, index) => 1 + index * step);
      const wrong: unknown[] = [];
      const plan = new Map<string, number>();
      server.always((request) => {
        const question = request.body.messages[0].content as string;
        return continuing(knownAnswer, plan.get(question) as number, repeated, request);
      });
      await inParallel(cuts, 8, async (cut) => {
        const question = `Cut at ${cut}.`;
        plan.set(question, cut);
        const stream = start(server.url, {
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
