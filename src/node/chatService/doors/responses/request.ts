/** `POST /v1/responses`: reads the request. */
import * as v from 'valibot';
import type { ToolChoice } from '../../../../api.ts';
import { type Fields, isFields } from '../../fields.ts';
import { openaiError } from '../chatCompletions/reply.ts';
import type { Asked, Door, Target } from '../door.ts';
import { extrasFor, formatIn, unsupported } from '../extras.ts';
import { Ignored } from '../parts.ts';
import {
  checked,
  countField,
  flagField,
  given,
  maybe,
  Mistake,
  modelField,
  modelOf,
  numberField,
  objectField,
  schemaField,
  shaped,
  textField,
} from '../schema.ts';
import { toolFields, unknownToolFields } from '../tools.ts';
import { inputItems, ItemReader } from './items.ts';
import { responsesDialect } from './reply.ts';

const notATool = 'must be {"type": "function", "name": "…", "parameters": {…}}; this service has no other tools';
const name = v.pipe(v.string(), v.nonEmpty());
const called = v.looseObject({ type: v.literal('function'), name });
const tool = v.pipe(
  shaped(called, notATool),
  v.looseObject({ type: v.literal('function'), name, description: maybe(textField), parameters: maybe(schemaField) }),
);
const notAChoice = 'must be "none", "auto", "required" or {"type": "function", "name": "…"}';
type Choice = Exclude<ToolChoice, object> | { readonly name: string };
const choice: v.GenericSchema<unknown, Choice> = shaped(v.union([v.picklist(['none', 'auto', 'required']), called]), notAChoice);
const body = v.looseObject({
  model: maybe(modelField),
  input: v.pipe(
    inputItems,
    v.check((value) => value.length > 0, 'must not be empty'),
  ),
  instructions: maybe(textField),
  stream: maybe(flagField),
  stream_options: maybe(v.looseObject({ include_obfuscation: maybe(flagField) }, 'must be an object')),
  background: maybe(flagField),
  store: maybe(flagField),
  include: maybe(v.array(textField, 'must be a list of texts')),
  temperature: maybe(numberField),
  top_p: maybe(numberField),
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

export const responsesDoor: Door = {
  path: '/v1/responses',
  prefix: 'resp_',
  refusal: openaiError,
  read: async (value, targetOf) => {
    const read = checked(body, value, 'The body must be a JSON object with "model" and "input".');
    return readBody(read, await targetOf(modelOf(read.model).model));
  },
};

function readBody(read: Body, target: Target | undefined): Asked {
  const { model: asked, input: items, instructions, stream, stream_options: _options, background, store, ...more } = read;
  const { include: _include, temperature, top_p, max_output_tokens, reasoning, tools, tool_choice, parallel_tool_calls, ...others } = more;
  const { input: _input, ...echo } = read;
  refuse(read);
  const ignored = new Ignored();
  const isResponses = target?.api === 'responses';
  const sent = unknownToolFields(tools ?? [], toolRest, isResponses, ignored);
  const { text: form, ...passed } = others;
  const extras = extrasFor(
    given({ ...passed, ...sent, ...formFields(form ?? {}, isResponses), ...reasoningFields(reasoning ?? {}, isResponses, ignored) }),
    'responses',
    target,
    formatOf(form ?? {}),
  );
  const system = typeof instructions === 'string' && instructions !== '' ? [{ role: 'system', content: instructions } as const] : [];
  const request = {
    ...modelOf(asked),
    messages: [...system, ...new ItemReader(target, ignored).messages(items)],
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof top_p === 'number' ? { topP: top_p } : {}),
    ...(typeof max_output_tokens === 'number' ? { maxTokens: max_output_tokens } : {}),
    ...(typeof reasoning?.effort === 'string' ? { effort: reasoning.effort } : {}),
    ...(typeof form?.verbosity === 'string' ? { verbosity: form.verbosity } : {}),
    ...toolFields({
      tools: (tools ?? []).map(({ name: toolName, description, parameters }) => ({
        name: toolName,
        ...(typeof description === 'string' ? { description } : {}),
        ...(isFields(parameters) ? { parameters } : {}),
      })),
      choice: typeof tool_choice === 'object' && tool_choice !== null ? { name: tool_choice.name } : (tool_choice ?? undefined),
      parallel: parallel_tool_calls ?? undefined,
    }),
    ...(extras.body === undefined ? {} : { body: extras.body }),
  };
  return {
    request,
    stream: stream === true,
    detached: background === true,
    kept: store !== false,
    ignored: [...ignored.names, ...extras.ignored, ...unsupported(request, target)],
    dialect: (facts) => responsesDialect(facts, echo),
  };
}

function refuse(read: Body): void {
  for (const field of notOffered) {
    if (read[field] !== undefined && read[field] !== null) {
      throw new Mistake(`"${field}" is not offered by this service; send the whole conversation in "input".`);
    }
  }
  if (read.background === true && read.store === false) {
    throw new Mistake('"store" must not be false with "background": an answer that nobody keeps cannot be read later.');
  }
}

/** What says nothing beyond the default is left out for other protocols. */
function formFields(form: NonNullable<Body['text']>, isResponses: boolean): Fields {
  const { format, verbosity: _verbosity, ...rest } = form;
  // Together with the verbosity: a field of the body replaces Rivulet's of the same name.
  if (isResponses) return Object.keys(given({ ...rest, format })).length === 0 ? {} : { text: form };
  return { ...rest, format: format?.['type'] === 'text' ? undefined : format };
}

function formatOf({ format }: NonNullable<Body['text']>): Parameters<typeof extrasFor>[3] {
  const value = formatIn(format);
  return value === undefined ? undefined : { field: 'format', value };
}

function reasoningFields(reasoning: NonNullable<Body['reasoning']>, isResponses: boolean, ignored: Ignored): Fields {
  const { effort: _effort, ...rest } = given(reasoning);
  if (Object.keys(rest).length === 0) return {};
  if (isResponses) return { reasoning };
  const { summary, generate_summary: _old, ...unknown } = rest;
  if (summary !== undefined && summary !== 'auto') ignored.name('reasoning.summary');
  ignored.add('reasoning', unknown);
  return {};
}

function toolRest({ type: _type, name: _name, description: _description, parameters: _parameters, ...rest }: Fields): Fields {
  return rest;
}
