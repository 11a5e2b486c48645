/** Imports conversations: our own export, or those of the best-known chats. Each shape has a schema; everything else is counted. */
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

export class ChatImport {
  readonly conversations: Saved[] = [];
  /** The bytes of their pictures, by conversation and file. */
  readonly pictures = new Map<string, ReadonlyMap<string, Uint8Array>>();
  /** Number of items of no known shape. */
  unknown = 0;
  /** Number of conversations without a message. */
  empty = 0;
  /** What was left out of the others, by kind. */
  readonly skipped = new Map<string, number>();
  readonly #newId: () => string;
  readonly #now: number;

  /** @param now in ms since the epoch, for messages without a time */
  constructor(newId: () => string, now: number) {
    this.#newId = newId;
    this.#now = now;
  }

  /** @param item one conversation, as the JSON file has it */
  add(item: unknown): void {
    const own = fromOwnExport(item, this.#newId);
    const found = own === undefined ? readItem(item) : undefined;
    if (own !== undefined) {
      this.#keep(own.saved, own.skipped, own.saved.entries.length);
      this.pictures.set(own.saved.id, own.pictures);
    } else if (found !== undefined) {
      const { imported, source } = found;
      this.#keep(savedFrom(imported, source, this.#newId, this.#now), imported.skipped, imported.messages.length);
    } else this.unknown += 1;
  }

  #keep(saved: Saved, skipped: ReadonlyMap<string, number>, messages: number): void {
    for (const [kind, count] of skipped) this.skipped.set(kind, (this.skipped.get(kind) ?? 0) + count);
    if (messages === 0) this.empty += 1;
    else this.conversations.push(saved);
  }
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
