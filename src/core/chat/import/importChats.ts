/** Conversations from a JSON file: our own export, or one of the best-known chats. Each shape has a schema; the rest is reported. */
import * as v from 'valibot';
import type { Saved } from '../saved.ts';
import { chatGptConversation, fromChatGpt } from './chatGpt.ts';
import { claudeConversation, fromClaude } from './claude.ts';
import { type Imported, savedFrom } from './imported.ts';
import { fromOpenWebUi, openWebUiChat } from './openWebUi.ts';
import { fromOwnExport } from './ownExport.ts';
import { fromVsCodeChat, vsCodeChat } from './vsCodeChat.ts';

interface Shape {
  /** The program, in place of the endpoint in a model's id. */
  readonly source: string;
  /** Undefined for something of another shape. */
  readonly read: (value: unknown) => Imported | undefined;
}

const shapes: readonly Shape[] = [
  shape('chatgpt', chatGptConversation, fromChatGpt),
  shape('claude', claudeConversation, fromClaude),
  shape('vscode-chat', vsCodeChat, fromVsCodeChat),
  shape('open-webui', openWebUiChat, fromOpenWebUi),
];

export interface ImportResult {
  readonly conversations: readonly Saved[];
  /** The bytes of their pictures, by conversation and file. */
  readonly pictures: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** Items of no known shape. */
  readonly unknown: number;
  /** Conversations without a message. */
  readonly empty: number;
  /** What was left out of the others, by kind. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** @param file what the JSON file holds: one conversation or a list of them */
export function importChats(file: unknown, newId: () => string, now: number): ImportResult {
  const conversations: Saved[] = [];
  const pictures = new Map<string, ReadonlyMap<string, Uint8Array>>();
  const skipped = new Map<string, number>();
  const skip = (kinds: ReadonlyMap<string, number>): void => {
    for (const [kind, count] of kinds) skipped.set(kind, (skipped.get(kind) ?? 0) + count);
  };
  let unknown = 0;
  let empty = 0;
  for (const item of Array.isArray(file) ? file : [file]) {
    const own = fromOwnExport(item, newId);
    if (own !== undefined) {
      skip(own.skipped);
      if (own.saved.entries.length === 0) empty += 1;
      else {
        conversations.push(own.saved);
        pictures.set(own.saved.id, own.pictures);
      }
      continue;
    }
    const found = readItem(item);
    if (found === undefined) {
      unknown += 1;
      continue;
    }
    skip(found.imported.skipped);
    if (found.imported.messages.length === 0) empty += 1;
    else conversations.push(savedFrom(found.imported, found.source, newId, now));
  }
  return { conversations, pictures, unknown, empty, skipped };
}

function readItem(item: unknown): { readonly source: string; readonly imported: Imported } | undefined {
  for (const { source, read } of shapes) {
    const imported = read(item);
    if (imported !== undefined) return { source, imported };
  }
  return undefined;
}

function shape<S extends v.GenericSchema>(source: string, schema: S, convert: (value: v.InferOutput<S>) => Imported): Shape {
  return {
    source,
    read: (value) => {
      const parsed = v.safeParse(schema, value);
      return parsed.success ? convert(parsed.output) : undefined;
    },
  };
}
