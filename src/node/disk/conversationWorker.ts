// Reads and writes the files of Import Conversations… and Export Conversation… on a worker thread: one conversation of
// megabytes takes a tenth of a second or more.
import { parentPort, workerData } from 'node:worker_threads';
import { type ExportWords, jsonPieces, markdownPieces } from '../../core/chat/export/export.ts';
import { ChatImport } from '../../core/chat/import/importChats.ts';
import { linePiecesOf } from '../../core/chat/journal/journal.ts';
import type { ExportJob, ImportMessage, WorkerJob } from './conversationJobs.ts';

function post(message: ImportMessage | Uint8Array<ArrayBuffer>): void {
  parentPort?.postMessage(message, message instanceof Uint8Array ? [message.buffer] : []);
}

function importFrom(file: Uint8Array): void {
  const chats = new ChatImport(() => crypto.randomUUID(), Date.now());
  const read: unknown = JSON.parse(new TextDecoder().decode(file));
  for (const item of Array.isArray(read) ? (read as unknown[]) : [read]) chats.add(item);
  const { conversations, pictures, unknown, empty, skipped } = chats;
  for (const saved of conversations) {
    post({ type: 'conversation', id: saved.id, journal: [...linePiecesOf(saved)], pictures: pictures.get(saved.id) ?? new Map() });
  }
  post({ type: 'end', unknown, empty, skipped });
}

function exportTo({ format, conversation, words, labels, endings, pictures }: ExportJob): void {
  const all: ExportWords = { ...words, label: (model) => labels.get(model) ?? model, ending: ({ id }) => endings.get(id) };
  const pieces = format === 'markdown' ? markdownPieces(conversation, all, pictures) : jsonPieces(conversation, pictures);
  for (const piece of pieces) post(new TextEncoder().encode(piece));
}

const job = workerData as WorkerJob;
if (job.type === 'import') importFrom(job.file);
else exportTo(job);
