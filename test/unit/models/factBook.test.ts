// What is kept of the facts about models: the newest of each route, corrected by refusals, bounded, and read back.
import { describe, expect, it } from 'vitest';
import { announcedWindow } from '../../../src/core/models/announced.ts';
import { FactBook } from '../../../src/core/models/factBook.ts';
import { fromErrorObject, fromStatus } from '../../../src/core/provider/failures/failure.ts';
import { type ModelFacts, windowOf } from '../../../src/core/provider/facts/modelFacts.ts';

const endpoint = { id: 'x', baseURL: 'http://127.0.0.1:1/v1' };

function bookOf(written?: unknown) {
  let disk = written;
  let now = 0;
  const book = new FactBook({ wall: () => ++now, read: () => disk, write: (value) => (disk = JSON.parse(JSON.stringify(value))) });
  const tells = (facts: ModelFacts, route = '/models', model = 'm') =>
    book.reported(endpoint, { told: [{ model, facts, route }], loaded: [] });
  return { book, tells, disk: () => disk, window: (model = 'm') => windowOf(book.of(endpoint, model).facts) };
}

it('takes the window of a refusal over what the list says, until the server says something else', () => {
  const { book, tells, window } = bookOf();
  tells({ contextWindow: 128_000 });
  book.refusedLength(endpoint, 'm', 16_384);
  const refused = [window(), book.of(endpoint, 'm').sources.contextWindow?.by];
  tells({ contextWindow: 128_000 });
  const again = window();
  tells({ contextWindow: 32_768 });
  expect([refused, again, window()]).toEqual([[16_384, 'refusal'], 16_384, 32_768]);
});

it('says whether a report brings anything new', () => {
  const { tells } = bookOf();
  expect([tells({ vision: true }), tells({ vision: true }), tells({ vision: false })]).toEqual([true, false, true]);
});

it('takes a list that names a model twice for no news when it comes again', () => {
  const { book } = bookOf();
  const twice = [8_192, 4_096].map((contextWindow) => ({ model: 'm', facts: { contextWindow }, route: '/models' }));
  expect([book.listed(endpoint, twice), book.listed(endpoint, twice), book.reported(endpoint, { told: twice, loaded: [] })]).toEqual([
    true,
    false,
    false,
  ]);
});

it('knows that a model has left the memory of its server, and keeps the window that it is loaded with again', () => {
  const { book } = bookOf();
  const route = '/api/ps';
  book.reported(endpoint, { told: [{ model: 'm', facts: { contextWindow: 8_192, loaded: true }, route }], loaded: [route] });
  book.reported(endpoint, { told: [], loaded: [route] });
  expect(book.of(endpoint, 'm').facts).toEqual({ contextWindow: 8_192, loaded: false });
});

it('keeps the models of another address apart', () => {
  const { book, tells } = bookOf();
  tells({ contextWindow: 4_096 });
  expect(book.of({ ...endpoint, baseURL: 'http://127.0.0.1:2/v1' }, 'm').facts).toEqual({});
});

it('writes down the models that were used, 200 at most, without what is in memory now, and reads them back', () => {
  const { book, tells, disk } = bookOf();
  tells({ contextWindow: 1_000 }, '/models', 'never used');
  for (let index = 0; index < 250; index++) {
    tells({ contextWindow: 1_000 + index, efforts: ['low'] }, '/models', `m${index}`);
    tells({ contextWindow: 512, loaded: true }, '/api/ps', `m${index}`);
    book.use(endpoint, `m${index}`);
  }
  book.refusedLength(endpoint, 'm249', 300);
  book.acceptedLength(endpoint, 'm248', 77);
  const back = bookOf(disk()).book;
  expect({
    models: (disk() as unknown[]).length,
    first: back.of(endpoint, 'm0').facts,
    known: back.of(endpoint, 'm247').facts,
    refused: back.of(endpoint, 'm249').facts.contextWindow,
    accepted: back.accepted(endpoint, 'm248'),
  }).toEqual({ models: 200, first: {}, known: { contextWindow: 1_247, efforts: ['low'] }, refused: 300, accepted: 77 });
});

it.each([undefined, null, 'x', [1], [['k', { routes: 'no', accepted: 0 }]], [['k', { routes: [], accepted: -1 }]]])(
  'begins anew where %j was written',
  (written) => {
    expect(bookOf(written).book.of(endpoint, 'm')).toEqual({ facts: {}, sources: {} });
  },
);

describe('the window that a server names in refusing a prompt', () => {
  const openai = (message: string, more: object = {}) => ({ error: { message, ...more } });
  it.each<[server: string, body: unknown, window: number | undefined]>([
    ['OpenAI', openai("This model's maximum context length is 8192 tokens. However, your messages resulted in 9011 tokens."), 8_192],
    [
      'OpenAI, newer',
      openai(
        'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300001 tokens. Please reduce the length.',
      ),
      272_000,
    ],
    ['Anthropic', openai('prompt is too long: 205000 tokens > 200000 maximum'), 200_000],
    ['Gemini', openai('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'), 1_048_576],
    [
      'llama.cpp',
      openai('the request exceeds the available context size, try increasing it', {
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9_000,
        n_ctx: 4_096,
      }),
      4_096,
    ],
    [
      'vLLM',
      { object: 'error', message: "This model's maximum context length is 16,384 tokens. However, you requested 20,000 tokens" },
      16_384,
    ],
    ['Mistral', openai('Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length'), 32_768],
    ['xAI', openai("This model's maximum prompt length is 131072 but the request contains 537812 tokens."), 131_072],
    ['TGI', openai('Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens'), 4_096],
    ['Cohere', openai('too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.'), 4_081],
    ['DashScope', openai('Range of input length should be [1, 129024]'), 129_024],
    ['a server without a number', openai('The prompt is too long for this model.'), undefined],
    ['a limit in characters', openai('Your input is too long: at most 30000 characters are allowed.'), undefined],
    ['another refusal with a number', openai('Rate limit reached: maximum of 30000 tokens per minute.'), undefined],
  ])('%s', (_server, body, window) => {
    const refused = fromStatus(400, new Headers(), body, 0);
    const inStream = fromErrorObject(body);
    expect([refused.contextWindow, inStream.contextWindow]).toEqual([window, window]);
  });
});

describe('what is announced to VS Code, which needs a number,', () => {
  it.each<[what: string, facts: ModelFacts, accepted: number, isLocal: boolean, announced: object]>([
    ['is the window, shared with the answer', { contextWindow: 8_192 }, 0, true, { maxInput: 6_144, maxOutput: 2_048, isKnown: true }],
    [
      'leaves a short answer no more than it can be',
      { contextWindow: 200_000, maxOutput: 8_192 },
      0,
      false,
      { maxInput: 191_808, maxOutput: 8_192, isKnown: true },
    ],
    [
      'takes a limit of the prompt alone as it is',
      { maxInput: 1_048_576, maxOutput: 65_536 },
      0,
      false,
      { maxInput: 1_048_576, maxOutput: 65_536, isKnown: true },
    ],
    ['is small for an unknown model nearby', {}, 0, true, { maxInput: 3_072, maxOutput: 1_024, isKnown: false }],
    ['is no more than the model was trained for', { trainedWindow: 2_048 }, 0, true, { maxInput: 1_536, maxOutput: 512, isKnown: false }],
    ['is more for an unknown model of a vendor', {}, 0, false, { maxInput: 24_576, maxOutput: 8_192, isKnown: false }],
    ['grows with what the model has accepted', {}, 40_000, true, { maxInput: 30_000, maxOutput: 10_000, isKnown: false }],
  ])('%s', (_what, facts, accepted, isLocal, announced) => {
    expect(announcedWindow(facts, accepted, isLocal)).toEqual(announced);
  });
});
