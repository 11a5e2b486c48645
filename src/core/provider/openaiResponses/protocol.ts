/** OpenAI's Responses, which its newest models speak alone. Nothing is stored at the vendor. */
import { openaiHeaders } from '../http/openaiTransport.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { below, type Protocol } from '../protocol.ts';
import { ResponsesReader } from './reader.ts';
import { responseBody } from './request.ts';

export const responses: Protocol = {
  ask: ({ baseURL }, request) => ({ url: below(baseURL, '/responses'), body: responseBody(request) }),
  decoder: (sink) => new JsonDecoder(sink, (whole) => new ResponsesReader(whole)),
  modelsUrl: ({ baseURL }) => below(baseURL, '/models'),
  signature: /"type"\s*:\s*"response\.|"object"\s*:\s*"response"/,
  headers: openaiHeaders,
};
