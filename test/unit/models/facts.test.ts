// What each kind of server says about its models, in its own format, and the context window announced for them.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Anthropic } from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import { expect, it } from 'vitest';
import { announcedWindow } from '../../../src/core/models/announced.ts';
import { FactBook } from '../../../src/core/models/factBook.ts';
import { createProvider } from '../../../src/core/provider/protocols.ts';
import type { Api, Endpoint } from '../../../src/core/provider/provider.ts';
import { windowOf } from '../../../src/core/provider/facts/modelFacts.ts';

/** The answers of a server, by `METHOD /path?query`; what is not there is a 404 in OpenAI's form. */
type Routes = Readonly<Record<string, unknown>>;

interface FactServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked for, with the body of a post. */
  readonly asked: string[];
}

async function serving(routes: Routes): Promise<FactServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const name = `${request.method} ${request.url}`;
      asked.push(body === '' ? name : `${name} ${body}`);
      const answer = routes[name];
      response
        .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer ?? { error: { message: 'Not found' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const provider = createProvider((input, init) => fetch(input, init), Date.now);
const { signal } = new AbortController();
const endpointAt = (baseURL: string, api: Api): Endpoint => ({ id: 'x', name: 'X', baseURL, api, continuation: 'auto' });

async function learnt(routes: Routes, api: Api, path: string, model: string) {
  await using server = await serving(routes);
  const endpoint = endpointAt(server.url + path, api);
  const book = new FactBook({ wall: () => 0, read: () => undefined, write: () => undefined });
  book.reported(endpoint, await provider.facts(endpoint, model, signal));
  return { known: book.of(endpoint, model), asked: server.asked };
}

const openRouterModel = {
  id: 'qwen/qwen3-coder',
  name: 'Qwen: Qwen3 Coder',
  context_length: 262_144,
  architecture: { modality: 'text+image->text', input_modalities: ['text', 'image'], output_modalities: ['text'] },
  pricing: { prompt: '0.0000003', completion: '0.0000012', input_cache_read: '0.00000003', request: '0', image: '0' },
  top_provider: { context_length: 131_072, max_completion_tokens: 32_768, is_moderated: false },
  supported_parameters: ['max_tokens', 'temperature', 'tools', 'reasoning', 'include_reasoning'],
};
const claude = {
  type: 'model',
  id: 'claude-5',
  display_name: 'Claude 5',
  created_at: '2026-09-01T00:00:00Z',
  lifecycle: 'deprecated',
  retires_at: '2027-03-01T00:00:00Z',
  max_input_tokens: 1_000_000,
  max_tokens: 128_000,
  capabilities: {
    image_input: { supported: true },
    thinking: { supported: true, types: { adaptive: { supported: true }, disabled: { supported: true }, enabled: { supported: false } } },
    effort: {
      supported: true,
      low: { supported: true },
      medium: { supported: true },
      high: { supported: true },
      max: { supported: true },
      xhigh: null,
    },
  },
};
const litellm = (max: number | null, cost: number) => ({
  model_name: 'house',
  litellm_params: { model: 'openai/house' },
  model_info: {
    max_input_tokens: max,
    max_output_tokens: 8_192,
    input_cost_per_token: cost,
    output_cost_per_token: cost * 4,
    cache_read_input_token_cost: null,
    supports_vision: true,
    supports_function_calling: true,
    supports_reasoning: null,
  },
});
const qwenShown = {
  parameters: 'stop                           "<|im_end|>"\ntemperature                    0.6',
  details: { family: 'qwen3', parameter_size: '8.2B' },
  model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 },
  capabilities: ['completion', 'tools', 'thinking'],
};
const noneLoaded = { models: [] };

interface Row {
  readonly server: string;
  readonly api: Api;
  readonly path: string;
  readonly model: string;
  readonly routes: Routes;
  /** Undefined: the server has told none. */
  readonly window: number | undefined;
  readonly source: string | undefined;
  readonly facts: object;
}

const rows: readonly Row[] = [
  {
    server: 'Ollama with the model in memory',
    api: 'ollama',
    path: '/v1',
    model: 'qwen3',
    routes: {
      'GET /api/tags': { models: [{ name: 'qwen3:latest', model: 'qwen3:latest', details: { family: 'qwen3' } }] },
      'POST /api/show': qwenShown,
      'GET /api/ps': { models: [{ name: 'qwen3:latest', model: 'qwen3:latest', context_length: 8_192, size_vram: 1 }] },
    },
    window: 8_192,
    source: '/api/ps',
    facts: {
      trainedWindow: 40_960,
      vision: false,
      tools: true,
      thinking: true,
      efforts: ['none', 'auto'],
      contextWindow: 8_192,
      loaded: true,
    },
  },
  {
    server: 'Ollama that would load the model with its default',
    api: 'ollama',
    path: '',
    model: 'qwen3:8b',
    routes: { 'GET /api/tags': { models: [{ name: 'qwen3:8b' }] }, 'POST /api/show': qwenShown, 'GET /api/ps': noneLoaded },
    window: undefined,
    source: undefined,
    facts: { trainedWindow: 40_960, vision: false, tools: true, thinking: true, efforts: ['none', 'auto'] },
  },
  {
    server: "Ollama with a window in the model's file",
    api: 'ollama',
    path: '/v1',
    model: 'mine',
    routes: {
      'GET /api/tags': { models: [{ name: 'mine:latest' }] },
      'POST /api/show': {
        ...qwenShown,
        parameters: 'num_ctx                        16384\nstop "x"',
        details: { family: 'gptoss' },
        capabilities: ['completion', 'vision', 'thinking'],
      },
      'GET /api/ps': noneLoaded,
    },
    window: 16_384,
    source: '/api/show',
    facts: { trainedWindow: 40_960, contextWindow: 16_384, vision: true, tools: false, thinking: true, efforts: ['low', 'medium', 'high'] },
  },
  {
    server: 'llama.cpp',
    api: 'chat',
    path: '/v1',
    model: 'gemma-3.gguf',
    routes: {
      'GET /v1/models': {
        object: 'list',
        data: [{ id: 'gemma-3.gguf', owned_by: 'llamacpp', meta: { n_ctx_train: 131_072, n_vocab: 1 } }],
      },
      'GET /props': {
        default_generation_settings: { id: 0, n_ctx: 8_192, params: {} },
        total_slots: 4,
        modalities: { vision: true, audio: false },
        chat_template_caps: { supports_tools: true },
      },
    },
    window: 8_192,
    source: '/props',
    facts: { trainedWindow: 131_072, contextWindow: 8_192, vision: true, tools: true, loaded: true },
  },
  {
    server: 'llama.cpp with several models, the model not loaded',
    api: 'chat',
    path: '/v1',
    model: 'b',
    routes: {
      'GET /v1/models': {
        data: [
          { id: 'a', status: { value: 'loaded' } },
          { id: 'b', status: { value: 'unloaded' } },
        ],
      },
      'GET /props?model=a&autoload=false': { default_generation_settings: { n_ctx: 4_096 } },
    },
    window: undefined,
    source: undefined,
    facts: { loaded: false },
  },
  {
    server: 'vLLM',
    api: 'responses',
    path: '/v1',
    model: 'Qwen/Qwen3-8B',
    routes: { 'GET /v1/models': { data: [{ id: 'Qwen/Qwen3-8B', owned_by: 'vllm', root: 'Qwen/Qwen3-8B', max_model_len: 16_384 }] } },
    window: 16_384,
    source: '/models',
    facts: { contextWindow: 16_384 },
  },
  {
    server: 'LM Studio before 0.4, the model loaded',
    api: 'chat',
    path: '/v1',
    model: 'qwen2-vl-7b-instruct',
    routes: {
      'GET /v1/models': { data: [{ id: 'qwen2-vl-7b-instruct', object: 'model', owned_by: 'organization_owner' }, { id: 'other' }] },
      'GET /api/v0/models': {
        data: [
          {
            id: 'qwen2-vl-7b-instruct',
            type: 'vlm',
            state: 'loaded',
            max_context_length: 32_768,
            loaded_context_length: 4_096,
            capabilities: ['tool_use'],
          },
          { id: 'other', type: 'llm', state: 'not-loaded', max_context_length: 8_192 },
        ],
      },
    },
    window: 4_096,
    source: '/api/v0/models',
    facts: { contextWindow: 4_096, trainedWindow: 32_768, vision: true, tools: true, loaded: true },
  },
  {
    server: 'LM Studio, two instances of the model',
    api: 'messages',
    path: '/v1',
    model: 'openai/gpt-oss-20b',
    routes: {
      'GET /v1/models?limit=1000': {
        data: [
          { id: 'openai/gpt-oss-20b', object: 'model' },
          { id: 'gpt-oss:2', object: 'model' },
        ],
      },
      'GET /api/v1/models': {
        models: [
          {
            type: 'llm',
            key: 'openai/gpt-oss-20b',
            max_context_length: 131_072,
            loaded_instances: [
              { id: 'openai/gpt-oss-20b', config: { context_length: 32_768 } },
              { id: 'gpt-oss:2', config: { context_length: 8_192 } },
            ],
            capabilities: {
              vision: false,
              trained_for_tool_use: true,
              reasoning: { allowed_options: ['low', 'medium', 'high'], default: 'low' },
            },
          },
        ],
      },
    },
    window: 8_192,
    source: '/api/v1/models',
    facts: {
      trainedWindow: 131_072,
      vision: false,
      tools: true,
      thinking: true,
      efforts: ['low', 'medium', 'high'],
      loaded: true,
      contextWindow: 8_192,
    },
  },
  {
    server: 'OpenRouter',
    api: 'chat',
    path: '/api/v1',
    model: 'qwen/qwen3-coder',
    routes: { 'GET /api/v1/models': { data: [openRouterModel] } },
    window: 131_072,
    source: '/models',
    facts: {
      contextWindow: 131_072,
      maxOutput: 32_768,
      vision: true,
      tools: true,
      thinking: true,
      price: { in: 0.3, out: 1.2, cached: 0.03 },
    },
  },
  {
    server: 'LiteLLM with two deployments of the model',
    api: 'chat',
    path: '/v1',
    model: 'house',
    routes: {
      'GET /v1/models': { data: [{ id: 'house', object: 'model', owned_by: 'openai' }] },
      'GET /model/info': { data: [litellm(200_000, 0.000_003), litellm(128_000, 0.000_003)] },
    },
    window: 128_000,
    source: '/model/info',
    facts: { maxInput: 128_000, maxOutput: 8_192, vision: true, tools: true, price: { in: 3, out: 12 } },
  },
  {
    server: 'LiteLLM that knows nothing of a self-hosted model',
    api: 'chat',
    path: '',
    model: 'house',
    routes: { 'GET /models': { data: [{ id: 'house' }] }, 'GET /model/info': { data: [litellm(null, 0)] } },
    window: undefined,
    source: undefined,
    facts: { maxOutput: 8_192, vision: true, tools: true },
  },
  {
    server: 'Anthropic, on the second page',
    api: 'messages',
    path: '',
    model: 'claude-5',
    routes: {
      'GET /v1/models?limit=1000': { data: [{ type: 'model', id: 'claude-4' }], has_more: true, last_id: 'claude-4' },
      'GET /v1/models?limit=1000&after_id=claude-4': { data: [claude], has_more: false },
    },
    window: 1_000_000,
    source: '/v1/models',
    facts: {
      contextWindow: 1_000_000,
      maxOutput: 128_000,
      vision: true,
      thinking: true,
      efforts: ['none', 'low', 'medium', 'high', 'max'],
      lifecycle: 'deprecated',
      retires: '2027-03-01',
    },
  },
  {
    server: 'Gemini',
    api: 'gemini',
    path: '',
    model: 'gemini-3-pro',
    routes: {
      'GET /v1beta/models?pageSize=1000': {
        models: [
          {
            name: 'models/gemini-3-pro',
            inputTokenLimit: 1_048_576,
            outputTokenLimit: 65_536,
            supportedGenerationMethods: ['generateContent'],
            thinking: true,
          },
        ],
      },
    },
    window: 1_048_576,
    source: '/v1beta/models',
    facts: { maxInput: 1_048_576, maxOutput: 65_536, thinking: true, efforts: ['minimal', 'low', 'medium', 'high'] },
  },
  {
    server: 'Groq',
    api: 'chat',
    path: '/openai/v1',
    model: 'llama',
    routes: { 'GET /openai/v1/models': { data: [{ id: 'llama', context_window: 131_072, max_completion_tokens: 32_768 }] } },
    window: 131_072,
    source: '/models',
    facts: { contextWindow: 131_072, maxOutput: 32_768 },
  },
  {
    server: 'Mistral',
    api: 'chat',
    path: '/v1',
    model: 'pixtral',
    routes: {
      'GET /v1/models': {
        data: [
          {
            id: 'pixtral',
            max_context_length: 32_768,
            capabilities: { completion_chat: true, function_calling: true, vision: true },
            deprecation: '2027-01-31T12:00:00Z',
          },
        ],
      },
    },
    window: 32_768,
    source: '/models',
    facts: { contextWindow: 32_768, vision: true, tools: true, retires: '2027-01-31' },
  },
  {
    server: 'OpenAI, which tells of an end alone',
    api: 'responses',
    path: '/v1',
    model: 'gpt-4',
    routes: { 'GET /v1/models': { data: [{ id: 'gpt-4', created: 1, owned_by: 'openai', shutdown_date: '2026-12-31' }] } },
    window: undefined,
    source: undefined,
    facts: { retires: '2026-12-31' },
  },
  {
    server: 'a server that sends nonsense',
    api: 'chat',
    path: '/v1',
    model: 'm',
    routes: {
      'GET /v1/models': {
        data: [{ id: 'm', context_length: -1, max_model_len: 'much', pricing: { prompt: '-1', completion: '-1' }, meta: null }, null],
      },
      'GET /props': { default_generation_settings: { n_ctx: 0 } },
      'GET /api/v0/models': ['no'],
      'GET /model/info': { data: 'no' },
    },
    window: undefined,
    source: undefined,
    facts: {},
  },
];

it.each(rows)('$server', async ({ api, path, model, routes, window, source, facts }) => {
  const { known } = await learnt(routes, api, path, model);
  const from = known.sources.contextWindow ?? known.sources.maxInput;
  expect({
    window: windowOf(known.facts),
    source: from?.by === 'server' ? from.route : undefined,
    facts: known.facts,
    announced: announcedWindow(known.facts, 0, true).isKnown,
  }).toEqual({ window, source, facts, announced: window !== undefined });
});

it('asks Ollama about the chosen model by name, and about no other', async () => {
  const { asked } = await learnt({ 'GET /api/tags': { models: [{ name: 'a' }, { name: 'b' }] } }, 'ollama', '/v1', 'b');
  expect(asked.toSorted()).toEqual(['GET /api/ps', 'GET /api/tags', 'POST /api/show {"model":"b"}']);
});

it('asks a server that has told all in its list for nothing more', async () => {
  const { asked } = await learnt({ 'GET /v1/models': { data: [openRouterModel] } }, 'chat', '/v1', openRouterModel.id);
  expect(asked).toEqual(['GET /v1/models']);
});

it("reads what the vendors' own clients read from the same answers", async () => {
  const of = (name: string): Row => rows.find(({ server }) => server.startsWith(name))!;
  await using anthropic = await serving(of('Anthropic').routes);
  // Its client asks another version of the API for the same list.
  await using google = await serving({ 'GET /v1/models?pageSize=1000': Object.values(of('Gemini').routes)[0] });
  await using ollama = await serving(of('Ollama with the model').routes);
  const claudes = new Anthropic({ baseURL: anthropic.url, apiKey: 'k' }).models.list({ limit: 1_000 });
  const seen: unknown[] = [];
  for await (const model of claudes) {
    if (model.id === 'claude-5')
      seen.push([model.max_input_tokens, model.max_tokens, model.capabilities?.image_input.supported, model.lifecycle]);
  }
  const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: google.url } });
  const pages = await client.models.list({ config: { pageSize: 1_000, queryBase: true } });
  for await (const { inputTokenLimit, outputTokenLimit, thinking } of pages) seen.push([inputTokenLimit, outputTokenLimit, thinking]);
  const local = new Ollama({ host: ollama.url });
  const { capabilities } = await local.show({ model: 'qwen3' });
  const [loaded] = (await local.ps()).models;
  seen.push([
    (loaded as { context_length?: number } | undefined)?.context_length,
    ['vision', 'tools', 'thinking'].map((name) => capabilities.includes(name)),
  ]);
  const [claudeFacts, geminiFacts, qwenFacts] = ['Anthropic', 'Gemini', 'Ollama with the model'].map(
    (name) => of(name).facts as Record<string, unknown>,
  );
  expect(seen).toEqual([
    [claudeFacts!['contextWindow'], claudeFacts!['maxOutput'], claudeFacts!['vision'], claudeFacts!['lifecycle']],
    [geminiFacts!['maxInput'], geminiFacts!['maxOutput'], geminiFacts!['thinking']],
    [qwenFacts!['contextWindow'], [qwenFacts!['vision'], qwenFacts!['tools'], qwenFacts!['thinking']]],
  ]);
});
