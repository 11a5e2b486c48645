// Good streams, damaged the way relays do it, and what must hold of whatever is made of them. What no reader can see is
// left out: a whole event with text that is lost, sent twice or moved, where nothing numbers the events.
import { jsonOf } from '../../src/core/provider/reading/json.ts';
import { ChatCompletionsDecoder } from '../../src/core/provider/openaiChat/decoder.ts';
import { ToolCalls } from '../../src/core/request/toolCalls.ts';
import { assembled } from '../support/assembled.ts';
import { expected, recordedStreams } from '../support/corpus.ts';
import { seeded } from '../support/random.ts';

type Random = () => number;

interface GoodStream {
  readonly name: string;
  readonly events: readonly string[];
  readonly text: string;
  readonly finish: string;
  /** Name and arguments of each call; undefined if the recording does not say. */
  readonly calls: readonly (readonly [string, string])[] | undefined;
  /** Every chunk has a finish reason, so that a cut is invisible. */
  readonly endsAlways: boolean;
}

const pick = <T>(next: Random, list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
const between = (next: Random, from: number, to: number): number => from + Math.floor(next() * (to - from + 1));

const recorded: readonly GoodStream[] = recordedStreams()
  .map((stream) => ({ ...expected(stream), name: stream.name, body: Buffer.from(stream.bytes).toString() }))
  .filter(({ error, finish, body }) => error === null && finish !== 'truncated' && /^(?:data|id|event|retry|:)/.test(body))
  .filter(({ name, body }) => !body.includes('\r') && !/33-after-done|37-sse-fields|30-empty|05-openai-n2/.test(name))
  .map(({ name, body, text, finish }) => ({
    name,
    events: body.match(/[^]+?(?:\n\n|$)/g) ?? [],
    text,
    finish,
    calls: finish === 'tool-calls' ? undefined : [],
    endsAlways: name.startsWith('31'),
  }));

const words = [
  'The ',
  'stream',
  ' says',
  ': ',
  '"quoted"',
  '\n\n',
  '```ts\n',
  'data: [DONE]',
  '{"error":',
  ' 6',
  'é',
  '🙂',
  '\\n',
  '</think>',
  '東京',
  ' end',
];
const commands = ['rm -rf build/old/cache', 'echo "a\\tb" > \'x\'', 'ls', '{"nested": "json"}', 'data: x\n\nevent: error\n'];

/** An answer with known text and calls, as a server streams it. */
function made(next: Random): GoodStream {
  const pieces = Array.from({ length: between(next, 2, 12) }, () => pick(next, words));
  const usage = { prompt_tokens: 9, completion_tokens: 40, total_tokens: 49 };
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const calls = Array.from({ length: next() < 0.5 ? between(next, 1, 3) : 0 }, (_, index): [string, string] => [
    pick(next, ['bash', 'write', '__proto__']),
    JSON.stringify({ cmd: pick(next, commands), n: index }),
  ]);
  const finish = calls.length > 0 ? 'tool_calls' : pick(next, ['stop', 'length']);
  return {
    name: 'made',
    events: [
      chunk({ role: 'assistant', content: '' }),
      ...pieces.map((content) => chunk({ content })),
      ...calls.flatMap(([name, json], index) => [
        chunk({ tool_calls: [{ index, id: `call_${index}x`, type: 'function', function: { name, arguments: '' } }] }),
        ...(json.match(/[^]{1,9}/g) ?? []).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
      ]),
      chunk({}, finish),
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
      'data: [DONE]\n\n',
    ],
    text: pieces.join(''),
    finish: finish.replace('_', '-'),
    calls,
    endsAlways: false,
  };
}

const errors = [
  'data: {"error":{"message":"worker died","code":500}}\n\n',
  'data: error: out of memory on device 0\n\n',
  'event: error\ndata: {"message":"GPU fell over"}\n\n',
  'event: error\n\n',
  'event: error\ndata: upstream connect error\n\n',
  'error: {"code":500,"message":"slot unavailable"}\n\n',
  '{\n  "error": {\n    "code": 503,\n    "message": "Busy"\n  }\n}\n',
  '{"error":{"code":429,"message":"Too many requests"}}\n',
  'data: {"type":"error","message":"Overloaded"}\n\n',
  'data: {"detail":"Not authenticated","code":401}\n\n',
  'data: {"choices":[{"index":0,"error":{"message":"gone"},"delta":{"content":""},"finish_reason":"error"}]}\n\n',
  'upstream connect error or disconnect/reset before headers\n',
  '<html><head><title>502 Bad Gateway</title></head></html>\n',
];
const notes = [
  ': ping\n\n',
  'data:\n\n',
  'event: ping\n\n',
  'data: {}\n\n',
  'data: null\n\n',
  'foo: bar\n\n',
  '\n',
  'data: ping\n\n',
  'id: 5\n\n',
  '\ufeff',
];

interface Damage {
  readonly name: string;
  readonly apply: (events: readonly string[], next: Random, good: GoodStream) => string[];
}

/** Replaces the event at a random place. */
function onOne(change: (event: string, next: Random) => string, of: (event: string) => boolean = () => true): Damage['apply'] {
  return (events, next) => {
    const places = events.flatMap((event, place) => (of(event) ? [place] : []));
    if (places.length === 0) return [...events];
    const place = pick(next, places);
    return events.map((event, at) => (at === place ? change(event, next) : event));
  };
}

function insert(events: readonly string[], next: Random, text: string): string[] {
  const place = between(next, 0, events.length);
  return [...events.slice(0, place), text, ...events.slice(place)];
}

const isData = (event: string): boolean => /^data: [{[]/.test(event);
const hasJson = (event: string): boolean => event.startsWith('data: {');
const isOpening = (event: string): boolean =>
  !event.startsWith('data: "') &&
  !event.slice(0, -2).includes('\n\n') &&
  /"role"|"finish_reason": ?"|"usage": ?\{|\[DONE\]|"name": ?"/.test(event) &&
  !/"content": ?(?:"[^"]|\[|\{)/.test(event);

/** The chunk with another value for one of its fields. */
function retyped(event: string, next: Random): string {
  if (!/^data: \{[^\n]*\}\n\n$/.test(event)) return event;
  // An event that is already damaged may not be JSON anymore.
  const chunk = jsonOf(event.slice(6)) as
    | { choices?: { index?: unknown; finish_reason?: unknown; delta?: Record<string, unknown> }[] }
    | undefined;
  const choice = chunk?.choices?.[0];
  if (chunk === undefined || choice === undefined) return event;
  const { delta } = choice;
  switch (between(next, 0, 4)) {
    case 0:
      choice.index = String(choice.index ?? 0);
      break;
    case 1:
      if (typeof delta?.['content'] === 'string') delta['content'] = [{ type: 'text', text: delta['content'] }];
      break;
    case 2:
      if (typeof delta?.['content'] === 'string' && delta['content'] !== '') delta['content'] = { text: delta['content'] };
      break;
    case 3:
      if (typeof choice.finish_reason === 'string')
        choice.finish_reason = pick(next, [choice.finish_reason.toUpperCase(), { type: choice.finish_reason }]);
      break;
    default:
      if (typeof delta?.['content'] === 'string' && delta['content'] !== '') delta['content'] = { a: [1] };
  }
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

export const damages: readonly Damage[] = [
  { name: 'nothing', apply: (events) => [...events] },
  { name: 'a line end lost', apply: onOne((event) => event.replace(/\n\n$/, '\n')) },
  { name: 'both line ends lost', apply: onOne((event) => event.replace(/\n\n$/, '')) },
  { name: 'all blank lines lost', apply: (events) => events.map((event) => event.replace(/\n\n$/, '\n')) },
  { name: 'a line end doubled', apply: onOne((event) => `${event}\n`) },
  {
    name: 'line ends of another system',
    apply: (events, next) => events.map((event) => event.replaceAll('\n', pick(next, ['\r\n', '\r', '\n']))),
  },
  { name: 'two objects on one line', apply: onOne((event) => event.replace(/\n\n$/, ''), hasJson) },
  {
    name: 'the end of an event cut off',
    apply: onOne((event, next) => `${event.slice(0, between(next, 7, Math.max(7, event.length - 3)))}\n\n`, hasJson),
  },
  { name: 'the beginning of an event cut off', apply: onOne((event, next) => `data: ${event.slice(between(next, 7, 20))}`, hasJson) },
  {
    name: 'an error written into an event',
    apply: onOne((event, next) => event.slice(0, between(next, 7, event.length - 3)) + pick(next, errors), hasJson),
  },
  { name: 'the field name damaged', apply: onOne((event, next) => event.slice(between(next, 1, 6)), hasJson) },
  { name: 'the field name twice', apply: onOne((event) => `data: ${event}`, isData) },
  { name: 'a value of another type', apply: onOne(retyped, hasJson) },
  { name: 'an event encoded twice', apply: onOne((event) => `data: ${JSON.stringify(event.slice(6, -2))}\n\n`, hasJson) },
  { name: 'an event without words twice', apply: onOne((event) => event + event, isOpening) },
  { name: 'an error put in', apply: (events, next) => insert(events, next, pick(next, errors)) },
  {
    name: 'an error and [DONE], and nothing more',
    apply: (events, next) => {
      const place = between(next, 0, events.length - 1);
      return [...events.slice(0, place), pick(next, errors), ...(next() < 0.5 ? ['data: [DONE]\n\n'] : [])];
    },
  },
  { name: 'a note put in', apply: (events, next) => insert(events, next, pick(next, notes)) },
  {
    name: '[DONE] moved',
    apply: (events, next, { endsAlways }) => {
      const rest = events.filter((event) => !/^(?:data: )*\[DONE\]/.test(event));
      return endsAlways ? [...events] : insert(rest, next, 'data: [DONE]\n\n');
    },
  },
  { name: '[DONE] lost', apply: (events) => events.filter((event) => !event.startsWith('data: [DONE]')) },
  {
    name: 'the finish moved before other events',
    apply: (events, next) => {
      const place = events.findIndex((event) => /"finish_reason": ?"/.test(event) && !/"content": ?(?:"[^"]|\[|\{)/.test(event));
      if (place < 1) return [...events];
      const to = between(next, 0, place - 1);
      return [...events.slice(0, to), events[place]!, ...events.slice(to, place), ...events.slice(place + 1)];
    },
  },
  {
    name: 'the body cut',
    apply: (events, next, { endsAlways }) => {
      const body = events.join('');
      return endsAlways ? [...events] : [body.slice(0, between(next, 0, body.length))];
    },
  },
];

export interface Case {
  readonly damage: string;
  readonly problems: readonly string[];
  /** The answer was read completely and ended well. */
  readonly whole: boolean;
}

/** Reads one stream with one or two damages, cut anywhere, and returns what is wrong with the result. */
export function damagedCase(seed: number): Case {
  const next = seeded(seed * 7919 + 17);
  for (let turn = 0; turn < 5; turn++) next();
  const good = next() < 0.6 ? made(next) : pick(next, recorded);
  const first = pick(next, damages);
  const second = next() < 0.25 && !good.endsAlways ? pick(next, damages) : damages[0]!;
  // Two moved ends can agree on a wrong place, and a cut after one of them is invisible.
  const ends = /moved|lost|cut|error/;
  const both = ends.test(first.name) && ends.test(second.name) ? [first] : [first, second];
  const events = both.reduce<readonly string[]>((list, { apply }) => apply(list, next, good), good.events);
  const body = new TextEncoder().encode(events.join(''));
  const seen = read(body, next);
  const problems: string[] = [];
  if (!good.text.startsWith(seen.text)) problems.push('the text is no beginning of the true one');
  const endsWell = seen.finish === good.finish || seen.finish === 'stop' || seen.finish === 'tool-calls';
  const lost = endsWell && seen.text !== good.text;
  if (lost) problems.push(`a good end without the whole text: ${seen.finish}`);
  const { calls } = good;
  if (seen.calls.length > 0 && calls !== undefined && JSON.stringify(seen.calls) !== JSON.stringify(calls)) {
    problems.push(`calls that are not the true ones: ${JSON.stringify(seen.calls)}`);
  }
  const damage = both.map(({ name }) => name).join(', then ');
  return {
    damage: `seed ${seed}: ${damage} of ${good.name}`,
    problems: problems.length === 0 ? [] : [...problems, `read ${JSON.stringify(seen)}`, `from ${JSON.stringify(events.join(''))}`],
    whole: endsWell && !lost,
  };
}

function read(body: Uint8Array, next: Random): { text: string; finish: string; calls: readonly (readonly [string, string])[] } {
  let text = '';
  const tools = new ToolCalls();
  const decoder = new ChatCompletionsDecoder((delta) => {
    if (delta.type === 'text' || delta.type === 'refusal') text += delta.text;
    if (delta.type === 'tool') tools.push(delta);
  });
  const size = between(next, 1, 200);
  for (let at = 0; at < body.length && decoder.state !== 'done' && decoder.state !== 'failed'; at += size)
    decoder.feed(body.slice(at, at + size));
  const ending = decoder.end();
  const finish = ending.type === 'finish' ? ending.reason : ending.type;
  const all = assembled(tools);
  const handedOut = finish === 'stop' || finish === 'tool-calls' || finish === 'other';
  const calls = handedOut && all.type === 'calls' ? all.calls.map((call) => [call.name, call.arguments] as const) : [];
  // As in the engine: a good end that announces calls is not good if there are none, or broken ones.
  const broken = handedOut && (all.type === 'broken' || (finish === 'tool-calls' && calls.length === 0));
  return { text, finish: broken ? 'failure' : finish, calls };
}
