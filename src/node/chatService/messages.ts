/** The messages of a request to the chat service, checked: texts, tool calls and the results of tools. */
import type { ChatMessage } from '../../core/provider/provider.ts';
import { isFields } from './fields.ts';

export function readMessages(value: unknown): readonly ChatMessage[] | string {
  if (!Array.isArray(value)) return '"messages" must be a list of objects with "role" and "content".';
  const messages: ChatMessage[] = [];
  for (const [index, item] of value.entries()) {
    const read = readMessage(item, `messages[${index}]`);
    if (typeof read === 'string') return read;
    messages.push(read);
  }
  return messages;
}

function readMessage(item: unknown, place: string): ChatMessage | string {
  if (!isFields(item)) return `${place} must be an object with "role" and "content".`;
  const role = item['role'] === 'developer' ? 'system' : item['role'];
  if (role !== 'system' && role !== 'user' && role !== 'assistant' && role !== 'tool') {
    return `${place}.role must be "system", "user", "assistant" or "tool".`;
  }
  const calls = role === 'assistant' ? readCalls(item['tool_calls'] ?? [], place) : [];
  if (typeof calls === 'string') return calls;
  // Who only calls tools says nothing besides.
  const content = textOf(calls.length > 0 ? (item['content'] ?? '') : item['content']);
  if (content === undefined) return `${place}.content must be a text; images and files are not passed on.`;
  if (role !== 'tool') return { role, content, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
  const { tool_call_id } = item;
  if (typeof tool_call_id !== 'string' || tool_call_id === '') return `${place}.tool_call_id must be the "id" of the call that it answers.`;
  return { role, content, tool_call_id };
}

type Calls = NonNullable<ChatMessage['tool_calls']>;

function readCalls(value: unknown, place: string): Calls | string {
  if (!Array.isArray(value)) return `${place}.tool_calls must be a list.`;
  const calls: Calls[number][] = [];
  for (const [index, item] of value.entries()) {
    const { id, function: called } = isFields(item) ? item : {};
    const { name, arguments: json } = isFields(called) ? called : {};
    if (typeof id !== 'string' || typeof name !== 'string' || typeof json !== 'string') {
      return (
        `${place}.tool_calls[${index}] must be ` +
        '{"id": "…", "type": "function", "function": {"name": "…", "arguments": "…"}}, as it was answered.'
      );
    }
    calls.push({ id, type: 'function', function: { name, arguments: json } });
  }
  return calls;
}

/** A text, or the OpenAI list of parts where all are texts. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => (isFields(part) && part['type'] === 'text' ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
}
