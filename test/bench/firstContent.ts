// How long the first words of an answer take to their reader, beside the least that any client must do; a part of
// `npm run bench:engine`.
import { OpenAI } from 'openai';
import { collect, rig } from '../support/engine.ts';
import { done, fakeServer, finish, gate, head, text, wait } from '../support/fakeServer.ts';
import { encodingFor } from '../../scripts/vocabularies.ts';

/** The rest of the answer: without it, the code for deltas would never be compiled. */
const rest = [...Array.from({ length: 100 }, (_, index) => text(` word ${index}`)), finish(), done()];

/** Reports when the first content arrives, and reads the answer to its end. */
type FirstContent = (url: string, seen: () => void) => Promise<void>;

const bare = (url: string): Promise<Response> => fetch(`${url}/chat/completions`, { method: 'POST', body: '{}' });

/** @param look work on the first bytes before they count as read */
const reading =
  (look: (bytes: Uint8Array) => void, ask = bare): FirstContent =>
  async (url, seen) => {
    const response = await ask(url);
    const reader = response.body?.getReader();
    look((await reader?.read())?.value ?? new Uint8Array());
    seen();
    while (!(await reader?.read())?.done);
  };

const bytesFirst = reading(() => undefined);

/** The least work that turns bytes into content. */
const word = (bytes: Uint8Array): void => {
  const event = new TextDecoder().decode(bytes, { stream: true });
  const { choices } = JSON.parse(event.slice(event.indexOf('data: ') + 6, event.indexOf('\n\n'))) as {
    readonly choices: readonly { readonly delta: { readonly content: string } }[];
  };
  if (choices[0]?.delta.content !== 'first') throw new Error(event);
};
const wordFirst = reading(word);

/** Times to the first content on loopback and an open connection: from the call, and from the server's write. */
export async function firstContents(): Promise<string[][]> {
  await using server = await fakeServer();
  // The request is made by Rivulet's client; everything else is the minimum.
  const client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
  const throughClient = (): Promise<Response> =>
    client.chat.completions.create({ model: 'fake', messages: [{ role: 'user', content: 'Go.' }], stream: true }).asResponse();
  const clientFirst = reading(word, throughClient);
  const { start } = rig({ encoding: encodingFor('o200k') });
  const ourFirst: FirstContent = async (url, seen) => {
    let first = true;
    await collect(start(url), (event) => {
      if (event.type === 'text' && first) {
        first = false;
        seen();
      }
    });
  };
  /** The server writes the first delta 3 ms after the request, and the rest when it was seen. */
  const fromWrite = async (headersFirst: boolean, first: FirstContent): Promise<number> => {
    const [go, seen] = [gate(), gate()];
    let wroteMs = 0;
    server.next(
      (async function* () {
        if (headersFirst) yield head(200, { 'content-type': 'text/event-stream' });
        yield wait(go.opened);
        wroteMs = performance.now();
        yield text('first');
        yield wait(seen.opened);
        yield* rest;
      })(),
    );
    void server.arrived(server.requests.length).then(() => setTimeout(go.open, 3));
    let seenMs = 0;
    await first(server.url, () => {
      seenMs = performance.now();
      seen.open();
    });
    return seenMs - wroteMs;
  };
  const fromCall = async (first: FirstContent): Promise<number> => {
    const seen = gate();
    server.next(text('first'), wait(seen.opened), ...rest);
    const fromMs = performance.now();
    let seenMs = 0;
    await first(server.url, () => {
      seenMs = performance.now();
      seen.open();
    });
    return seenMs - fromMs;
  };
  const rows: string[][] = [['', 'bytes read, µs', 'content, µs', 'through openai, µs', 'Rivulet, µs', '× bytes', '× content', '× openai']];
  const entrants = [bytesFirst, wordFirst, clientFirst, ourFirst];
  const compare = async (name: string, time: (first: FirstContent) => Promise<number>): Promise<void> => {
    const times = entrants.map((): number[] => []);
    for (let round = 0; round < 200; round++) {
      for (const [index, entrant] of entrants.entries()) {
        times[index]!.push(await time(entrant));
        await pause();
      }
    }
    const [bytes, content, client, ours] = times.map((list) => median(list.slice(50))) as [number, number, number, number];
    const microseconds = [bytes, content, client, ours].map((ms) => (ms * 1000).toFixed(0));
    rows.push([name, ...microseconds, ...[bytes, content, client].map((other) => (ours / other).toFixed(2))]);
  };
  await compare('from the call', fromCall);
  await compare('from the server’s write, headers sent before', (first) => fromWrite(true, first));
  await compare('from the server’s write, headers sent with it', (first) => fromWrite(false, first));
  return rows;
}

/** Until the last answer's socket is back in the pool. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
