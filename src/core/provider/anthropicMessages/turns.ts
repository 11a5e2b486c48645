/** Converts messages to alternating user and assistant turns of blocks, with system messages apart. */
import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { Content, Message, Part } from '../../../api.ts';
import { isRecord } from '../reading/json.ts';
import { argumentsObject, base64, partsOf, textOf } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';

export type Turn = { readonly role: MessageParam['role'] & ('user' | 'assistant'); readonly content: ContentBlockParam[] };
type Picture = Extract<Part, { type: 'image' }>;

/** One block per system message, wherever it stands. */
export function systemOf(messages: readonly Message[]): readonly TextBlockParam[] {
  return messages.filter(({ role }) => role === 'system').flatMap(({ content }) => textBlock(textOf(content)));
}

/** @param reasoning false to drop the reasoning of earlier answers */
export function turnsOf({ messages, continues }: ChatRequest, reasoning: boolean): readonly Turn[] {
  const turns: Turn[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const blocks = partsOf(content).flatMap((part) => (part.type === 'reasoning' && !reasoning ? [] : blockOf(part)));
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) turns.push({ role, content: blocks });
  }
  for (const { role, content } of turns) if (role === 'user') resultsFirst(content);
  if (continues !== undefined) trimEnd(turns.at(-1));
  return turns;
}

function blockOf(part: Part): readonly ContentBlockParam[] {
  switch (part.type) {
    case 'text':
      return textBlock(part.text);
    case 'image':
      return [imageBlock(part)];
    case 'tool-call':
      return [{ type: 'tool_use', id: idOf(part.id), name: part.name, input: argumentsObject(part.arguments) }];
    case 'tool-result':
      return [resultBlock(part)];
    case 'reasoning':
      // A block as the server sent it. Without its signature, reasoning cannot be sent.
      return isRecord(part.opaque) && typeof part.opaque['type'] === 'string' ? [part.opaque as unknown as ContentBlockParam] : [];
    default:
      return part satisfies never;
  }
}

/** The API rejects empty blocks. */
function textBlock(text: string): readonly TextBlockParam[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function imageBlock({ mime, data }: Picture): ImageBlockParam {
  // Another type than these is refused by the server, in its own words.
  const media_type = mime as 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  return { type: 'image', source: { type: 'base64', media_type, data: base64(data) } };
}

function resultBlock({ id, content, isError }: Extract<Part, { type: 'tool-result' }>): ToolResultBlockParam {
  return { type: 'tool_result', tool_use_id: idOf(id), content: resultOf(content), ...(isError === true ? { is_error: true } : {}) };
}

function resultOf(content: Content): string | (TextBlockParam | ImageBlockParam)[] {
  if (typeof content === 'string') return content;
  return content.flatMap((part): readonly (TextBlockParam | ImageBlockParam)[] => {
    if (part.type === 'image') return [imageBlock(part)];
    return part.type === 'text' ? textBlock(part.text) : [];
  });
}

/** Ids of other servers may contain characters that are rejected; those in other letters stay apart. */
function idOf(id: string): string {
  return id.replace(/[^\w-]/g, (sign) => (sign < '\u0080' ? '_' : `_${sign.charCodeAt(0).toString(16)}`)) || 'call';
}

/** The API expects tool results before the user's other content. */
function resultsFirst(blocks: ContentBlockParam[]): void {
  const rest = blocks.filter(({ type }) => type !== 'tool_result');
  if (rest.length === blocks.length) return;
  blocks.splice(0, blocks.length, ...blocks.filter(({ type }) => type === 'tool_result'), ...rest);
}

/** An answer that is to be continued must not end in white space. */
function trimEnd(turn: Turn | undefined): void {
  const last = turn?.content.at(-1);
  if (turn?.role === 'assistant' && last?.type === 'text') turn.content.splice(-1, 1, { ...last, text: last.text.trimEnd() });
}
