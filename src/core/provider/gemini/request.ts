/** A neutral request as the body of a `generateContent` request. */
import type { FunctionDeclaration, GenerationConfig, Part as WirePart, ThinkingConfig, ToolConfig } from '@google/genai';
import type { Tool } from '../../../api.ts';
import { textOf } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';
import { contentsOf, continuationTokenOf, type GeminiTurn } from './contents.ts';
import { thinkingTokens, noSignatures, withoutThinking, skipCheck } from './remedies.ts';
import { present } from '../../present.ts';

/** The body as it is on the wire; the client's own types of it are not published. */
interface GeminiBody {
  readonly contents: readonly GeminiTurn[];
  readonly systemInstruction?: { readonly role: 'user'; readonly parts: readonly WirePart[] };
  readonly generationConfig?: GenerationConfig;
  readonly tools?: readonly { readonly functionDeclarations: readonly FunctionDeclaration[] }[];
  readonly toolConfig?: ToolConfig;
  readonly continuationToken?: string;
}

/** How many tokens older models think for, for the words of newer ones. */
const budgets: Readonly<Record<string, number>> = { minimal: 512, low: 1_024, medium: 8_192, high: 24_576 };

export function geminiBody(request: ChatRequest, remedies: readonly string[]): Readonly<Record<string, unknown>> {
  const { messages, tools = [], body } = request;
  // A paused answer is continued by a token; what it said is known to the server.
  const continuationToken = continuationTokenOf(messages.at(-1));
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => ({ text: textOf(content) }));
  const generationConfig = configOf(request, remedies);
  const signatures = { kept: !remedies.includes(noSignatures), marked: remedies.includes(skipCheck) };
  const wire: GeminiBody = {
    contents: contentsOf(continuationToken === undefined ? messages : messages.slice(0, -1), signatures),
    ...(system.length === 0 ? {} : { systemInstruction: { role: 'user', parts: system } }),
    ...(Object.keys(generationConfig).length === 0 ? {} : { generationConfig }),
    ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(declarationOf) }], ...choiceOf(request) }),
    ...present({ continuationToken }),
  };
  return { ...wire, ...body };
}

function configOf({ maxTokens, temperature, topP, stop = [], effort }: ChatRequest, remedies: readonly string[]): GenerationConfig {
  const thinkingConfig = effort === undefined || remedies.includes(withoutThinking) ? undefined : thinkingOf(effort, remedies);
  return {
    ...present({ temperature, topP, maxOutputTokens: maxTokens }),
    ...(stop.length === 0 ? {} : { stopSequences: [...stop] }),
    ...present({ thinkingConfig }),
  };
}

function thinkingOf(effort: string, remedies: readonly string[]): ThinkingConfig {
  if (/^(?:none|off|disabled)$/i.test(effort)) return { thinkingBudget: 0 };
  if (/^\d+$/.test(effort)) return { includeThoughts: true, thinkingBudget: Number(effort) };
  // -1: the model decides.
  if (remedies.includes(thinkingTokens)) return { includeThoughts: true, thinkingBudget: budgets[effort.toLowerCase()] ?? -1 };
  return { includeThoughts: true, thinkingLevel: effort.toUpperCase() as NonNullable<ThinkingConfig['thinkingLevel']> };
}

/** `parameters`, the older field, takes a part of JSON schema only. */
function declarationOf({ name, description, parameters }: Tool): FunctionDeclaration {
  return {
    name,
    ...present({ description, parametersJsonSchema: parameters }),
  };
}

type Mode = NonNullable<NonNullable<ToolConfig['functionCallingConfig']>['mode']>;

function choiceOf({ toolChoice }: ChatRequest): { readonly toolConfig?: ToolConfig } {
  const config = (mode: `${Mode}`, names?: string[]): { readonly toolConfig: ToolConfig } => ({
    toolConfig: { functionCallingConfig: { mode: mode as Mode, ...present({ allowedFunctionNames: names }) } },
  });
  if (typeof toolChoice === 'object') return config('ANY' as `${Mode}`, [toolChoice.name]);
  switch (toolChoice) {
    case 'none':
      return config('NONE' as `${Mode}`);
    case 'required':
      return config('ANY' as `${Mode}`);
    case 'auto':
      return config('AUTO' as `${Mode}`);
    case undefined:
      return {};
    default:
      return toolChoice satisfies never;
  }
}
