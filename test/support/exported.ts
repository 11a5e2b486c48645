// The complete export of a conversation.
import type { Conversation } from '../../src/core/chat/conversation.ts';
import { type ExportWords, jsonPieces, markdownPieces, type Pictures } from '../../src/core/chat/export/export.ts';

export const toMarkdown = (conversation: Conversation, words: ExportWords, pictures: Pictures = new Map()): string =>
  [...markdownPieces(conversation, words, pictures)].join('');

export const toJson = (conversation: Conversation, pictures: Pictures = new Map()): string =>
  [...jsonPieces(conversation, pictures)].join('');
