// Readers of one answer of the chat service that lose their connections at random places and come back, several at once.
import { createParser } from 'eventsource-parser';
import { serve, token } from '../../scripts/served.ts';
import { fakeServer, finish, gate, done, type Step, text, wait } from '../support/fakeServer.ts';
import { seeded } from '../support/random.ts';

export interface RejoinCase {
  readonly seed: number;
  readonly readers: number;
  /** Number of connections that each of them loses. */
  readonly drops: number;
}

const deltas = 600;
/** Number of pieces that are sent only when a reader gets close to them. */
const pieceDeltas = 25;
const doors = [
  { path: '/v1/responses', body: { input: 'Go' } },
  { path: '/v1/messages', body: { max_tokens: 9, messages: [{ role: 'user', content: 'Go' }] } },
  { path: '/v1/chat/completions', body: { messages: [{ role: 'user', content: 'Go' }] } },
  { path: '/chat', body: { message: 'Go' } },
] as const;

interface Seen {
  readonly ids: number[];
  readonly data: string[];
  words: string;
}

/** Returns the mistakes: each reader must get every event of the answer once and in order, from a single generation. */
export async function rejoinCase({ seed, readers, drops }: RejoinCase): Promise<readonly string[]> {
  const dice = seeded(seed);
  const { path, body } = doors[seed % doors.length]!;
  await using server = await fakeServer();
  const { service, address } = await serve(server);
  const headers = { authorization: `Bearer ${token}` };
  const pieces = Array.from({ length: Math.ceil(deltas / pieceDeltas) }, () => gate());
  const steps: Step[] = Array.from({ length: deltas }, (_, index) => [
    ...(index % pieceDeltas === 0 ? [wait(pieces[index / pieceDeltas]!.opened)] : []),
    text(`w${index} `),
  ]).flat();
  server.next(...steps, finish(), done());
  const begun = await fetch(address.url + path, {
    method: 'POST',
    headers: { ...headers, 'x-rivulet-detach': 'true' },
    body: JSON.stringify({ ...body, stream: true }),
  });
  const id = begun.headers.get('x-rivulet-answer') ?? '';
  await begun.body?.cancel();
  const advance = (): void => {
    const furthest = Math.max(...all.map(({ words }) => words.split(' ').length));
    for (const [index, piece] of pieces.entries()) if (index * pieceDeltas <= furthest + 10) piece.open();
  };
  const all: Seen[] = Array.from({ length: readers }, () => ({ ids: [], data: [], words: '' }));
  advance();
  await Promise.all(all.map((seen) => readAll(`${address.url}/v1/responses/${id}`, headers, seen, drops, dice, advance)));
  service.stop();
  const problems: string[] = [];
  const [first] = all;
  for (const [index, { ids, data }] of all.entries()) {
    const wrong = ids.findIndex((number, place) => number !== place);
    if (wrong !== -1) problems.push(`${path}: reader ${index} got event ${ids[wrong]} in place ${wrong}`);
    if (JSON.stringify(data) !== JSON.stringify(first!.data)) problems.push(`${path}: reader ${index} got other events than reader 0`);
  }
  const wanted = Array.from({ length: deltas }, (_, index) => `w${index} `).join('');
  for (const [index, { words }] of all.entries()) if (words !== wanted) problems.push(`${path}: reader ${index} got other words`);
  if (server.requests.length !== 1) problems.push(`${path}: ${server.requests.length} answers were asked for`);
  return problems;
}

/** Reads to the end of the answer, and drops the connection several times, each after a random number of events. */
async function readAll(
  url: string,
  headers: Readonly<Record<string, string>>,
  seen: Seen,
  drops: number,
  dice: () => number,
  advance: () => void,
): Promise<void> {
  for (let dropped = 0; ; dropped++) {
    const after = seen.ids.at(-1);
    const byHeader = dice() < 0.5;
    const query = after === undefined || byHeader ? '' : `&starting_after=${after}`;
    const leave = new AbortController();
    const response = await fetch(`${url}?stream=true${query}`, {
      headers: { ...headers, ...(after !== undefined && byHeader ? { 'last-event-id': String(after) } : {}) },
      signal: leave.signal,
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const most = dropped < drops ? Math.floor(dice() * Math.max(2, Math.ceil(deltas / drops))) : Infinity;
    if (!(await readSome(response, seen, most, leave, advance))) return;
  }
}

/** True if the connection was dropped; later data is lost with it. */
async function readSome(response: Response, seen: Seen, most: number, leave: AbortController, advance: () => void): Promise<boolean> {
  let got = 0;
  const parser = createParser({
    onEvent: ({ id, data }) => {
      if (got++ >= most) return;
      seen.ids.push(Number(id));
      seen.data.push(data);
      seen.words += wordsIn(data);
    },
  });
  try {
    for await (const bytes of response.body!.pipeThrough(new TextDecoderStream())) {
      if (got < most) parser.feed(bytes);
      advance();
      if (got < most) continue;
      leave.abort();
      return true;
    }
  } catch {
    return true;
  }
  return false;
}

/** The text that one event of any dialect adds. */
function wordsIn(data: string): string {
  if (!data.startsWith('{')) return '';
  const { delta, content, choices } = JSON.parse(data) as Record<string, any>;
  const words: unknown = content ?? choices?.[0]?.delta?.content ?? delta?.text ?? delta;
  return typeof words === 'string' ? words : '';
}
