/** Anthropic's Messages, which gateways and local servers offer as well. */
import { recordsIn, isRecord, wordIn } from '../reading/json.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { below, versioned, withQuery } from '../baseURL.ts';
import { ownServerRoutes } from '../facts/servers/ownServers.ts';
import { openaiListFacts } from '../facts/servers/openaiList.ts';
import type { Protocol } from '../protocol.ts';
import { anthropicFacts } from './facts.ts';
import { MessagesReader } from './reader.ts';
import { remedy } from './remedies.ts';
import { messagesBody } from './request.ts';

/**
 * Not 2026-10-21: that version rejects `temperature` and `top_p` for every model and adds nothing used here, while gateways
 * and local servers support only this one. The models answer the same in both.
 */
const version = '2023-06-01';

export const messages: Protocol = {
  label: 'Anthropic Messages',
  ask: ({ baseURL }, request, remedies) => ({
    url: below(versioned(baseURL, 'v1'), '/messages'),
    body: messagesBody(request, remedies),
  }),
  remedy,
  decoder: (sink) => new JsonDecoder(sink, (whole) => new MessagesReader(whole)),
  modelsUrl: ({ baseURL }) => withQuery(below(versioned(baseURL, 'v1'), '/models'), { limit: '1000' }),
  modelPage: (page) => {
    const models = isRecord(page) ? recordsIn(page, 'data').map((model) => wordIn(model, 'id')) : [];
    if (!isRecord(page) || !models.every((id) => id !== '') || models.length === 0) return undefined;
    const last = page['has_more'] === true ? wordIn(page, 'last_id') : '';
    return { models, ...(last === '' ? {} : { next: { after_id: last } }) };
  },
  ownList: (list) => isRecord(list) && recordsIn(list, 'data').some((entry) => entry['type'] === 'model' && 'display_name' in entry),
  // Gateways and local servers that speak Messages list their models in the usual shapes.
  listFacts: (page) => anthropicFacts(page) ?? openaiListFacts(page),
  factRoutes: ownServerRoutes,
  signature: /"type"\s*:\s*"(?:message_start|content_block_|message")/,
  wordFields: ['text', 'thinking', 'partial_json'],
  answerFormat: (format) =>
    format.type === 'json_object' ? undefined : { output_config: { format: { type: 'json_schema', schema: format.schema } } },
  limitsTools: true,
  headers: (apiKey) => ({
    accept: 'text/event-stream, application/json',
    'anthropic-version': version,
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
  }),
  // Models since 4.6 refuse it, which is learnt at no cost.
  continuation: () => 'prefill',
  continuesTrimmed: true,
};
