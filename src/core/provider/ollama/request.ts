/** Encodes a neutral request for Ollama's own API. */
import { jsonOf } from '../reading/json.ts';
import type { Content, Message, Part, Tool } from '../../../api.ts';
import { base64, partsOfType, textOf } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';
import { present } from '../../present.ts';

/** @param contextWindow tokens of prompt and answer together, where it is known; the server's own default is small */
export function ollamaBody(request: ChatRequest, contextWindow: number | undefined): Readonly<Record<string, unknown>> {
  const { model, messages, tools = [], toolChoice, temperature, topP, stop, maxTokens, effort, body } = request;
  const names = new Map(messages.flatMap(({ content }) => partsOfType(content, 'tool-call')).map(({ id, name }) => [id, name]));
  const options = {
    ...present({ temperature, top_p: topP }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...present({ num_predict: maxTokens, num_ctx: contextWindow }),
  };
  return {
    model,
    messages: messages.flatMap((message) => wireOf(message, names)),
    stream: true,
    // With these two, an overlong prompt is an error; otherwise the server silently drops its beginning.
    truncate: false,
    shift: false,
    ...(effort === undefined ? {} : { think: thinkOf(effort) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    // The API has no choice of tools: none is offered where none may be called, and only the one that must be called.
    ...(tools.length === 0 || toolChoice === 'none' ? {} : { tools: offered(tools, toolChoice).map(toolOf) }),
    ...body,
  };
}

function wireOf({ role, content }: Message, names: ReadonlyMap<string, string>): readonly object[] {
  if (typeof content === 'string') return [{ role, content }];
  const results = partsOfType(content, 'tool-result').map(({ id, content: said }) => ({
    role: 'tool',
    content: textOf(said),
    tool_call_id: id,
    ...(names.has(id) ? { tool_name: names.get(id) } : {}),
  }));
  const images = imagesIn(content);
  const calls = partsOfType(content, 'tool-call').map(({ id, name, arguments: json }) => ({
    id,
    function: { name, arguments: objectOf(json) },
  }));
  const thinking = partsOfType(content, 'reasoning')
    .map(({ text }) => text)
    .join('');
  const text = textOf(content);
  if (results.length > 0 && text === '' && images.length === 0) return results;
  return [
    ...results,
    {
      role,
      content: text,
      ...(role === 'assistant' && thinking !== '' ? { thinking } : {}),
      ...(images.length === 0 ? {} : { images }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  ];
}

function imagesIn(content: Content): readonly string[] {
  return partsOfType(content, 'image').map(({ data }: Extract<Part, { type: 'image' }>) => base64(data));
}

function objectOf(json: string): unknown {
  return jsonOf(json) ?? {};
}

function offered(tools: readonly Tool[], choice: ChatRequest['toolChoice']): readonly Tool[] {
  return typeof choice === 'object' ? tools.filter(({ name }) => name === choice.name) : tools;
}

function toolOf({ name, description = '', parameters = { type: 'object', properties: {} } }: Tool): object {
  return { type: 'function', function: { name, description, parameters } };
}

/** A model that thinks takes a level or a yes; `none` is a no. */
function thinkOf(effort: string): boolean | string {
  switch (effort) {
    case 'none':
    case 'false':
      return false;
    case 'true':
    case 'auto':
      return true;
    default:
      return effort;
  }
}
