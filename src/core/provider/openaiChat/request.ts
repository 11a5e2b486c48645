/** Encodes a neutral request as chat completions. */
import type { Content, Message, Tool, ToolChoice } from '../../../api.ts';
import { dataUrl, partsOf, partsOfType, textOf } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';
import { isRecord } from '../reading/json.ts';
import { reasoningBack, reasoningIn, withoutReasoning } from './reasoningBack.ts';
import { present } from '../../present.ts';

interface WireCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is JSON text. */
  readonly function: { readonly name: string; readonly arguments: string };
}

type WireContent =
  | string
  | readonly (
      | { readonly type: 'text'; readonly text: string }
      | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
    )[];

export interface WireMessage {
  readonly role: Message['role'] | 'tool';
  readonly content: WireContent;
  readonly tool_calls?: readonly WireCall[];
  readonly tool_call_id?: string;
  readonly reasoning_content?: string;
  readonly prefix?: true;
}

/** Where servers of this protocol put reasoning, and clients return it. */
export const reasoningFields = ['reasoning_content', 'reasoning', 'reasoning_text', 'reasoning_details'] as const;

/** A message with tool results becomes one message for each, and one for the rest. */
export function wireMessages(request: ChatRequest, remedies: readonly string[] = []): readonly WireMessage[] {
  const { messages, continues } = request;
  const reasoning = reasoningBack(request, remedies);
  const given = !remedies.includes(withoutReasoning);
  const wire = messages.flatMap((message, place) => toWire(message, reasoning.get(place), given));
  if (continues !== 'prefix') return wire;
  const thoughts = reasoningIn(messages.at(-1)?.content ?? '');
  // DeepSeek and Mistral document the first field on a last message of the assistant, and DeepSeek the second one.
  const more = { prefix: true, ...(thoughts === '' ? {} : { reasoning_content: thoughts }) } as const;
  return wire.map((message, index) => (index === wire.length - 1 ? { ...message, ...more } : message));
}

/** @param asGiven whether what a client gave back goes out in the client's own fields */
function toWire({ role, content }: Message, reasoning: string | undefined, asGiven: boolean): readonly WireMessage[] {
  const back = reasoning === undefined ? {} : { reasoning_content: reasoning };
  if (typeof content === 'string') return [{ role, content, ...back }];
  const results = partsOfType(content, 'tool-result').map((part): WireMessage => ({
    role: 'tool',
    tool_call_id: part.id,
    content: resultOf(part.content),
  }));
  const calls = partsOfType(content, 'tool-call').map(({ id, name, arguments: json }): WireCall => ({
    id,
    type: 'function',
    function: { name, arguments: json },
  }));
  const rest = contentOf(content);
  // Servers expect results directly after the call; the user's other content follows.
  if (results.length > 0 && rest === '') return results;
  return [
    ...results,
    { role, content: rest, ...back, ...(asGiven ? givenBack(content) : {}), ...(calls.length === 0 ? {} : { tool_calls: calls }) },
  ];
}

/** Reasoning in the fields in which a client of this protocol gives it back. */
function givenBack(content: Content): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const { opaque } of partsOfType(content, 'reasoning')) {
    for (const field of reasoningFields) if (isRecord(opaque) && field in opaque) fields[field] = opaque[field];
  }
  return fields;
}

function contentOf(content: Content): WireContent {
  if (partsOfType(content, 'image').length === 0) return textOf(content);
  return partsOf(content).flatMap((part): Exclude<WireContent, string> => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    return part.type === 'image' ? [{ type: 'image_url', image_url: { url: dataUrl(part) } }] : [];
  });
}

/** The result of a tool is a text there; pictures in it are named, since they cannot be sent. */
function resultOf(content: Content): string {
  return partsOf(content)
    .map((part) => (part.type === 'text' ? part.text : part.type === 'image' ? `[${part.mime}]` : ''))
    .join('');
}

/** All fields but `model`, `messages`, `temperature`, the token limit and what belongs to streaming. */
export function wireFields(request: ChatRequest): Readonly<Record<string, unknown>> {
  const { tools = [], toolChoice, parallelTools, topP, stop, effort, verbosity, continues, body } = request;
  return {
    ...present({ top_p: topP }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...present({ reasoning_effort: effort, verbosity }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...(toolChoice === undefined ? {} : { tool_choice: choiceOf(toolChoice) }),
    ...present({ parallel_tool_calls: parallelTools }),
    // vLLM and llama.cpp continue the last message with these two.
    ...(continues === 'prefill' ? { continue_final_message: true, add_generation_prompt: false } : {}),
    ...body,
  };
}

function toolOf({ name, description, parameters }: Tool): object {
  return {
    type: 'function',
    function: { name, ...present({ description, parameters }) },
  };
}

function choiceOf(choice: ToolChoice): unknown {
  return typeof choice === 'object' ? { type: 'function', function: choice } : choice;
}
