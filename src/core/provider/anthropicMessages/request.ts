/** Encodes a neutral request as the body of a Messages request. */
import type {
  MessageCreateParamsStreaming,
  OutputConfig,
  ThinkingConfigParam,
  Tool as WireTool,
  ToolChoice as WireChoice,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { Tool } from '../../../api.ts';
import type { ChatRequest } from '../provider.ts';
import { marksFor, withMarks } from './caching.ts';
import { budget, limited, noCacheMarks, noReasoning, noThinking } from './remedies.ts';
import { systemOf, turnsOf } from './turns.ts';

/**
 * Default of the required field. Models of 2025 and later accept this much, reasoning included; a model that accepts less
 * names its limit in a rejection, which costs nothing.
 */
const defaultMaxTokens = 32_000;
/** The minimum that a model accepts. */
const minBudget = 1_024;
/** Thinking budgets of older models for the effort levels of newer ones. */
const budgets: Readonly<Record<string, number>> = {
  minimal: minBudget,
  low: 4_096,
  medium: 10_240,
  high: 20_480,
  xhigh: 28_672,
  max: 30_720,
};

export function messagesBody(request: ChatRequest, remedies: readonly string[]): Readonly<Record<string, unknown>> {
  const { model, stop = [], tools = [], body } = request;
  const maxTokens = limited(request.maxTokens ?? defaultMaxTokens, remedies);
  const thinking = thinkingOf(request, maxTokens, remedies);
  const system = systemOf(request.messages);
  const turns = turnsOf(request, !remedies.includes(noReasoning));
  const marks = remedies.includes(noCacheMarks) ? { system: false, turns: false } : marksFor(system, turns);
  const params: MessageCreateParamsStreaming = {
    model,
    max_tokens: maxTokens,
    ...withMarks(system, turns, marks),
    stream: true,
    ...samplingOf(request, thinking.thinking),
    ...(stop.length === 0 ? {} : { stop_sequences: [...stop] }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf), ...choiceOf(request) }),
    ...thinking,
  };
  return { ...params, ...body };
}

/** The API accepts neither of them while the model thinks; every model rejects a temperature above 1. */
function samplingOf(
  { temperature, topP }: ChatRequest,
  thinking: ThinkingConfigParam | undefined,
): { readonly temperature?: number; readonly top_p?: number } {
  if (thinking !== undefined && thinking.type !== 'disabled') return {};
  return {
    ...(temperature === undefined ? {} : { temperature: Math.min(1, temperature) }),
    ...(topP === undefined ? {} : { top_p: topP }),
  };
}

interface Thinking {
  readonly thinking?: ThinkingConfigParam;
  readonly output_config?: OutputConfig;
}

function thinkingOf({ effort, toolChoice }: ChatRequest, maxTokens: number, remedies: readonly string[]): Thinking {
  if (effort === undefined || remedies.includes(noThinking)) return {};
  if (/^(?:none|off|disabled)$/i.test(effort)) return { thinking: { type: 'disabled' } };
  // A forced tool call leaves no room for thinking.
  const isForced = toolChoice === 'required' || typeof toolChoice === 'object';
  if (!remedies.includes(budget)) {
    return {
      ...(isForced ? {} : { thinking: { type: 'adaptive', display: 'summarized' } }),
      output_config: { effort: effort as NonNullable<OutputConfig['effort']> },
    };
  }
  const tokens = Math.min(Number(effort) || (budgets[effort.toLowerCase()] ?? minBudget), maxTokens - minBudget);
  return isForced || tokens < minBudget ? {} : { thinking: { type: 'enabled', budget_tokens: tokens } };
}

function toolOf({ name, description, parameters }: Tool): WireTool {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: { properties: {}, ...parameters, type: 'object' },
  };
}

function choiceOf({ toolChoice, parallelTools }: ChatRequest): { readonly tool_choice?: WireChoice } {
  const single = parallelTools === false ? { disable_parallel_tool_use: true } : {};
  if (typeof toolChoice === 'object') return { tool_choice: { type: 'tool', name: toolChoice.name, ...single } };
  switch (toolChoice) {
    case 'none':
      return { tool_choice: { type: 'none' } };
    case 'required':
      return { tool_choice: { type: 'any', ...single } };
    case 'auto':
      return { tool_choice: { type: 'auto', ...single } };
    case undefined:
      return parallelTools === false ? { tool_choice: { type: 'auto', ...single } } : {};
    default:
      return toolChoice satisfies never;
  }
}
