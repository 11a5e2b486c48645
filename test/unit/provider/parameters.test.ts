// The parameters of a question in each protocol's words; what a model refuses or a protocol lacks is left out and named.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import { mergeParameters, type Parameters } from '../../../src/core/provider/parameters.ts';
import { type Api, apis, type Decoder, type Delta, type Ending, type EndpointMemory } from '../../../src/core/provider/provider.ts';
import { StopTexts } from '../../../src/core/provider/reading/stopTexts.ts';

type Body = Record<string, any>;

/** Asks once. @param refuse the answer to a body that is refused, undefined where it is taken */
async function ask(api: Api, parameters: Parameters, refuse: (body: Body) => string | undefined = () => undefined, answer = '') {
  const bodies: Body[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const body = JSON.parse(text) as Body;
      bodies.push(body);
      const refusal = refuse(body);
      response
        .writeHead(refusal === undefined ? 200 : 400, { 'content-type': refusal === undefined ? 'text/event-stream' : 'application/json' })
        .end(refusal === undefined ? answer : JSON.stringify({ error: { message: refusal } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = { id: 'x', name: 'X', baseURL: `http://127.0.0.1:${port}/v1`, continuation: 'auto', api } as const;
  const memory: EndpointMemory = {};
  const provider = createProvider(
    (input, init) => fetch(input, init),
    () => 0,
  );
  const once = async () => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...parameters } as const;
    const opened = await provider.open(endpoint, request, memory, new AbortController().signal);
    if (opened.type !== 'opened') return { opened: opened.failure.message, leftOut: undefined, text: '', ending: undefined };
    let text = '';
    const decoder = opened.decoder((delta) => (text += delta.type === 'text' ? delta.text : '')) as Decoder<Uint8Array>;
    for await (const bytes of opened.body as unknown as AsyncIterable<Uint8Array>) decoder.feed(bytes);
    return { opened: 'opened', leftOut: opened.leftOut, text, ending: decoder.end() };
  };
  try {
    return { first: await once(), second: await once(), bodies };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const all: Parameters = {
  temperature: 0.5,
  topP: 0.9,
  stop: ['END'],
  maxTokens: 4_096,
  effort: 'low',
  verbosity: 'low',
  body: { seed: 7 },
};

describe('every parameter is sent in the words of', () => {
  it.each<[api: Api, sent: Body, leftOut: readonly string[] | undefined]>([
    [
      'chat',
      { temperature: 0.5, top_p: 0.9, stop: ['END'], max_tokens: 4_096, reasoning_effort: 'low', verbosity: 'low', seed: 7 },
      undefined,
    ],
    [
      'responses',
      {
        temperature: 0.5,
        top_p: 0.9,
        max_output_tokens: 4_096,
        reasoning: { effort: 'low', summary: 'auto' },
        text: { verbosity: 'low' },
        seed: 7,
      },
      undefined,
    ],
    [
      'messages',
      { stop_sequences: ['END'], max_tokens: 4_096, output_config: { effort: 'low' }, seed: 7 },
      // A model that thinks takes neither of the two.
      ['temperature', 'topP', 'verbosity'],
    ],
    [
      'gemini',
      {
        generationConfig: {
          temperature: 0.5,
          topP: 0.9,
          maxOutputTokens: 4_096,
          stopSequences: ['END'],
          thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' },
        },
        seed: 7,
      },
      ['verbosity'],
    ],
    ['ollama', { options: { temperature: 0.5, top_p: 0.9, stop: ['END'], num_predict: 4_096 }, think: 'low', seed: 7 }, ['verbosity']],
  ])('%s', async (api, sent, leftOut) => {
    const { bodies, first } = await ask(api, all);
    const [body = {}] = bodies;
    expect([Object.fromEntries(Object.keys(sent).map((name) => [name, body[name]])), first.leftOut]).toEqual([sent, leftOut]);
  });
});

it.each(apis)('sends no parameter that is not set, by %s', async (api) => {
  const { bodies, first } = await ask(api, {});
  const names = [
    'temperature',
    'top_p',
    'stop',
    'stop_sequences',
    'verbosity',
    'text',
    'reasoning_effort',
    'think',
    'options',
    'generationConfig',
  ];
  expect([names.filter((name) => name in bodies[0]!), first.leftOut]).toEqual([[], undefined]);
});

it('lets the fields of the person win over those of the same name', async () => {
  const { bodies } = await ask('chat', { temperature: 0.5, body: { temperature: 1, top_k: 3 } });
  expect([bodies[0]!['temperature'], bodies[0]!['top_k']]).toEqual([1, 3]);
});

describe('a refused parameter is left out once, remembered and named', () => {
  it.each<[what: string, api: Api, parameters: Parameters, refuse: (body: Body) => string | undefined, leftOut: readonly string[]]>([
    [
      'temperature',
      'chat',
      { temperature: 0.2, topP: 0.5 },
      (body) => ('temperature' in body ? "Unsupported value: 'temperature' does not support 0.2 with this model." : undefined),
      ['temperature'],
    ],
    [
      'verbosity and effort, one after the other',
      'chat',
      { verbosity: 'low', effort: 'high' },
      (body) =>
        'verbosity' in body
          ? 'Unrecognized request argument supplied: verbosity'
          : 'reasoning_effort' in body
            ? 'Unknown parameter: reasoning_effort'
            : undefined,
      ['effort', 'verbosity'],
    ],
    ['think', 'ollama', { effort: 'low' }, (body) => ('think' in body ? '"m" does not support think' : undefined), ['effort']],
    [
      'top_p beside temperature',
      'messages',
      { temperature: 0.2, topP: 0.5 },
      (body) =>
        'top_p' in body && 'temperature' in body ? '`temperature` and `top_p` cannot both be specified for this model.' : undefined,
      ['temperature'],
    ],
  ])('%s', async (_what, api, parameters, refuse, leftOut) => {
    const { first, second, bodies } = await ask(api, parameters, refuse);
    expect({ first: [first.opened, first.leftOut], second: second.leftOut, refused: bodies.filter((body) => refuse(body)).length }).toEqual(
      {
        first: ['opened', leftOut],
        second: leftOut,
        refused: leftOut.length,
      },
    );
  });
});

it('ends an answer at a text that must end it where the protocol has no word for that', async () => {
  const event = (text: string) =>
    `data: ${JSON.stringify({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: text })}\n\n`;
  const { first } = await ask('responses', { stop: ['END'] }, undefined, event('one E') + event('ND two') + event(' three'));
  expect([first.text, first.ending]).toEqual(['one ', { type: 'finish', reason: 'stop', endedHere: true }]);
});

it('ends an answer at such a text itself where the model refuses the parameter', async () => {
  const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const refuse = (body: Body) => ('stop' in body ? "Unsupported parameter: 'stop' is not supported with this model." : undefined);
  const { first, second, bodies } = await ask('chat', { stop: ['END'] }, refuse, chunk('one EN') + chunk('D two'));
  expect([first.text, second.text, first.leftOut, bodies.length]).toEqual(['one ', 'one ', undefined, 3]);
});

it('ends an answer at such a text whatever the pieces are, and holds back nothing at its end', () => {
  const heard: Delta[] = [];
  const whole = 'aab';
  const results = ['xaaab', 'xaab', 'aaaaaab', 'ab', 'aa', 'xaabaab', '\uD83D\uDE00aab'].map((text) =>
    Array.from({ length: 1 << (text.length - 1) }, (_, cuts) => {
      heard.length = 0;
      const texts = new StopTexts((delta) => void heard.push(delta), [whole, 'zz']);
      const decoder = texts.around({ feed: () => undefined, state: 'open', end: (): Ending => ({ type: 'cut' }) });
      let piece = '';
      for (let at = 0; at < text.length; at++) {
        piece += text[at];
        if ((cuts >> at) & 1 || at === text.length - 1) {
          texts.sink({ type: 'text', text: piece });
          piece = '';
        }
      }
      const ending = decoder.end();
      return [heard.map((delta) => (delta.type === 'text' ? delta.text : '')).join(''), ending.type].join('|');
    }).filter((one, index, every) => every.indexOf(one) === index),
  );
  expect(results).toEqual([['xa|finish'], ['x|finish'], ['aaaa|finish'], ['ab|cut'], ['aa|cut'], ['x|finish'], ['\uD83D\uDE00|finish']]);
});

it('lets a later layer win, and merges the further fields one by one', () => {
  expect(
    mergeParameters({ temperature: 1, effort: 'low', body: { a: 1, b: 1 } }, undefined, { temperature: 0, body: { b: 2 } }, { stop: [] }),
  ).toEqual({ temperature: 0, effort: 'low', stop: [], body: { a: 1, b: 2 } });
});
