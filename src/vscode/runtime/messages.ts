/** Converts VS Code's chat messages to neutral ones and back: text, pictures, tool calls, and tool results. */
import * as vscode from 'vscode';
import type { Message, Part } from '../../api.ts';
import { partsOf, readableText, simplest } from '../../core/provider/parts.ts';
import type { ChatRequest } from '../../core/provider/provider.ts';
import { isRecord, jsonOf } from '../../core/provider/reading/json.ts';
import { asThinking, ownReasoning, reasoningOf } from './thinking.ts';

export function toNeutral(messages: readonly vscode.LanguageModelChatRequestMessage[]): Message[] {
  return messages.map(({ role, content }) => {
    const own = content.flatMap((part) => ownReasoning(part) ?? []);
    // The last piece of an answer's reasoning repeats all of it; it must come before the text and calls that it led to.
    const parts = own.length === 0 ? content.flatMap(toPart) : [...own, ...content.flatMap(withoutReasoning)];
    return { role: roleOf(role), content: simplest(parts) };
  });
}

function withoutReasoning(part: unknown): readonly Part[] {
  return reasoningOf(part) === undefined ? toPart(part) : [];
}

function toPart(part: unknown): readonly Part[] {
  const thought = reasoningOf(part);
  // Opaque data of another model means nothing to this one.
  if (thought !== undefined) return thought.text === '' ? [] : [{ type: 'reasoning', text: thought.text }];
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return [{ type: 'tool-call', id: part.callId, name: part.name, arguments: JSON.stringify(part.input) }];
  }
  if (part instanceof vscode.LanguageModelToolResultPart) {
    return [{ type: 'tool-result', id: part.callId, content: simplest(part.content.flatMap(toPart)) }];
  }
  if (part instanceof vscode.LanguageModelPromptTsxPart) return [{ type: 'text', text: textOfPromptTsx(part.value) }];
  if (!(part instanceof vscode.LanguageModelDataPart)) return [];
  const { mimeType: mime, data } = part;
  if (mime.startsWith('image/')) return [{ type: 'image', mime, data }];
  if (/^text\/|json$/.test(mime)) return [{ type: 'text', text: new TextDecoder().decode(data) }];
  return isMedia(mime) ? [{ type: 'text', text: `[${mime}: not sent]` }] : [];
}

/** Other data parts, such as `usage`, carry VS Code's own data. */
export function isMedia(mime: string): boolean {
  return mime.includes('/');
}

/** The texts of an element that `@vscode/prompt-tsx` rendered as JSON, in order. */
function textOfPromptTsx(node: unknown): string {
  if (typeof node !== 'object' || node === null) return '';
  if (Array.isArray(node)) return node.map(textOfPromptTsx).join('');
  const { text, lineBreakBefore, node: inner, children } = node as Readonly<Record<string, unknown>>;
  if (typeof text === 'string') return (lineBreakBefore === true ? '\n' : '') + text;
  return textOfPromptTsx(inner ?? children);
}

/** The API has no system role; its documentation recommends user messages instead. */
export function fromNeutral(messages: readonly Message[]): vscode.LanguageModelChatMessage[] {
  const { User, Assistant } = vscode.LanguageModelChatMessage;
  return messages.map(({ role, content }) => {
    switch (role) {
      case 'system':
      case 'user':
        return User(partsOf(content).flatMap(userPart));
      case 'assistant':
        return Assistant(partsOf(content).flatMap(assistantPart));
      default:
        return role satisfies never;
    }
  });
}

type UserPart = vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart | vscode.LanguageModelDataPart;

function userPart(part: Part): readonly UserPart[] {
  if (part.type === 'text') return [new vscode.LanguageModelTextPart(part.text)];
  if (part.type === 'image') return [new vscode.LanguageModelDataPart(part.data, part.mime)];
  if (part.type === 'tool-result') return [new vscode.LanguageModelToolResultPart(part.id, partsOf(part.content).flatMap(userPart))];
  return [];
}

type AssistantPart = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart;

function assistantPart(part: Part): readonly AssistantPart[] {
  if (part.type === 'text') return [new vscode.LanguageModelTextPart(part.text)];
  if (part.type === 'reasoning') {
    const thinking = part.opaque === undefined ? undefined : asThinking(part);
    return thinking === undefined ? [] : [thinking as AssistantPart];
  }
  return part.type === 'tool-call' ? [new vscode.LanguageModelToolCallPart(part.id, part.name, inputOf(part.arguments))] : [];
}

/** The tools of a request in VS Code's form. */
export function toolOptions({ tools = [], toolChoice }: ChatRequest): Pick<vscode.LanguageModelChatRequestOptions, 'tools' | 'toolMode'> {
  // VS Code cannot force a certain tool, so it gets only that one.
  const only = typeof toolChoice === 'object' ? toolChoice.name : undefined;
  const offered = toolChoice === 'none' ? [] : tools.filter(({ name }) => only === undefined || name === only);
  if (offered.length === 0) return {};
  const { Required, Auto } = vscode.LanguageModelChatToolMode;
  return {
    tools: offered.map(({ name, description = '', parameters }) => ({
      name,
      description,
      ...(parameters === undefined ? {} : { inputSchema: parameters }),
    })),
    toolMode: only !== undefined || toolChoice === 'required' ? Required : Auto,
  };
}

/** Arguments written by a model need not be an object. */
function inputOf(json: string): object {
  const value = jsonOf(json);
  return isRecord(value) ? value : {};
}

/** All text of a message, including the arguments and results of tools, for counting its tokens. */
export function wordsOf(message: vscode.LanguageModelChatRequestMessage): string {
  return toNeutral([message])
    .map(({ content }) => readableText(content))
    .join('\n');
}

function roleOf(role: vscode.LanguageModelChatMessageRole): Message['role'] {
  if (role === vscode.LanguageModelChatMessageRole.Assistant) return 'assistant';
  // VS Code's Chat sends its instructions with a third role, which the public types lack.
  return role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'system';
}
