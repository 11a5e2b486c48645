/**
 * Google's Interactions: the form of the Gemini API in which the server stores an answer while writing it. Messages are a
 * list of steps.
 */
import type { Message, Part, ToolChoice } from '../../../api.ts';
import { below, versioned, withQuery } from '../baseURL.ts';
import type { KeptForm } from '../kept.ts';
import { argumentsObject, base64, partsOf, textOf } from '../parts.ts';
import type { ChatRequest, Endpoint } from '../provider.ts';
import { isRecord } from '../reading/json.ts';
import { JsonDecoder } from '../reading/jsonDecoder.ts';
import { InteractionsReader, type KeptStep } from './interactionsReader.ts';
import { present } from '../../present.ts';

export function interactions(version: string): KeptForm {
  const address = ({ baseURL }: Endpoint, id = '', what = ''): string =>
    below(versioned(baseURL, version), `/interactions${id === '' ? '' : `/${encodeURIComponent(id)}`}${what}`);
  return {
    namedBy: 'server',
    ask: (endpoint, request) => ({ url: withQuery(address(endpoint), { alt: 'sse' }), body: interactionBody(request) }),
    decoder: (sink) => new JsonDecoder(sink, (whole) => new InteractionsReader(whole)),
    rest: (endpoint, id, cursor) => [withQuery(address(endpoint, id), { stream: 'true', ...present({ last_event_id: cursor }) })],
    whole: {
      address: (endpoint, id) => address(endpoint, id),
      isRunning: (answer) => isRecord(answer) && answer['status'] === 'in_progress',
    },
    stop: (endpoint, id) => ({ method: 'POST', urls: [address(endpoint, id, '/cancel')] }),
  };
}

export function interactionBody(request: ChatRequest): Readonly<Record<string, unknown>> {
  const { model, messages, tools = [], toolChoice, temperature, topP, maxTokens, stop = [], effort, body } = request;
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => textOf(content));
  const paused = continuationOf(messages.at(-1));
  const config = {
    ...present({ temperature, top_p: topP, max_output_tokens: maxTokens }),
    ...(stop.length === 0 ? {} : { stop_sequences: stop }),
    ...(effort === undefined ? {} : { thinking_level: effort.toLowerCase() }),
    thinking_summaries: 'auto',
    ...(toolChoice === undefined ? {} : { tool_choice: choiceOf(toolChoice) }),
  };
  return {
    model,
    // What a paused answer was asked for is known to the server.
    ...(paused === undefined ? { input: messages.flatMap(stepsOf) } : paused),
    stream: true,
    store: true,
    background: true,
    ...(system.length === 0 ? {} : { system_instruction: system.join('\n\n') }),
    generation_config: config,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function',
            name,
            ...present({ description, parameters }),
          })),
        }),
    ...body,
  };
}

function continuationOf(message: Message | undefined): object | undefined {
  if (message?.role !== 'assistant') return undefined;
  const kept = keptStep(partsOf(message.content).findLast((part) => part.type === 'reasoning')?.opaque);
  return kept?.on === 'continuation' ? { continuation_token: kept.token, previous_interaction_id: kept.interaction } : undefined;
}

function keptStep(opaque: unknown): KeptStep | undefined {
  const on = isRecord(opaque) ? opaque['on'] : undefined;
  return on === 'step' || on === 'continuation' ? (opaque as KeptStep) : undefined;
}

function stepsOf({ role, content }: Message): readonly object[] {
  switch (role) {
    case 'system':
      return [];
    case 'user': {
      const parts = partsOf(content);
      const results = parts.flatMap((part) => (part.type === 'tool-result' ? [resultOf(part)] : []));
      const said = contentOf(parts);
      return said.length === 0 ? results : [...results, { type: 'user_input', content: said }];
    }
    case 'assistant':
      return partsOf(content).flatMap(modelStep);
    default:
      return role satisfies never;
  }
}

function modelStep(part: Part): readonly object[] {
  switch (part.type) {
    case 'text':
    case 'image': {
      const content = contentOf([part]);
      return content.length === 0 ? [] : [{ type: 'model_output', content }];
    }
    case 'tool-call':
      return [{ type: 'function_call', id: part.id, name: part.name, arguments: argumentsObject(part.arguments) }];
    case 'reasoning': {
      // Only what this form gave can be given back.
      const kept = keptStep(part.opaque);
      if (kept?.on !== 'step') return [];
      return [{ type: 'thought', summary: part.text === '' ? [] : [{ type: 'text', text: part.text }], signature: kept.signature }];
    }
    case 'tool-result':
      return [];
    default:
      return part satisfies never;
  }
}

function contentOf(parts: readonly Part[]): readonly object[] {
  return parts.flatMap((part): object[] => {
    if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    return part.type === 'image' ? [{ type: 'image', data: base64(part.data), mime_type: part.mime }] : [];
  });
}

function resultOf({ id, content, isError }: Extract<Part, { type: 'tool-result' }>): object {
  const onlyText = typeof content === 'string' || content.every(({ type }) => type === 'text');
  const result = onlyText ? textOf(content) : contentOf(partsOf(content));
  return { type: 'function_result', call_id: id, result, ...(isError === true ? { is_error: true } : {}) };
}

function choiceOf(choice: ToolChoice): unknown {
  if (typeof choice === 'object') return { allowed_tools: { mode: 'any', tools: [choice.name] } };
  return choice === 'required' ? 'any' : choice;
}
