/**
 * Well-known servers with an OpenAI-compatible API: where they listen, where their keys are made, and what is special
 * about them. A table of facts; nothing here is asked without the user's choosing it.
 */
import { isHttp } from './baseURL.ts';
import type { Api, Continuation } from './provider.ts';

export interface Preset {
  readonly id: string;
  readonly name: string;
  /** A word in braces stands for what only the user knows. */
  readonly baseURL: string;
  /** `local` servers run on one's own machine and need no key; `gateway`s may need one. */
  readonly kind: 'cloud' | 'gateway' | 'local';
  /** The address is only a proposal: everyone runs it elsewhere. */
  readonly askAddress?: true;
  /** The page on which one makes a key. */
  readonly keyPage?: string;
  /** Left out where `auto` finds the best way by itself. */
  readonly continuation?: Continuation;
  /** For servers that do not list their models at `/models`. */
  readonly models?: readonly string[];
}

export const presets: readonly Preset[] = [
  { id: 'openai', name: 'OpenAI', baseURL: 'https://api.openai.com/v1', kind: 'cloud', keyPage: 'https://platform.openai.com/api-keys' },
  // The v1 API takes the deployment's name as the model and lists what the region offers, not what is deployed.
  {
    id: 'azure',
    name: 'Azure OpenAI',
    baseURL: 'https://{resource}.openai.azure.com/openai/v1',
    kind: 'cloud',
    keyPage: 'https://ai.azure.com',
    models: [],
  },
  // Below /beta an answer is continued from the very character (`prefix`); elsewhere it begins anew.
  {
    id: 'deepseek',
    name: 'DeepSeek',
    baseURL: 'https://api.deepseek.com/beta',
    kind: 'cloud',
    keyPage: 'https://platform.deepseek.com/api_keys',
    continuation: 'prefix',
    models: ['deepseek-chat', 'deepseek-reasoner'],
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    baseURL: 'https://openrouter.ai/api/v1',
    kind: 'gateway',
    keyPage: 'https://openrouter.ai/settings/keys',
  },
  { id: 'groq', name: 'Groq', baseURL: 'https://api.groq.com/openai/v1', kind: 'cloud', keyPage: 'https://console.groq.com/keys' },
  {
    id: 'mistral',
    name: 'Mistral',
    baseURL: 'https://api.mistral.ai/v1',
    kind: 'cloud',
    keyPage: 'https://console.mistral.ai/api-keys',
    continuation: 'prefix',
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    baseURL: 'https://api.anthropic.com/v1',
    kind: 'cloud',
    keyPage: 'https://console.anthropic.com/settings/keys',
  },
  {
    id: 'gemini',
    name: 'Gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    kind: 'cloud',
    keyPage: 'https://aistudio.google.com/apikey',
  },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    baseURL: 'https://api.siliconflow.cn/v1',
    kind: 'cloud',
    keyPage: 'https://cloud.siliconflow.cn/account/ak',
  },
  {
    id: 'dashscope',
    name: 'DashScope (Qwen)',
    baseURL: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    kind: 'cloud',
    keyPage: 'https://bailian.console.aliyun.com/?tab=model#/api-key',
  },
  {
    id: 'moonshot',
    name: 'Moonshot (Kimi)',
    baseURL: 'https://api.moonshot.cn/v1',
    kind: 'cloud',
    keyPage: 'https://platform.moonshot.cn/console/api-keys',
  },
  { id: 'ollama', name: 'Ollama', baseURL: 'http://127.0.0.1:11434/v1', kind: 'local' },
  { id: 'lmstudio', name: 'LM Studio', baseURL: 'http://127.0.0.1:1234/v1', kind: 'local' },
  { id: 'llamacpp', name: 'llama.cpp', baseURL: 'http://127.0.0.1:8080/v1', kind: 'local' },
  { id: 'vllm', name: 'vLLM', baseURL: 'http://127.0.0.1:8000/v1', kind: 'local' },
  { id: 'litellm', name: 'LiteLLM', baseURL: 'http://127.0.0.1:4000/v1', kind: 'gateway', askAddress: true },
];

/** Addresses that are known for a protocol other than chat completions; relays and gateways speak chat completions. */
const knownApis: readonly (readonly [address: RegExp, api: Api])[] = [
  [/^api\.openai\.com\//, 'responses'],
  [/^api\.anthropic\.com\//, 'messages'],
  // Below /openai it speaks chat completions.
  [/^generativelanguage\.googleapis\.com\/(?!.*\bopenai\b)/, 'gemini'],
  [/^(?:ollama\.com|[^/]+:11434)\//, 'ollama'],
];

const cloudHosts: ReadonlySet<string> = new Set(
  presets.filter(({ kind, baseURL }) => kind === 'cloud' && !baseURL.includes('{')).map(({ baseURL }) => new URL(baseURL).host),
);

/** Whether a vendor's own servers are at this address, about which nothing more can be found out than the catalog has. */
export function isCloud(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  const { host } = new URL(baseURL);
  return cloudHosts.has(host) || /\.openai\.azure\.com$|^openrouter\.ai$/.test(host);
}

/** The protocol of a server whose settings say `auto`; undefined where its address is not known for one. */
export function knownApiOf(baseURL: string): Api | undefined {
  if (!isHttp(baseURL)) return 'chat';
  const { host, pathname } = new URL(baseURL);
  const known = knownApis.find(([pattern]) => pattern.test(host + pathname))?.[1];
  return known ?? (isCloud(baseURL) ? 'chat' : undefined);
}

/** The same; chat completions, which most servers speak, where nothing is known. */
export function apiOf(baseURL: string): Api {
  return knownApiOf(baseURL) ?? 'chat';
}
