/** `POST /v1/responses`: reads the request. */
import * as v from 'valibot';
import type { ToolChoice } from '../../../../api.ts';
import { present } from '../../../../core/present.ts';
import type { JsonFields } from '../../../../core/provider/reading/json.ts';
import { openaiError } from '../chatCompletions/reply.ts';
import { parsedRequest, functionFields, modeFields, reader, refuseFields, samplingFields, toolName, toolNames, toolOf } from '../common.ts';
import type { ParsedRequest, ServiceApi, Target } from '../serviceApi.ts';
import { extrasFor } from '../extras.ts';
import { IgnoredFields } from '../parts.ts';
import { countField, flagField, given, maybe, objectField, shaped, textField } from '../schema.ts';
import { RequestError } from '../../requestError.ts';
import { toolFields, unknownToolFields } from '../tools.ts';
import { inputItems, ItemReader } from './items.ts';
import { responsesDialect } from './reply.ts';

const notATool = 'must be {"type": "function", "name": "…", "parameters": {…}}; this service has no other tools';
const called = v.looseObject({ type: v.literal('function'), name: toolName });
const tool = shaped(v.looseObject({ type: v.literal('function'), ...functionFields }), notATool, called);
const notAChoice = 'must be "none", "auto", "required" or {"type": "function", "name": "…"}';
type Choice = Exclude<ToolChoice, object> | { readonly name: string };
const choice: v.GenericSchema<unknown, Choice> = shaped(v.union([v.picklist(['none', 'auto', 'required']), called]), notAChoice);
const body = v.looseObject({
  ...modeFields,
  ...samplingFields,
  input: v.pipe(
    inputItems,
    v.check((value) => value.length > 0, 'must not be empty'),
  ),
  instructions: maybe(textField),
  stream_options: maybe(v.looseObject({ include_obfuscation: maybe(flagField) }, 'must be an object')),
  include: maybe(v.array(textField, 'must be a list of texts')),
  max_output_tokens: maybe(countField),
  reasoning: maybe(v.looseObject({ effort: maybe(textField), summary: maybe(textField) }, 'must be an object')),
  tools: maybe(v.array(tool, 'must be a list')),
  tool_choice: maybe(choice),
  parallel_tool_calls: maybe(flagField),
  text: maybe(v.looseObject({ format: maybe(objectField), verbosity: maybe(textField) }, 'must be an object')),
  metadata: maybe(v.record(v.string(), textField, 'must be an object')),
});
type Body = v.InferOutput<typeof body>;

const notOffered = ['previous_response_id', 'conversation', 'prompt', 'max_tool_calls'] as const;

export const responsesApi: ServiceApi = {
  path: '/v1/responses',
  prefix: 'resp_',
  refusal: openaiError,
  read: reader(body, 'The body must be a JSON object with "model" and "input".', parse),
};

function parse(read: Body, target: Target | undefined): ParsedRequest {
  const { input: items, ...echo } = read;
  const { model: _model, stream: _stream, background: _background, store: _store, temperature: _temperature, top_p: _topP, ...more } = echo;
  const {
    instructions = '',
    stream_options: _options,
    include: _include,
    max_output_tokens,
    reasoning = {},
    text: form = {},
    ...most
  } = more;
  const { tools = [], tool_choice, parallel_tool_calls, ...passed } = most;
  refuseFields(read, notOffered, 'send the whole conversation in "input"');
  if (read.background === true && read.store === false) {
    throw new RequestError('"store" must not be false with "background": an answer that nobody keeps cannot be read later.');
  }
  const ignored = new IgnoredFields();
  const isResponses = target?.api === 'responses';
  const sent = unknownToolFields(tools, toolNames, isResponses, ignored);
  const extras = extrasFor(
    given({ ...passed, ...sent, ...formFields(form, isResponses), ...reasoningFields(reasoning, isResponses, ignored) }),
    'responses',
    target,
    'format',
  );
  const system = instructions === '' ? [] : [{ role: 'system', content: instructions } as const];
  const own = {
    messages: [...system, ...new ItemReader(target, ignored).messages(items)],
    ...present({ maxTokens: max_output_tokens, effort: reasoning.effort, verbosity: form.verbosity }),
    ...toolFields(tools.map(toolOf), typeof tool_choice === 'object' ? { name: tool_choice.name } : tool_choice, parallel_tool_calls),
  };
  return parsedRequest(read, target, ignored, extras, own, (head) => responsesDialect(head, echo));
}

/** Drops default values for servers of other protocols. */
function formFields(form: NonNullable<Body['text']>, isResponses: boolean): JsonFields {
  const { format, verbosity: _verbosity, ...rest } = form;
  // Includes the verbosity: a field of the body replaces Rivulet's field of the same name.
  if (isResponses) return Object.keys(given({ ...rest, format })).length === 0 ? {} : { text: form };
  return { ...rest, format: format?.['type'] === 'text' ? undefined : format };
}

function reasoningFields(reasoning: NonNullable<Body['reasoning']>, isResponses: boolean, ignored: IgnoredFields): JsonFields {
  const { effort: _effort, ...rest } = given(reasoning);
  if (Object.keys(rest).length === 0) return {};
  if (isResponses) return { reasoning };
  const { summary, generate_summary: _old, ...unknown } = rest;
  if (summary !== undefined && summary !== 'auto') ignored.name('reasoning.summary');
  ignored.add('reasoning', unknown);
  return {};
}
