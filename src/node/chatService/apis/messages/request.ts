/** `POST /v1/messages`: reads the request. */
import * as v from 'valibot';
import type { ToolChoice } from '../../../../api.ts';
import { present } from '../../../../core/present.ts';
import { parsedRequest, modeFields, reader, refuseFields, samplingFields, toolName, toolOf } from '../common.ts';
import type { ParsedRequest, ServiceApi, Target } from '../serviceApi.ts';
import { extrasFor } from '../extras.ts';
import { IgnoredFields } from '../parts.ts';
import { countField, flagField, given, maybe, objectField, schemaField, shaped, textField } from '../schema.ts';
import { toolFields, unknownToolFields } from '../tools.ts';
import { BlockReader, systemPrompt, turn } from './blocks.ts';
import { messagesDialect, messagesError } from './reply.ts';

const notATool = 'must be {"name": "…", "input_schema": {…}}; tools of the server are not offered';
const named = { type: maybe(v.literal('custom')), name: toolName };
const tool = shaped(
  v.looseObject({ ...named, description: maybe(textField), input_schema: schemaField }),
  notATool,
  v.looseObject({ ...named, input_schema: v.unknown() }),
);
const notAChoice = 'must be {"type": "auto"}, {"type": "any"}, {"type": "none"} or {"type": "tool", "name": "…"}';
const choice = shaped(
  v.variant('type', [
    v.looseObject({ type: v.picklist(['auto', 'any', 'none']), disable_parallel_tool_use: maybe(flagField) }),
    v.looseObject({ type: v.literal('tool'), name: textField, disable_parallel_tool_use: maybe(flagField) }),
  ]),
  notAChoice,
);
const thinking = v.variant(
  'type',
  [v.looseObject({ type: v.literal('enabled'), budget_tokens: countField }), v.looseObject({ type: v.picklist(['adaptive', 'disabled']) })],
  'must be {"type": "enabled", "budget_tokens": …}, {"type": "adaptive"} or {"type": "disabled"}',
);
const body = v.looseObject({
  ...modeFields,
  ...samplingFields,
  messages: v.pipe(v.array(turn, 'must be a list of objects with "role" and "content"'), v.nonEmpty('must hold at least one message')),
  system: maybe(systemPrompt),
  max_tokens: maybe(countField),
  stop_sequences: maybe(v.array(textField, 'must be a list of texts')),
  tools: maybe(v.array(tool, 'must be a list')),
  tool_choice: maybe(choice),
  thinking: maybe(thinking),
  output_config: maybe(v.looseObject({ effort: maybe(textField), format: maybe(objectField) }, 'must be an object')),
});

const notOffered = ['mcp_servers', 'container', 'fallbacks'] as const;

export const messagesApi: ServiceApi = {
  path: '/v1/messages',
  prefix: 'msg_',
  refusal: messagesError,
  read: reader(body, 'The body must be a JSON object with "model", "max_tokens" and "messages".', parse),
};

function parse(read: v.InferOutput<typeof body>, target: Target | undefined): ParsedRequest {
  const { model: _model, stream: _stream, background: _background, store: _store, temperature: _temperature, top_p: _topP, ...more } = read;
  const { messages, system = '', max_tokens, stop_sequences, tools = [], tool_choice, thinking: thinks, output_config, ...others } = more;
  refuseFields(others, notOffered);
  const ignored = new IgnoredFields();
  const isMessages = target?.api === 'messages';
  const sent = unknownToolFields(tools, ['type', 'name', 'description', 'input_schema'], isMessages, ignored);
  // A server of the same protocol gets both unchanged; for another, they become an effort and a format.
  const same = isMessages ? given({ thinking: thinks, output_config }) : {};
  const rest = given({ ...others, ...sent, ...same, ...(isMessages ? {} : { format: output_config?.format }) });
  const extras = extrasFor(rest, 'messages', target, 'format');
  const blocks = new BlockReader(target, ignored);
  const own = {
    messages: [...blocks.system(system), ...messages.map((message, index) => blocks.message(message, index))],
    ...present({
      maxTokens: max_tokens,
      stop: stop_sequences,
      effort: isMessages ? undefined : effortOf(thinks, output_config?.effort),
    }),
    ...toolFields(
      tools.map(({ name, description, input_schema: parameters }) => toolOf({ name, description, parameters })),
      tool_choice === undefined ? undefined : choiceOf(tool_choice),
      tool_choice?.['disable_parallel_tool_use'] === true ? false : undefined,
    ),
  };
  return parsedRequest(read, target, ignored, extras, own, messagesDialect);
}

function choiceOf(wire: v.InferOutput<typeof choice>): ToolChoice {
  switch (wire.type) {
    case 'auto':
    case 'none':
      return wire.type;
    case 'any':
      return 'required';
    case 'tool':
      return { name: wire.name };
    default:
      return wire satisfies never;
  }
}

/** Maps a thinking budget to the effort levels of other servers. */
function effortOf(thinks: v.InferOutput<typeof thinking> | undefined, effort: string | undefined): string | undefined {
  if (thinks?.type === 'disabled') return 'none';
  if (effort !== undefined || thinks?.type !== 'enabled') return effort;
  if (thinks.budget_tokens <= 4_096) return 'low';
  return thinks.budget_tokens <= 16_384 ? 'medium' : 'high';
}
