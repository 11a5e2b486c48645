/** Names of addresses, keys and models in examples and settings, and the forms of keys. */
import type { Api } from '../provider/provider.ts';

/** What was found about one server. */
export interface PastedFacts {
  /** Unchecked. */
  readonly address?: string;
  readonly key?: string;
  /** The text states that no key is needed, as `EMPTY` or `ollama` do. */
  readonly keyless?: true;
  readonly models: readonly string[];
  /** The protocol, if the path, a header or a variable names it. */
  readonly api?: Api;
  /** The id of a well-known server, recognised by a name or the form of the key. */
  readonly preset?: string;
}

/** Joins several patterns, whose line would be too long. */
function oneOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

export type FactKind = 'address' | 'key' | 'model' | 'skip';

/** The kind of value that a name announces; undefined if none. */
export function factKindOf(name: string): FactKind | undefined {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (skipped.test(plain)) return 'skip';
  if (addressNames.test(plain)) return 'address';
  if (keyNames.test(plain)) return 'key';
  return modelNames.test(plain) ? 'model' : undefined;
}

/** Similar names with another meaning: where a key is stored, a proxy, a page. */
const skipped = oneOf(
  /^(?:envkey|apikeyenv(?:var)?|keyname|schema|referer|httpreferer|origin|xtitle|useragent|icon|logo)$/,
  /^(?:image|imageurl|website|homepage|docs?|maxtokens|tokens?count|httpsproxy|httpproxy|proxy)$|keyhelper$/,
);
const addressNames = oneOf(
  /(?:base|api|host|server|endpoint|domain|openai|anthropic|gateway|proxy|relay)(?:ur[li]|address|host|base|endpoint)$/,
  /^(?:url|host|endpoint|domain|server|address|baseurlpath|base|location)$|ollamahost$/,
  /(?:地址|域名|网址|接口|入口|端点|url)$/,
);
const keyNames = oneOf(
  /api(?:secret)?key$|accesskey$|secretkey$|authtoken$|accesstoken$|bearertoken$|apitoken$/,
  /^(?:key|token|authorization|bearer|xgoogapikey|secret)$|(?:openai|llm|model)key$/,
  /(?:密钥|秘钥|令牌|密匙|key值)$/,
);
const modelNames = /model(?:id|name|s)?$|^defaultmodel$|deployment(?:name|id)?$|模型(?:名|名称|id)?$/;

/** Well-known servers by the prefix of a variable, such as `DEEPSEEK_API_KEY`, or by the provider's name. */
const presetNames: readonly (readonly [name: RegExp, preset: string])[] = [
  [/^(?:azure)/i, 'azure'],
  [/^openrouter/i, 'openrouter'],
  [/^openai/i, 'openai'],
  [/^(?:anthropic|claude)/i, 'anthropic'],
  [/^(?:gemini|google)/i, 'gemini'],
  [/^(?:deepseek|深度求索)/i, 'deepseek'],
  [/^(?:dashscope|bailian|qwen|alibaba|阿里|百炼|通义|千问)/i, 'dashscope'],
  [/^(?:moonshot|kimi|月之暗面)/i, 'moonshot'],
  [/^(?:siliconflow|siliconcloud|硅基)/i, 'siliconflow'],
  [/^(?:zhipu|zai|bigmodel|glm|智谱)/i, 'zhipu'],
  [/^(?:ark|volc|doubao|火山|豆包|方舟)/i, 'volcengine'],
  [/^minimax/i, 'minimax'],
  [/^(?:hunyuan|tencent|混元|腾讯)/i, 'hunyuan'],
  [/^(?:qianfan|baidu|ernie|千帆|百度|文心)/i, 'qianfan'],
  [/^(?:step(?:fun)?(?:_|$)|阶跃)/i, 'stepfun'],
  [/^groq/i, 'groq'],
  [/^mistral/i, 'mistral'],
  [/^ollama/i, 'ollama'],
];

export function presetOfName(name: string): string | undefined {
  return presetNames.find(([pattern]) => pattern.test(name))?.[1];
}

/** Forms of keys that name their vendor. */
const keyForms: readonly (readonly [form: RegExp, preset: string])[] = [
  [/^sk-ant-/, 'anthropic'],
  [/^sk-or-v\d/, 'openrouter'],
  [/^sk-(?:proj|svcacct|admin)-/, 'openai'],
  [/^AIza[\w-]{30,}$/, 'gemini'],
  [/^gsk_/, 'groq'],
  [/^[\da-f]{32}\.[A-Za-z\d]{16}$/, 'zhipu'],
  [/^bce-v3\//, 'qianfan'],
];

export function presetOfKey(key: string): string | undefined {
  return keyForms.find(([form]) => form.test(key))?.[1];
}

/** Forms of keys that are recognised without a name before them. */
const knownKeys = oneOf(
  /^(?:sk-[\w-]{12,}|AIza[\w-]{30,}|gsk_\w{20,}|xai-\w{20,}|pplx-\w{20,}|nvapi-[\w-]{20,}|hf_\w{20,}|ghp_\w{20,})$/,
  /^(?:github_pat_\w{20,}|csk-\w{20,}|fw_\w{16,}|tp-\w{20,}|bce-v3\/\S{20,}|[\da-f]{32}\.[A-Za-z\d]{16})$/,
  /^eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+$/,
);

/** Code and addresses. */
const notKeys = /^https?:|[()[\]{}<>$"'`\\]|^(?:os|process|import|env|config|settings|st|self)\./i;

/** @param named a name such as `api_key` stands before it */
export function isKey(text: string, named: boolean): boolean {
  if (!/^[\x21-\x7e]{6,2048}$/.test(text) || isPlaceholder(text)) return false;
  if (knownKeys.test(text)) return true;
  if (!named || notKeys.test(text)) return false;
  // A plain word is not a key: "api_key = api_key", "API key is required".
  return /\d/.test(text) || (text.length >= 20 && !/[_.]/.test(text));
}

const placeholders = oneOf(
  /^[$%<{[]|\.\.\.|…|\*{3}|x{4}|your|placeholder|replace|change-?me|api[_-]?key|env:|input:/i,
  /^sk-(?:test|demo|example|1234\d*)$|secret-?key$/i,
);

/** Placeholders for a key in examples. */
function isPlaceholder(text: string): boolean {
  return placeholders.test(text) || /^(.)\1*$/.test(text.replace(/^sk-/, ''));
}

const noKeys = oneOf(
  /^(?:empty|none|null|no-?key|no-?key-?required|not-?needed|not-?required|dummy|na|n\/a|-)$/i,
  /^(?:ollama|lm-?studio|sk-no-key-required)$/i,
);

/** Dummy keys for local servers. */
export function isNoKey(text: string): boolean {
  return noKeys.test(text);
}

/** Whether this may be the name of a model. */
export function isModel(text: string): boolean {
  return /^\w(?:[\w./:@+-]{0,118}\w)?$/.test(text) && !/^(?:https?:|true$|false$|str$|string$|null$|none$)/i.test(text);
}

/** The protocol that a name belongs to. */
export function apiOfName(name: string, value: string): Api | undefined {
  if (/^anthropic[_-]?(?:base|auth|api|model|version)|^x-api-key$/i.test(name)) return 'messages';
  if (/wire[_-]?api/i.test(name) && value === 'responses') return 'responses';
  if (/^x-goog-api-key$/i.test(name)) return 'gemini';
  return undefined;
}
