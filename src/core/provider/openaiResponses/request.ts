/** Encodes a neutral request for OpenAI's Responses: a list of items instead of messages. */
import type { Content, Message, Part, Tool, ToolChoice } from '../../../api.ts';
import { isRecord } from '../reading/json.ts';
import { dataUrl, partsOf, textOf } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';
import { present } from '../../present.ts';

export function responseBody(request: ChatRequest): Readonly<Record<string, unknown>> {
  const { model, messages, tools = [], toolChoice, parallelTools, temperature, topP, maxTokens, effort, verbosity, body } = request;
  const [first] = messages;
  const instructions = first?.role === 'system' ? textOf(first.content) : undefined;
  return {
    model,
    ...present({ instructions }),
    input: (instructions === undefined ? messages : messages.slice(1)).flatMap(itemsOf),
    stream: true,
    // Padding that hides the length of words from those who watch the network costs bytes; TLS is enough here.
    stream_options: { include_obfuscation: false },
    // The vendor stores nothing; reasoning comes back encrypted, so that it can be sent again.
    store: false,
    include: ['reasoning.encrypted_content'],
    // Without `summary`, no reasoning is shown.
    reasoning: { ...present({ effort }), summary: 'auto' },
    ...present({ max_output_tokens: maxTokens }),
    ...(verbosity === undefined ? {} : { text: { verbosity } }),
    ...present({ temperature, top_p: topP }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...(toolChoice === undefined ? {} : { tool_choice: choiceOf(toolChoice) }),
    ...present({ parallel_tool_calls: parallelTools }),
    ...body,
  };
}

function itemsOf({ role, content }: Message): readonly object[] {
  if (typeof content === 'string') return [{ role, content }];
  switch (role) {
    case 'system':
      return [{ role, content: textOf(content) }];
    case 'user': {
      const results = content.filter((part) => part.type === 'tool-result').map(({ id, content: said }) => resultOf(id, said));
      const rest = inputsOf(content);
      return rest.length === 0 ? results : [...results, { role, content: rest }];
    }
    case 'assistant':
      return content.flatMap(assistantItem);
    default:
      return role satisfies never;
  }
}

/** The order stays: reasoning must stand before the item that it led to. */
function assistantItem(part: Part): readonly object[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ role: 'assistant', content: part.text }];
    case 'tool-call':
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments }];
    case 'reasoning': {
      // Only what this protocol gave can be given back.
      const { opaque } = part;
      if (!isRecord(opaque) || opaque['type'] !== 'reasoning' || typeof opaque['encrypted_content'] !== 'string') return [];
      const { id, summary, encrypted_content } = opaque;
      return [{ type: 'reasoning', id, summary: Array.isArray(summary) ? summary : [], encrypted_content }];
    }
    case 'image':
    case 'tool-result':
      return [];
    default:
      return part satisfies never;
  }
}

function inputsOf(content: Content): readonly object[] {
  return partsOf(content).flatMap((part): object[] => {
    if (part.type === 'text') return [{ type: 'input_text', text: part.text }];
    return part.type === 'image' ? [{ type: 'input_image', image_url: dataUrl(part), detail: 'auto' }] : [];
  });
}

function resultOf(id: string, content: Content): object {
  const output = typeof content === 'string' || content.every(({ type }) => type === 'text') ? textOf(content) : inputsOf(content);
  return { type: 'function_call_output', call_id: id, output };
}

function toolOf({ name, description, parameters }: Tool): object {
  return {
    type: 'function',
    name,
    ...present({ description }),
    parameters: parameters ?? { type: 'object', properties: {} },
    // A free schema: strict ones must name every property and forbid others.
    strict: false,
  };
}

function choiceOf(choice: ToolChoice): unknown {
  return typeof choice === 'object' ? { type: 'function', name: choice.name } : choice;
}
