/**
 * Well-known servers: addresses, pages for keys, and peculiarities. A table of facts; none of them is contacted unless the
 * user chooses it.
 */
import { isHttp } from './baseURL.ts';
import type { Api, Continuation } from './provider.ts';

export interface Preset {
  readonly id: string;
  readonly name: string;
  /** A word in braces is a placeholder for what only the user knows. */
  readonly baseURL: string;
  /** `local` servers run on the user's machine and need no key; `gateway`s may need one. */
  readonly kind: 'cloud' | 'gateway' | 'local';
  /** The address is only a suggestion: each installation has its own. */
  readonly askAddress?: true;
  /** Search terms: the vendor's other names, model names, local-language names. */
  readonly also?: string;
  /** The page for creating a key. */
  readonly keyPage?: string;
  /** Environment variables that the vendor's tools read the key from. */
  readonly variables?: readonly string[];
  /** Missing if `auto` finds the best way by itself. */
  readonly continuation?: Continuation;
  /** For servers that do not list their models at `/models`. */
  readonly models?: readonly string[];
}

export const presets: readonly Preset[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    baseURL: 'https://api.openai.com/v1',
    kind: 'cloud',
    keyPage: 'https://platform.openai.com/api-keys',
    also: 'GPT ChatGPT',
    variables: ['OPENAI_API_KEY'],
  },
  // The v1 API takes the deployment's name as the model and lists what the region offers, not what is deployed.
  {
    id: 'azure',
    name: 'Azure OpenAI',
    baseURL: 'https://{resource}.openai.azure.com/openai/v1',
    kind: 'cloud',
    keyPage: 'https://ai.azure.com',
    also: '微软 Microsoft',
    variables: ['AZURE_OPENAI_API_KEY'],
    models: [],
  },
  // Below /beta an answer continues at the exact character (`prefix`); elsewhere it starts over.
  {
    id: 'deepseek',
    name: 'DeepSeek',
    baseURL: 'https://api.deepseek.com/beta',
    kind: 'cloud',
    keyPage: 'https://platform.deepseek.com/api_keys',
    also: '深度求索',
    variables: ['DEEPSEEK_API_KEY'],
    continuation: 'prefix',
    models: ['deepseek-chat', 'deepseek-reasoner'],
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    baseURL: 'https://openrouter.ai/api/v1',
    kind: 'gateway',
    keyPage: 'https://openrouter.ai/settings/keys',
    variables: ['OPENROUTER_API_KEY'],
  },
  {
    id: 'groq',
    name: 'Groq',
    baseURL: 'https://api.groq.com/openai/v1',
    kind: 'cloud',
    keyPage: 'https://console.groq.com/keys',
    variables: ['GROQ_API_KEY'],
  },
  {
    id: 'mistral',
    name: 'Mistral',
    baseURL: 'https://api.mistral.ai/v1',
    kind: 'cloud',
    keyPage: 'https://console.mistral.ai/api-keys',
    variables: ['MISTRAL_API_KEY'],
    continuation: 'prefix',
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    baseURL: 'https://api.anthropic.com/v1',
    kind: 'cloud',
    keyPage: 'https://console.anthropic.com/settings/keys',
    also: 'Claude',
    variables: ['ANTHROPIC_API_KEY'],
  },
  {
    id: 'gemini',
    name: 'Gemini',
    baseURL: 'https://generativelanguage.googleapis.com/v1beta',
    kind: 'cloud',
    keyPage: 'https://aistudio.google.com/apikey',
    also: '谷歌 Google AI Studio',
    variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  },
  {
    id: 'siliconflow',
    name: 'SiliconFlow',
    baseURL: 'https://api.siliconflow.cn/v1',
    kind: 'cloud',
    keyPage: 'https://cloud.siliconflow.cn/account/ak',
    also: '硅基流动',
    variables: ['SILICONFLOW_API_KEY'],
  },
  {
    id: 'dashscope',
    name: 'DashScope (Qwen)',
    baseURL: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    kind: 'cloud',
    keyPage: 'https://bailian.console.aliyun.com/?tab=model#/api-key',
    also: '阿里云百炼 通义千问 Alibaba',
    variables: ['DASHSCOPE_API_KEY'],
  },
  {
    id: 'moonshot',
    name: 'Moonshot (Kimi)',
    baseURL: 'https://api.moonshot.cn/v1',
    kind: 'cloud',
    keyPage: 'https://platform.moonshot.cn/console/api-keys',
    also: '月之暗面',
    variables: ['MOONSHOT_API_KEY'],
  },
  {
    id: 'zhipu',
    name: 'Zhipu (GLM)',
    baseURL: 'https://open.bigmodel.cn/api/paas/v4',
    kind: 'cloud',
    keyPage: 'https://bigmodel.cn/usercenter/proj-mgmt/apikeys',
    also: '智谱清言 BigModel Z.ai',
    variables: ['ZHIPUAI_API_KEY', 'ZHIPU_API_KEY'],
  },
  {
    id: 'volcengine',
    name: 'Volcengine Ark (Doubao)',
    baseURL: 'https://ark.cn-beijing.volces.com/api/v3',
    kind: 'cloud',
    keyPage: 'https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey',
    also: '火山方舟 火山引擎 豆包 字节 ByteDance',
    variables: ['ARK_API_KEY'],
  },
  {
    id: 'minimax',
    name: 'MiniMax',
    baseURL: 'https://api.minimaxi.com/v1',
    kind: 'cloud',
    keyPage: 'https://platform.minimaxi.com/user-center/basic-information/interface-key',
    also: '稀宇 海螺',
    variables: ['MINIMAX_API_KEY'],
  },
  {
    id: 'hunyuan',
    name: 'Hunyuan',
    baseURL: 'https://api.hunyuan.cloud.tencent.com/v1',
    kind: 'cloud',
    keyPage: 'https://console.cloud.tencent.com/hunyuan/api-key',
    also: '腾讯混元 Tencent',
    variables: ['HUNYUAN_API_KEY'],
  },
  {
    id: 'qianfan',
    name: 'Qianfan (ERNIE)',
    baseURL: 'https://qianfan.baidubce.com/v2',
    kind: 'cloud',
    keyPage: 'https://console.bce.baidu.com/iam/#/iam/apikey/list',
    also: '百度千帆 文心一言 Baidu',
    variables: ['QIANFAN_API_KEY'],
  },
  {
    id: 'stepfun',
    name: 'StepFun',
    baseURL: 'https://api.stepfun.com/v1',
    kind: 'cloud',
    keyPage: 'https://platform.stepfun.com/interface-key',
    also: '阶跃星辰',
    variables: ['STEPFUN_API_KEY', 'STEP_API_KEY'],
  },
  { id: 'ollama', name: 'Ollama', baseURL: 'http://127.0.0.1:11434/v1', kind: 'local' },
  { id: 'lmstudio', name: 'LM Studio', baseURL: 'http://127.0.0.1:1234/v1', kind: 'local' },
  { id: 'llamacpp', name: 'llama.cpp', baseURL: 'http://127.0.0.1:8080/v1', kind: 'local' },
  { id: 'vllm', name: 'vLLM', baseURL: 'http://127.0.0.1:8000/v1', kind: 'local' },
  { id: 'litellm', name: 'LiteLLM', baseURL: 'http://127.0.0.1:4000/v1', kind: 'gateway', askAddress: true },
];

/** The well-known server at this address, by host, or by port on this machine. */
export function presetAt(baseURL: string): Preset | undefined {
  if (!isHttp(baseURL)) return undefined;
  const { host, hostname, port } = new URL(baseURL);
  if (/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) {
    return presets.find((preset) => preset.kind === 'local' && new URL(preset.baseURL).port === port);
  }
  return presets.find((preset) => {
    const [, known = ''] = /^https?:\/\/([^/]+)/.exec(preset.baseURL) ?? [];
    const [, tail] = /^\{\w+\}(\..+)$/.exec(known) ?? [];
    return tail === undefined ? known === host : host.endsWith(tail);
  });
}

/** Addresses with a protocol other than chat completions, which relays and gateways speak. */
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

/** Whether a vendor's own server is at this address; the catalog knows all about those. */
export function isCloud(baseURL: string): boolean {
  if (!isHttp(baseURL)) return false;
  const { host } = new URL(baseURL);
  return cloudHosts.has(host) || /\.openai\.azure\.com$|^openrouter\.ai$/.test(host);
}

/** The protocol for `auto`; undefined if the address is not known for one. */
export function knownApiOf(baseURL: string): Api | undefined {
  if (!isHttp(baseURL)) return 'chat';
  const { host, pathname } = new URL(baseURL);
  const known = knownApis.find(([pattern]) => pattern.test(host + pathname))?.[1];
  return known ?? (isCloud(baseURL) ? 'chat' : undefined);
}

/** The same, with chat completions as the default. */
export function apiOf(baseURL: string): Api {
  return knownApiOf(baseURL) ?? 'chat';
}
