// Answers that no server keeps, cut one to five times at any byte, in the headers too: what comes of them is the answer
// without a cut, or the beginning of it that is called truncated, and what was paid for twice is what the server has counted.
import { collect, endOf, hurried, problemsOf, rig } from '../support/engine.ts';
import {
  bodyHeader,
  type ContinuingApi,
  continuingHeaderBytes,
  type ContinuingModel,
  continuingServer,
  type KnownAnswer,
} from '../support/continuingServer.ts';
import { knownAnswer } from '../support/knownAnswer.ts';
import { seeded } from '../support/random.ts';

const apis: readonly ContinuingApi[] = ['chat', 'messages', 'ollama'];
const thoughts = 'The person asks for a description of streams. First the steps, then code; 然后是中文。 I should not forget the table 🙂.';
/** Each character is a token, here and at the server. */
const characters = { words: /[^]/gu, count: () => 1 };

function modelOf(next: () => number): ContinuingModel {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const from = Math.floor(next() * 2_000);
  const known = [...knownAnswer]
    .slice(from, from + 100 + Math.floor(next() * 900))
    .join('')
    .trimStart();
  const text = next() < 0.1 ? '' : known;
  const answer: KnownAnswer = { reasoning: next() < 0.5 ? thoughts : '', text, call: text === '' || next() < 0.2 };
  const sizes = { repeats: pick([0, 0, 1, 7, 40]), pieceSize: pick([1, 3, 12, 60]) };
  return { ...answer, ...sizes, api: pick(apis), takesPrefill: next() < 0.5, thinksAgain: next() < 0.5 };
}

/** @returns what is wrong with the answer of this seed */
export async function continuedCutCase(seed: number): Promise<readonly string[]> {
  const next = seeded(seed);
  const model = modelOf(next);
  const tears = Array.from({ length: 12 }, () => next() < 0.5);
  await using server = await continuingServer(model, () => tears.pop() ?? true);
  const longest = 400 + (model.text.length + model.reasoning.length) * (140 / model.pieceSize + 1);
  server.cuts = Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
    Math.floor(next() < 0.15 ? next() * continuingHeaderBytes : continuingHeaderBytes + next() * longest * next()),
  );
  const cuts = [...server.cuts];
  const received = new Map<number, number>();
  const way = next() < 0.3 ? 'ask' : 'auto';
  const { start } = rig({ clock: hurried, encoding: characters, random: next, fetch: counting(received) });
  const stream = start(server.url, { endpoint: { api: model.api, continuation: way } });
  const events = await collect(stream);
  const { text, reason, usage } = endOf(events);
  const problems = [...problemsOf(events), ...server.problems];
  const isWhole = reason === (model.call ? 'tool-calls' : 'stop');
  if (isWhole && text !== model.text) problems.push(`got ${JSON.stringify(text)}`, `expected ${JSON.stringify(model.text)}`);
  if (isWhole && (stream.toolCalls.length === 1) !== model.call) problems.push('another number of calls');
  if (!isWhole && !model.text.startsWith(text)) problems.push(`got ${JSON.stringify(text)}, which is no beginning of the answer`);
  if (!isWhole && reason !== (text === '' ? 'error' : 'truncated') && reason !== 'truncated') problems.push(`ended as ${reason}`);
  const told = usage.paidAgain ?? { prompt: 0, completion: 0 };
  // A client that has the finish reason does not wait for the end of the event.
  const counted = [0, 2].map((unended) => server.paidAgain((body) => (received.get(body) ?? 0) - unended, text));
  if (!counted.some(({ prompt, completion }) => told.prompt === prompt && told.completion === completion)) {
    problems.push(`paid again: told ${JSON.stringify(told)}, counted by the server ${JSON.stringify(counted[0])}`);
  }
  const { text: _, reasoning, ...rest } = model;
  return problems.length === 0
    ? []
    : [`${JSON.stringify({ ...rest, thinks: reasoning !== '', way })} cut at ${cuts.join(', ')}`, ...problems];
}

/** Text lost before it reached the client cannot be counted by it. */
function counting(received: Map<number, number>): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const number = response.headers.get(bodyHeader);
    if (number === null || response.body === null) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          received.set(Number(number), (received.get(Number(number)) ?? 0) + value.length);
          controller.enqueue(value);
        },
        cancel: (cause) => reader.cancel(cause),
      },
      { highWaterMark: 0 },
    );
    const { status, headers } = response;
    return new Response(body, { status, headers });
  };
}
