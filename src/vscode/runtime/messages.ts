/** VS Code's chat messages as those of a chat completions request, and back: text, tool calls, and the results of tools. */
import * as vscode from 'vscode';
import type { ChatRequest, ChatMessage } from '../../core/provider/provider.ts';

export function toWire(messages: readonly vscode.LanguageModelChatRequestMessage[]): ChatMessage[] {
  return messages.flatMap((message) => {
    const text = textOf(message.content);
    const results = message.content
      .filter((part) => part instanceof vscode.LanguageModelToolResultPart)
      .map((part): ChatMessage => ({ role: 'tool', tool_call_id: part.callId, content: textOf(part.content) }));
    const calls = message.content
      .filter((part) => part instanceof vscode.LanguageModelToolCallPart)
      .map(({ callId, name, input }) => ({
        id: callId,
        type: 'function' as const,
        function: { name, arguments: JSON.stringify(input) },
      }));
    if (calls.length > 0) return [{ role: 'assistant', content: text, tool_calls: calls }];
    // Servers want the results right behind the call; what the user says besides comes after them.
    return text === '' && results.length > 0 ? results : [...results, { role: roleOf(message.role), content: text }];
  });
}

/** The other way. The API has no role for a system's words; its documentation says to send them as a user's. */
export function fromWire(messages: readonly ChatMessage[]): vscode.LanguageModelChatMessage[] {
  const { User, Assistant } = vscode.LanguageModelChatMessage;
  return messages.map(({ role, content, tool_calls = [], tool_call_id = '' }) => {
    switch (role) {
      case 'system':
      case 'user':
        return User(content);
      case 'tool':
        return User([new vscode.LanguageModelToolResultPart(tool_call_id, [new vscode.LanguageModelTextPart(content)])]);
      case 'assistant': {
        if (tool_calls.length === 0) return Assistant(content);
        const calls = tool_calls.map(
          ({ id, function: { name, arguments: json } }) => new vscode.LanguageModelToolCallPart(id, name, inputOf(json)),
        );
        return Assistant([...(content === '' ? [] : [new vscode.LanguageModelTextPart(content)]), ...calls]);
      }
      default:
        return role satisfies never;
    }
  });
}

/** Some of `tools` and `tool_choice` of a chat completions request as VS Code has them. Checked before by whoever asks. */
export function toolOptions(extra: ChatRequest['extra'] = {}): Pick<vscode.LanguageModelChatRequestOptions, 'tools' | 'toolMode'> {
  const { tools = [], tool_choice } = extra as { tools?: readonly WireTool[]; tool_choice?: unknown };
  // One tool that must be called is spelt as the only one of which one must be called.
  const only = typeof tool_choice === 'object' && tool_choice !== null ? (tool_choice as WireTool).function.name : undefined;
  const offered = tool_choice === 'none' ? [] : tools.filter((tool) => only === undefined || tool.function.name === only);
  if (offered.length === 0) return {};
  const { Required, Auto } = vscode.LanguageModelChatToolMode;
  return {
    tools: offered.map(({ function: { name, description = '', parameters } }) => ({
      name,
      description,
      ...(parameters === undefined ? {} : { inputSchema: parameters }),
    })),
    toolMode: only !== undefined || tool_choice === 'required' ? Required : Auto,
  };
}

interface WireTool {
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: object };
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
  return toWire([message])
    .map(({ content, tool_calls = [] }) =>
      [content, ...tool_calls.map((call) => `${call.function.name} ${call.function.arguments}`)].join('\n'),
    )
    .join('\n');
}

function roleOf(role: vscode.LanguageModelChatMessageRole): 'user' | 'assistant' | 'system' {
  if (role === vscode.LanguageModelChatMessageRole.Assistant) return 'assistant';
  // VS Code's own chat sends its instructions under a third role that the public types do not name yet.
  return role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'system';
}

function textOf(parts: readonly unknown[]): string {
  return parts.map(textOfPart).join('');
}

function textOfPart(part: unknown): string {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  if (!(part instanceof vscode.LanguageModelDataPart)) return '';
  if (part.mimeType.startsWith('image/'))
    throw new Error(vscode.l10n.t("Rivulet doesn't support images yet. Remove the image and try again."));
  return /^text\/|json$/.test(part.mimeType) ? new TextDecoder().decode(part.data) : '';
}
