/** What conversationWorker.ts does, as the extension host asks for it. */
import type { Exported, ExportWords, Pictures } from '../../core/chat/export/export.ts';
import { type Answer, type AskedAnswer, type Entry, isRunning, written } from '../../core/chat/entries.ts';
import { fromWorker } from '../workers.ts';

export type ImportMessage =
  /** The lines of its journal in pieces, and the bytes of its pictures by file. */
  | { readonly type: 'conversation'; readonly id: string; readonly journal: readonly string[]; readonly pictures: Pictures }
  /** What was left out; see `ChatImport`. */
  | { readonly type: 'end'; readonly unknown: number; readonly empty: number; readonly skipped: ReadonlyMap<string, number> };

export interface ExportJob {
  readonly type: 'export';
  readonly format: 'markdown' | 'json';
  readonly conversation: Exported;
  readonly words: Omit<ExportWords, 'label' | 'ending'>;
  /** By model. */
  readonly labels: ReadonlyMap<string, string>;
  /** By id of the answer. */
  readonly endings: ReadonlyMap<string, string | undefined>;
  readonly pictures: Pictures;
}

export type WorkerJob = { readonly type: 'import'; readonly file: Uint8Array } | ExportJob;

/**
 * The conversations in a JSON file, once all of it has been read; throws if it is none.
 * @param worker address of the script
 */
export function importedFrom(worker: URL, file: Uint8Array): AsyncIterable<ImportMessage> {
  return fromWorker(worker, { type: 'import', file } satisfies WorkerJob);
}

/** The exported file. */
export async function exportedTo(
  worker: URL,
  format: ExportJob['format'],
  shown: Exported,
  { label, ending, ...words }: ExportWords,
  pictures: Pictures,
): Promise<Uint8Array> {
  const { id, title, parameters } = shown;
  const entries = shown.entries.map(withoutStream);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const thread = shown.thread.flatMap(({ id: of }) => byId.get(of) ?? []);
  const answers = shown.entries.filter((entry): entry is Answer => entry.role === 'assistant');
  const job: ExportJob = {
    type: 'export',
    format,
    conversation: { id, title, parameters, entries, thread },
    words,
    labels: new Map(answers.map(({ model }) => [model, label(model)])),
    endings: new Map(answers.map((answer) => [answer.id, ending(answer)])),
    pictures,
  };
  const pieces: Uint8Array[] = [];
  for await (const piece of fromWorker<Uint8Array>(worker, job)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A running answer as far as it has come; its stream cannot be handed to a worker. */
function withoutStream(entry: Entry): Entry {
  if (entry.role === 'user' || !isRunning(entry)) return entry;
  return { ...entry, previous: written(entry), state: { type: 'asked' } as AskedAnswer };
}
