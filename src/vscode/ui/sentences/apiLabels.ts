/** The vendors' names of the protocols. */
import type { Api } from '../../../core/provider/provider.ts';

const labels: Readonly<Record<Api, string>> = {
  chat: 'OpenAI Chat Completions',
  responses: 'OpenAI Responses',
  messages: 'Anthropic Messages',
  gemini: 'Gemini generateContent',
  ollama: 'Ollama',
};

export function apiLabel(api: Api): string {
  return labels[api];
}
