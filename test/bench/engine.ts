// What a stream costs, in ratios to the least that any client must do: `npm run bench:engine`. All entrants read the
// same bytes in the same run, in turns, and what counts is the time that this thread has worked, so that a busy machine
// changes little. No collection of garbage is forced between them: it would throw away the code that V8 has optimized for
// objects of which none is left, and what was measured would be how fast each entrant is compiled again.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import OpenAI from 'openai';
import type { Trigger } from '../../src/api.ts';
import { ChatCompletionsDecoder } from '../../src/core/provider/openaiChat/decoder.ts';
import { rig } from '../support/engine.ts';
import { fakeServer, hang, text } from '../support/fakeServer.ts';
import { seeded } from '../support/random.ts';
import { encodingFor } from '../../scripts/vocabularies.ts';
import { firstContents } from './firstContent.ts';
import { protocolBenches, type Read } from './protocols.ts';

const encoding = encodingFor('o200k');
const words = [
  'the ',
  'stream',
  ' never',
  ' lies',
  ',\n',
  ' `code`',
  '\n\n',
  '```ts\n',
  'const',
  ' x',
  ' =',
  ' 1',
  ';\n',
  '```\n',
  ' and',
  ' on',
  '. ',
];
const rounds = 15;
const warmUps = 3;

/** Events as OpenAI sends them, about 330 bytes each, the fingerprint and padding included. */
function events(count: number): Uint8Array[] {
  const next = seeded(9);
  const encoder = new TextEncoder();
  // As OpenAI pads: at random, to hide the length of the text.
  const padding = (): string => Array.from({ length: 1 + Math.floor(next() * 40) }, () => Math.floor(next() * 36).toString(36)).join('');
  const make = (delta: object, reason: string | null): Uint8Array =>
    encoder.encode(
      `data: ${JSON.stringify({
        id: 'chatcmpl-9XhK2m4vQbT7RrYw1ZcD5eFgHjLnP',
        object: 'chat.completion.chunk',
        created: 1_760_000_000,
        model: 'gpt-4o-2024-11-20',
        service_tier: 'default',
        system_fingerprint: 'fp_a1b2c3d4e5',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
        usage: null,
        obfuscation: padding(),
      })}\n\n`,
    );
  const all = Array.from({ length: count }, () => make({ content: words[Math.floor(next() * words.length)] }, null));
  return [...all, make({}, 'stop'), encoder.encode('data: [DONE]\n\n')];
}

type Shape = 'event' | '16 KiB' | '50 B';

/** The same bytes in other pieces. */
function shaped(list: readonly Uint8Array[], shape: Shape): Uint8Array[] {
  if (shape === 'event') return [...list];
  const whole = Buffer.concat(list);
  const size = shape === '16 KiB' ? 16_384 : 50;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) pieces.push(Uint8Array.from(whole.subarray(at, at + size)));
  return pieces;
}

function bodyOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      const piece = pieces[at++];
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

const responseOf = (pieces: readonly Uint8Array[]): Response =>
  new Response(bodyOf(pieces), { headers: { 'content-type': 'text/event-stream' } });

type Entrant = (pieces: readonly Uint8Array[]) => Promise<number>;

/** TextDecoder, indexOf and JSON.parse: nothing that reads this protocol can do less. */
const floor: Entrant = async (pieces) => {
  const reader = bodyOf(pieces).getReader();
  const decoder = new TextDecoder();
  let pending = '';
  let length = 0;
  for (;;) {
    const { done: over, value } = await reader.read();
    if (over) return length;
    pending += decoder.decode(value, { stream: true });
    let from = 0;
    for (let end = pending.indexOf('\n\n', from); end !== -1; end = pending.indexOf('\n\n', from)) {
      const data = pending.slice(from + 6, end);
      from = end + 2;
      if (data === '[DONE]') return length;
      length += (JSON.parse(data).choices[0].delta.content ?? '').length;
    }
    pending = pending.slice(from);
  }
};

const transport: Entrant = async (pieces) => {
  let length = 0;
  const decoder = new ChatCompletionsDecoder((delta) => {
    if (delta.type === 'text') length += delta.text.length;
  });
  const reader = bodyOf(pieces).getReader();
  for (;;) {
    const { done: over, value } = await reader.read();
    if (over) return length;
    decoder.feed(value);
    if (decoder.state === 'done') return length;
  }
};

const triggers: readonly Trigger[] = [
  { name: 'word', on: 'text', match: 'nowhere' },
  { name: 'pattern', on: 'regex', match: String.raw`[A-Z]{5}\d` },
  { name: 'fence', on: 'fence-open', match: 'python' },
];

const engine: Entrant = async (pieces) => {
  const { start } = rig({ fetch: async () => responseOf(pieces), encoding });
  const stream = start('http://127.0.0.1:1/v1', {
    options: { limits: { maxCharacters: 100_000_000, maxLines: 10_000_000 }, triggers },
  });
  const reader = stream.tape.read({ pacing: true });
  let length = 0;
  while (!reader.finished) {
    for (const event of reader.take()) if (event.type === 'text') length += event.text.length;
    await reader.more();
  }
  stream.usage();
  return length;
};

const sdk: Entrant = async (pieces) => {
  const client = new OpenAI({ apiKey: 'none', baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0, fetch: async () => responseOf(pieces) });
  let length = 0;
  for await (const chunk of await client.chat.completions.create({ model: 'x', messages: [], stream: true })) {
    length += chunk.choices[0]?.delta.content?.length ?? 0;
  }
  return length;
};

const aiSdk: Entrant = async (pieces) => {
  const provider = createOpenAICompatible({ name: 'x', baseURL: 'http://127.0.0.1:1/v1', fetch: async () => responseOf(pieces) });
  let length = 0;
  for await (const part of streamText({ model: provider('x'), prompt: 'x', maxRetries: 0 }).textStream) length += part.length;
  return length;
};

const entrants: Readonly<Record<string, Entrant>> = {
  'floor (decode, split, parse)': floor,
  'Rivulet, transport': transport,
  'Rivulet, whole engine': engine,
  'openai SDK, iterator': sdk,
  'ai SDK, streamText': aiSdk,
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Microseconds per event of each entrant, in turns. */
async function measure<T>(
  input: T,
  count: number,
  racers: Readonly<Record<string, (input: T) => Promise<number>>>,
): Promise<Map<string, number>> {
  const names = Object.keys(racers);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const lengths = new Set<number | undefined>();
  for (let round = -warmUps; round < rounds; round++) {
    // In turns, so that none always pays for the garbage of the same other one.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const from = process.threadCpuUsage();
      lengths.add(await racers[name]?.(input));
      const { user, system } = process.threadCpuUsage(from);
      if (round >= 0) times.get(name)?.push((user + system) / count);
    }
  }
  if (lengths.size !== 1) throw new Error(`The entrants read different lengths: ${[...lengths].join(', ')}`);
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
    );
  console.log('');
}

const count = 20_000;
if (process.argv[2] === 'protocols') await protocols();
else if (process.argv[2] !== 'first') {
  await costs();
  await protocols();
}
console.log('First content in the consumer’s hands, and that of fetch + reader (median)\n');
table(await firstContents());
await cancels();

/** Per event, by shape and by length. */
async function costs(): Promise<void> {
  const list = events(count);
  const shapes: readonly Shape[] = ['event', '16 KiB', '50 B'];
  const results: Map<string, number>[] = [];
  for (const shape of shapes) results.push(await measure(shaped(list, shape), count, entrants));
  console.log(`Microseconds of work per event, and the ratio to the floor (${count} events, median of ${rounds} rounds)\n`);
  const base = Object.keys(entrants)[0] as string;
  table([
    ['', ...shapes.flatMap((shape) => [shape, '×'])],
    ...Object.keys(entrants).map((name) => [
      name,
      ...results.flatMap((result) => [(result.get(name) ?? 0).toFixed(2), ((result.get(name) ?? 0) / (result.get(base) ?? 1)).toFixed(2)]),
    ]),
  ]);

  const sizes = [5_000, 10_000, 20_000, 40_000];
  const growth: number[] = [];
  for (const size of sizes) growth.push((await measure(shaped(events(size), 'event'), size, { engine })).get('engine') ?? 0);
  const exponent = 1 + Math.log((growth.at(-1) ?? 1) / (growth[0] ?? 1)) / Math.log((sizes.at(-1) ?? 1) / (sizes[0] ?? 1));
  console.log('Whole engine by the answer’s length\n');
  table([
    ['events', ...sizes.map(String)],
    ['µs per event', ...growth.map((value) => value.toFixed(2))],
    ['exponent', exponent.toFixed(3)],
  ]);
}

/** The other protocols, compared with their vendors' clients. */
async function protocols(): Promise<void> {
  const next = seeded(9);
  const said = Array.from({ length: count }, () => words[Math.floor(next() * words.length)] as string);
  const rows: string[][] = [];
  for (const [name, { events: lines, entrants: racers }] of Object.entries(protocolBenches(said))) {
    const encoder = new TextEncoder();
    const pieces = lines.map((line) => encoder.encode(line));
    const type = name === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';
    const shapes: readonly Shape[] = ['event', '16 KiB'];
    const results: Map<string, number>[] = [];
    for (const shape of shapes) {
      const body = (): Response => new Response(bodyOf(shaped(pieces, shape)), { headers: { 'content-type': type } });
      results.push(await measure<Parameters<Read>[0]>(body, count, racers));
    }
    for (const racer of Object.keys(racers)) {
      const cells = results.flatMap((result) => {
        const value = result.get(racer) ?? 0;
        return [value.toFixed(2), (value / (result.get('floor') ?? 1)).toFixed(2)];
      });
      rows.push([racer === 'floor' ? `${name}: floor` : `  ${racer}`, ...cells]);
    }
  }
  console.log(`The other protocols: microseconds of work per event, and the ratio to the floor of each\n`);
  table([['', 'event', '×', '16 KiB', '×'], ...rows]);
}

/** From the cancel until the server sees the socket closed. */
async function cancels(): Promise<void> {
  await using server = await fakeServer();
  const { start } = rig();
  const next = seeded(4);
  const times: number[] = [];
  for (let round = 0; round < 200; round++) {
    const words = Array.from({ length: Math.floor(next() * 40) }, (_, index) => text(`w${index} `));
    server.next(...words, hang());
    const index = server.requests.length;
    const stream = start(server.url);
    const request = await server.arrived(index);
    await new Promise((resolve) => setTimeout(resolve, next() * 4));
    const from = performance.now();
    stream.stop();
    times.push((await request.over).atMs - from);
  }
  const sorted = times.toSorted((a, b) => a - b);
  console.log('From stop() to the server seeing the socket closed (ms, 200 cancels at random moments)\n');
  table([
    ['median', (sorted[100] ?? 0).toFixed(2)],
    ['p99', (sorted[197] ?? 0).toFixed(2)],
    ['most', (sorted[199] ?? 0).toFixed(2)],
  ]);
}
process.exit(0);
