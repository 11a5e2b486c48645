/** VS Code's chat messages as those of a chat completions request: text, tool calls, and the results of tools. */
import * as vscode from 'vscode';
import type { WireMessage } from '../core/wire/client.ts';

export function toWire(messages: readonly vscode.LanguageModelChatRequestMessage[]): WireMessage[] {
  return messages.flatMap((message) => {
    const text = textOf(message.content);
    const results = message.content
      .filter((part) => part instanceof vscode.LanguageModelToolResultPart)
      .map((part): WireMessage => ({ role: 'tool', tool_call_id: part.callId, content: textOf(part.content) }));
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

/** All words of a message, a tool's arguments and results among them, to count their tokens. */
export function wordsOf(message: vscode.LanguageModelChatRequestMessage): string {
  return toWire([message])
    .map(({ content, tool_calls = [] }) => [content, ...tool_calls.map((call) => `${call.function.name} ${call.function.arguments}`)].join('\n'))
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
  if (part.mimeType.startsWith('image/')) throw new Error(vscode.l10n.t('Models of Rivulet take no images; leave the image out.'));
  return /^text\/|json$/.test(part.mimeType) ? new TextDecoder().decode(part.data) : '';
}
