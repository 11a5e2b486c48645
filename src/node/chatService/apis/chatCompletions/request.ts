/** `POST /v1/chat/completions`: reads the request. */
import * as v from 'valibot';
import type { ToolChoice } from '../../../../api.ts';
import { present } from '../../../../core/present.ts';
import { parsedRequest, functionFields, modeFields, reader, refuseFields, samplingFields, toolName, toolNames, toolOf } from '../common.ts';
import type { ParsedRequest, ServiceApi, Target } from '../serviceApi.ts';
import { extrasFor } from '../extras.ts';
import { IgnoredFields } from '../parts.ts';
import { countField, flagField, given, maybe, objectField, shaped, textField, textOrList } from '../schema.ts';
import { RequestError } from '../../requestError.ts';
import { toolFields, unknownToolFields } from '../tools.ts';
import { messageOf, chatMessage } from './messages.ts';
import { chatDialect, openaiError } from './reply.ts';

const notATool = 'must be {"type": "function", "function": {"name": "…", "parameters": {…}}}; this service has no other tools';
const notAChoice = 'must be "none", "auto", "required" or {"type": "function", "function": {"name": "…"}}';
const called = v.looseObject({ type: v.literal('function'), function: v.looseObject({ name: toolName }) });
const tool = shaped(v.looseObject({ type: v.literal('function'), function: v.looseObject(functionFields) }), notATool, called);
type Choice = Exclude<ToolChoice, object> | { readonly function: { readonly name: string } };
const choice: v.GenericSchema<unknown, Choice> = shaped(v.union([v.picklist(['none', 'auto', 'required']), called]), notAChoice);
const body = v.looseObject({
  ...modeFields,
  ...samplingFields,
  messages: v.pipe(
    v.array(chatMessage, 'must be a list of objects with "role" and "content"'),
    v.nonEmpty('must hold at least one message'),
  ),
  stream_options: maybe(v.looseObject({ include_usage: maybe(flagField) }, 'must be an object')),
  stop: maybe(textOrList(textField, 'must be a text or a list of texts')),
  max_tokens: maybe(countField),
  max_completion_tokens: maybe(countField),
  reasoning_effort: maybe(textField),
  verbosity: maybe(textField),
  n: maybe(v.literal(1, 'must be 1: this service gives one answer to a request')),
  tools: maybe(v.array(tool, 'must be a list')),
  tool_choice: maybe(choice),
  parallel_tool_calls: maybe(flagField),
  response_format: maybe(objectField),
});

const notOffered = ['functions', 'function_call', 'logprobs', 'audio', 'modalities'] as const;

export const chatCompletionsApi: ServiceApi = {
  path: '/v1/chat/completions',
  prefix: 'chatcmpl-',
  refusal: openaiError,
  read: reader(body, 'The body must be a JSON object with "model" and "messages".', parse),
};

function parse(read: v.InferOutput<typeof body>, target: Target | undefined): ParsedRequest {
  const { model: _model, stream: _stream, background: _background, temperature: _temperature, top_p: _topP, ...more } = read;
  const { messages, stream_options, store, stop, max_tokens, max_completion_tokens, reasoning_effort, verbosity, n: _n, ...most } = more;
  const { tools = [], tool_choice, parallel_tool_calls, ...others } = most;
  refuseFields(others, notOffered);
  if (tools.length === 0 && tool_choice !== undefined) throw new RequestError('"tool_choice" is only for a request with "tools".');
  if (tools.length === 0 && parallel_tool_calls !== undefined) {
    throw new RequestError('"parallel_tool_calls" is only for a request with "tools".');
  }
  const ignored = new IgnoredFields();
  const isChat = target?.api === 'chat';
  if (others.response_format?.['type'] === 'text' && !isChat) others.response_format = undefined;
  const sent = unknownToolFields(tools, [...toolNames, 'function'], isChat, ignored);
  const extras = extrasFor(given({ ...others, store, ...sent }), 'chat', target, 'response_format');
  const own = {
    messages: messages.map((message, index) => messageOf(message, `messages[${index}]`, target, ignored)),
    ...present({
      stop: typeof stop === 'string' ? [stop] : stop,
      maxTokens: max_completion_tokens ?? max_tokens,
      effort: reasoning_effort,
      verbosity,
    }),
    ...toolFields(
      tools.map((tool) => toolOf(tool.function)),
      typeof tool_choice === 'object' ? tool_choice.function : tool_choice,
      parallel_tool_calls,
    ),
  };
  return parsedRequest(read, target, ignored, extras, own, (head) => chatDialect(head, stream_options?.include_usage === true));
}
