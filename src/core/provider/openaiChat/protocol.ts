/** OpenAI's chat completions, which most servers and gateways speak, each with a dialect. */
import { openaiHeaders } from '../http/openaiTransport.ts';
import { below } from '../baseURL.ts';
import { openaiListFacts } from '../facts/servers/openaiList.ts';
import { ownServerRoutes } from '../facts/servers/ownServers.ts';
import type { Protocol } from '../protocol.ts';
import { chatContinuation, chatContinuesThoughts } from './continuation.ts';
import { ChatCompletionsDecoder } from './decoder.ts';
import { reasoningRemedy } from './reasoningBack.ts';
import { chatSession } from './session.ts';
import { wireFields, wireMessages } from './request.ts';
import { present } from '../../present.ts';

const ask: Protocol['ask'] = ({ baseURL }, request, remedies) => ({
  url: below(baseURL, '/chat/completions'),
  body: {
    model: request.model,
    messages: wireMessages(request, remedies),
    stream: true,
    stream_options: { include_usage: true },
    ...present({ temperature: request.temperature, max_tokens: request.maxTokens }),
    ...wireFields(request),
  },
});

export const chatCompletions: Protocol = {
  label: 'OpenAI Chat Completions',
  ask,
  kept: chatSession(ask),
  remedy: reasoningRemedy,
  decoder: (sink, thoughts) => new ChatCompletionsDecoder(sink, thoughts),
  modelsUrl: ({ baseURL }) => below(baseURL, '/models'),
  listFacts: openaiListFacts,
  factRoutes: ownServerRoutes,
  continuation: chatContinuation,
  continuesThoughts: chatContinuesThoughts,
  signature: /"choices"\s*:/,
  optional: {
    names: ['stream_options', 'max_completion_tokens', 'max_tokens', 'reasoning_effort', 'parallel_tool_calls'],
    otherNames: { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' },
    ownSake: { name: 'stream_options', words: ['stream_options', 'include_usage'] },
  },
  wordFields: ['content', 'text', 'reasoning', 'reasoning_content', 'reasoning_text', 'thinking', 'refusal', 'arguments'],
  answerFormat: (format) => {
    if (format.type === 'json_object') return { response_format: format };
    const { type, ...json_schema } = format;
    return { response_format: { type, json_schema } };
  },
  limitsTools: true,
  headers: openaiHeaders,
};
