/** The messages of a request to the chat service, checked: texts, pictures, tool calls and the results of tools. */
import type { Message, Part } from '../../api.ts';
import { fromBase64 } from '../../core/provider/parts.ts';
import { isFields } from './fields.ts';

export function readMessages(value: unknown): readonly Message[] | string {
  if (!Array.isArray(value)) return '"messages" must be a list of objects with "role" and "content".';
  const messages: Message[] = [];
  for (const [index, item] of value.entries()) {
    const read = readMessage(item, `messages[${index}]`);
    if (typeof read === 'string') return read;
    messages.push(read);
  }
  return messages;
}

function readMessage(item: unknown, place: string): Message | string {
  if (!isFields(item)) return `${place} must be an object with "role" and "content".`;
  const role = item['role'] === 'developer' ? 'system' : item['role'];
  if (role !== 'system' && role !== 'user' && role !== 'assistant' && role !== 'tool') {
    return `${place}.role must be "system", "user", "assistant" or "tool".`;
  }
  const calls = role === 'assistant' ? readCalls(item['tool_calls'] ?? [], place) : [];
  if (typeof calls === 'string') return calls;
  // A message that only calls tools has no text.
  const content = readContent(calls.length > 0 ? (item['content'] ?? '') : item['content'], `${place}.content`);
  if (typeof content === 'string') return content;
  if (role === 'tool') {
    const id = item['tool_call_id'];
    if (typeof id !== 'string' || id === '') return `${place}.tool_call_id must be the "id" of the call that it answers.`;
    return { role: 'user', content: [{ type: 'tool-result', id, content: simplest(content) }] };
  }
  if (role !== 'user' && content.some(({ type }) => type === 'image')) return `${place}.content: pictures belong to a message of the user.`;
  return { role, content: simplest([...content, ...calls]) };
}

/** A text alone stays a text. */
function simplest(parts: readonly Part[]): Message['content'] {
  return parts.every((part) => part.type === 'text') ? parts.map(({ text }) => text).join('') : parts;
}

function readCalls(value: unknown, place: string): readonly Part[] | string {
  if (!Array.isArray(value)) return `${place}.tool_calls must be a list.`;
  const calls: Part[] = [];
  for (const [index, item] of value.entries()) {
    const { id, function: called } = isFields(item) ? item : {};
    const { name, arguments: json } = isFields(called) ? called : {};
    if (typeof id !== 'string' || typeof name !== 'string' || typeof json !== 'string') {
      return (
        `${place}.tool_calls[${index}] must be ` +
        '{"id": "…", "type": "function", "function": {"name": "…", "arguments": "…"}}, as it was answered.'
      );
    }
    calls.push({ type: 'tool-call', id, name, arguments: json });
  }
  return calls;
}

/** A text, or OpenAI's list of parts. */
function readContent(content: unknown, place: string): readonly Part[] | string {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return `${place} must be a text or a list of parts.`;
  const parts: Part[] = [];
  for (const [index, item] of content.entries()) {
    const part = readPart(item, `${place}[${index}]`);
    if (typeof part === 'string') return part;
    parts.push(part);
  }
  return parts;
}

function readPart(item: unknown, place: string): Part | string {
  const { type, text, image_url: image } = isFields(item) ? item : {};
  if (type === 'text' && typeof text === 'string') return { type, text };
  if (type !== 'image_url') return `${place} must be a text or a picture; audio and files are not passed on.`;
  const url = isFields(image) ? image['url'] : image;
  const [, mime, encoded] = /^data:(image\/(?:png|jpeg|gif|webp));base64,(.*)$/s.exec(typeof url === 'string' ? url : '') ?? [];
  const data = encoded === undefined ? undefined : fromBase64(encoded);
  if (mime === undefined || data === undefined) {
    return `${place}.image_url.url must hold the picture itself: data:image/png;base64,… (or jpeg, gif, webp); none is fetched.`;
  }
  return { type: 'image', mime, data };
}
