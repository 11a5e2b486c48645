import { expect, it } from 'vitest';
import { type Family, familyOf } from '../../../src/core/engine/families.ts';

const expected: Readonly<Record<Family | 'unknown', readonly string[]>> = {
  o200k: [
    'gpt-4o', 'openai/gpt-4o', 'openai/gpt-4o-mini:free', 'gpt-4o-2024-08-06', 'gpt-4o-audio-preview', 'chatgpt-4o-latest', 'team-gpt4o-prod',
    'gpt-4.1', 'gpt-4.1-nano', 'gpt-4.5-preview', 'gpt-5', 'GPT-5-mini', 'gpt-5.2-codex', 'openai/gpt-oss-120b', 'gpt-oss:20b', 'codex-mini-latest',
    'o1', 'o1-mini', 'openai/o3', 'o3-pro', 'o4-mini-2025-04-16', 'ft:gpt-4o-mini-2024-07-18:org::id', 'azure/gpt-4o',
  ],
  cl100k: [
    'gpt-4', 'gpt-4-0613', 'gpt-4-32k', 'gpt-4-turbo', 'gpt-4-turbo-2024-04-09', 'gpt-4-vision-preview', 'openai/gpt-4', 'our-gpt-4-deployment',
    'gpt-3.5-turbo', 'gpt-3.5-turbo-0125', 'gpt-35-turbo', 'gpt-35-turbo-16k', 'ft:gpt-3.5-turbo-0613:org::id', 'text-embedding-3-small', 'text-embedding-ada-002',
  ],
  qwen: [
    'qwen/qwen3-32b', 'Qwen/Qwen3-Coder-480B-A35B-Instruct', 'qwen2.5:7b', 'qwen2.5-coder:32b', 'qwen3:4b', 'qwen-max', 'qwen-plus-latest', 'qwen1.5-7b-chat',
    'qwq-32b', 'qwen/qwq-32b:free', 'accounts/fireworks/models/qwen2p5-72b-instruct', 'qwen3-235b-a22b-thinking-2507', 'mlx-community/Qwen3-8B-4bit',
    'deepseek-r1-distill-qwen-32b', 'deepseek/deepseek-r1-0528-qwen3-8b:free', 'deepseek-r1:8b', 'deepseek-r1:1.5b', 'deepseek-r1:32b-qwen-distill-q4_K_M',
  ],
  llama3: [
    'meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/llama-3.1-8b-instruct:free', 'llama3.1:8b', 'llama3', 'llama3.2:1b-instruct-q4_0', 'Meta-Llama-3-8B-Instruct',
    'llama-3.3-70b-versatile', 'groq/llama3-70b-8192', '@cf/meta/llama-3.1-8b-instruct', 'accounts/fireworks/models/llama-v3p1-8b-instruct', 'meta.llama3-1-8b-instruct-v1:0',
    'nvidia/llama-3.1-nemotron-70b-instruct', 'nousresearch/hermes-3-llama-3.1-405b', 'deepseek-r1-distill-llama-70b', 'deepseek-r1:70b', 'tulu3-llama-3.1',
  ],
  deepseek: [
    'deepseek-chat', 'deepseek-reasoner', 'deepseek/deepseek-chat-v3-0324:free', 'deepseek-ai/DeepSeek-V3.1', 'deepseek-v3:671b', 'deepseek-r1:671b',
    'deepseek-ai/DeepSeek-R1-0528', 'us.deepseek.r1-v1:0', 'DeepSeek-V3.2-Exp',
  ],
  mistral: [
    'open-mistral-nemo', 'mistralai/mistral-nemo:free', 'mistral-small-latest', 'mistralai/Mistral-Small-3.2-24B-Instruct-2506', 'mistral-medium-2508', 'ministral-8b-latest',
    'magistral-small-2506', 'devstral-medium', 'pixtral-large-latest', 'mistral-large-latest', 'mistral-small3.1:24b', 'mistral-small-2501',
  ],
  unknown: [
    'tour', 'default', 'fast', 'claude-sonnet-4.5', 'gemini-2.5-pro', 'grok-4', 'kimi-k2', 'glm-4.6', 'phi-4', 'mistral:7b', 'mixtral-8x7b-instruct', 'codestral-22b', 'mistral-large-2407', 'mistral-small-2402', 'deepseek-coder:6.7b', 'deepseek-v2.5', 'command-r', 'gemma3:4b', 'my-own-model', '',
    'llama2:7b', 'codellama-34b', 'llama-4-maverick', 'meta-llama/Llama-4-Scout', 'qwen3.5-27b', 'qwen/qwen3.5-plus', 'gpt-2', 'davinci', 'foo1', 'pro3', 'yolo3',
  ],
};

it.each(Object.entries(expected))('knows the names of the family %s', (family, models) => {
  expect(models.filter((model) => (familyOf(model) ?? 'unknown') !== family).map((model) => `${model} → ${familyOf(model)}`)).toEqual([]);
});

it('looks at the name of the model, not at the endpoint or the provider before it', () => {
  expect(['qwen/gpt-4', 'gpt-4/claude', 'llama3/openai/gpt-4o'].map(familyOf)).toEqual(['cl100k', undefined, 'o200k']);
});
