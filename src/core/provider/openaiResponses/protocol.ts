/** OpenAI's Responses, which its newest models speak alone. Nothing is stored at the vendor, unless the endpoint's settings allow it. */
import { background } from './background.ts';
import { unkept } from '../kept.ts';
import { openaiHeaders } from '../http/openaiTransport.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { below } from '../baseURL.ts';
import { openaiListFacts } from '../facts/servers/openaiList.ts';
import { ownServerRoutes } from '../facts/servers/ownServers.ts';
import type { Protocol } from '../protocol.ts';
import { ResponsesReader } from './reader.ts';
import { responseBody } from './request.ts';

export const responses: Protocol = {
  label: 'OpenAI Responses',
  ask: ({ baseURL }, request) => ({ url: below(baseURL, '/responses'), body: responseBody(request) }),
  decoder: (sink) => new JsonDecoder(sink, (whole) => new ResponsesReader(whole)),
  modelsUrl: ({ baseURL }) => below(baseURL, '/models'),
  listFacts: openaiListFacts,
  factRoutes: ownServerRoutes,
  stopsItself: false,
  signature: /"type"\s*:\s*"response\.|"object"\s*:\s*"response"/,
  optional: {
    names: ['stream_options', 'text', 'include', 'store', 'reasoning', 'parallel_tool_calls', 'max_output_tokens'],
    ownSake: { name: 'stream_options', words: ['stream_options', 'include_obfuscation'] },
  },
  wordFields: ['delta', 'text', 'arguments', 'refusal'],
  kept: background,
  // Some models and servers have no background mode.
  remedy: (words) => (/\bbackground\b/.test(words) ? { word: unkept, lasts: true } : undefined),
  answerFormat: (format) => ({ text: { format } }),
  limitsTools: true,
  headers: openaiHeaders,
};
