/** VS Code's chat messages as neutral ones, and back: text, pictures, tool calls, and the results of tools. */
import * as vscode from 'vscode';
import type { Content, Message, Part } from '../../api.ts';
import { partsOf, textOf, readableText } from '../../core/provider/parts.ts';
import type { ChatRequest } from '../../core/provider/provider.ts';
import { asThinking, ownReasoning, reasoningOf } from './thinking.ts';

export function toNeutral(messages: readonly vscode.LanguageModelChatRequestMessage[]): Message[] {
  return messages.map(({ role, content }) => {
    const own = content.flatMap((part) => ownReasoning(part) ?? []);
    // What was streamed as thinking stands in there too. A model wants it before what it led to.
    const parts = own.length === 0 ? content.flatMap(toPart) : [...own, ...content.flatMap(withoutReasoning)];
    return { role: roleOf(role), content: simplest(parts) };
  });
}

function withoutReasoning(part: unknown): readonly Part[] {
  return reasoningOf(part) === undefined ? toPart(part) : [];
}

/** A text alone stays a text. */
function simplest(parts: readonly Part[]): Content {
  return parts.every((part) => part.type === 'text') ? textOf(parts) : parts;
}

function toPart(part: unknown): readonly Part[] {
  const thought = reasoningOf(part);
  // What other models gave with it is not for ours.
  if (thought !== undefined) return thought.text === '' ? [] : [{ type: 'reasoning', text: thought.text }];
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return [{ type: 'tool-call', id: part.callId, name: part.name, arguments: JSON.stringify(part.input) }];
  }
  if (part instanceof vscode.LanguageModelToolResultPart) {
    return [{ type: 'tool-result', id: part.callId, content: simplest(part.content.flatMap(toPart)) }];
  }
  if (!(part instanceof vscode.LanguageModelDataPart)) return [];
  if (part.mimeType.startsWith('image/')) return [{ type: 'image', mime: part.mimeType, data: part.data }];
  return /^text\/|json$/.test(part.mimeType) ? [{ type: 'text', text: new TextDecoder().decode(part.data) }] : [];
}

/** The other way. The API has no role for a system's words; its documentation says to send them as a user's. */
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

/** The tools of a request as VS Code has them. */
export function toolOptions({ tools = [], toolChoice }: ChatRequest): Pick<vscode.LanguageModelChatRequestOptions, 'tools' | 'toolMode'> {
  // VS Code cannot name the tool that must be called, so it gets that one alone.
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

/** What a model wrote as arguments need not be an object. */
function inputOf(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** All words of a message, a tool's arguments and results among them, to count their tokens. */
export function wordsOf(message: vscode.LanguageModelChatRequestMessage): string {
  return toNeutral([message])
    .map(({ content }) => readableText(content))
    .join('\n');
}

function roleOf(role: vscode.LanguageModelChatMessageRole): Message['role'] {
  if (role === vscode.LanguageModelChatMessageRole.Assistant) return 'assistant';
  // VS Code's own chat sends its instructions under a third role that the public types do not name yet.
  return role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'system';
}
