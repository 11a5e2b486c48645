/** Import Conversations…: reads the chosen files, stores their conversations, and reports what was left out. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { importedFrom, type ImportMessage } from '../../../node/disk/conversationJobs.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import * as notify from '../../ui/notify.ts';
import { joined } from '../../ui/sentences/joined.ts';
import { pickFiles } from '../../ui/pick.ts';

/**
 * Resolves to the new ids.
 * @param worker address of the script that reads the files
 * @param given the files; if undefined, the user is asked
 */
export async function importFiles(
  conversations: ConversationStore,
  worker: URL,
  given: readonly vscode.Uri[] | undefined,
): Promise<readonly string[]> {
  const { t } = vscode.l10n;
  const files = given ?? (await pickFiles({ canSelectMany: true, filters: { JSON: ['json'] }, openLabel: t('Import') })) ?? [];
  const ids: string[] = [];
  for (const file of files) {
    let count = 0;
    try {
      for await (const message of importedFrom(worker, await vscode.workspace.fs.readFile(file))) {
        if (message.type === 'conversation') {
          ids.push(await conversations.import(message.id, message.journal, message.pictures));
          count++;
        } else {
          const sentence = sentenceOf(count, message, posix.basename(file.path));
          if (message.unknown === 0) void notify.information(sentence);
          else void notify.warning(sentence);
        }
      }
    } catch (error) {
      void notify.warning(importProblem(error, posix.basename(file.path)));
    }
  }
  return ids;
}

/** Tells a file that is no JSON from a disk that cannot read it or store what is in it. */
export function importProblem(error: unknown, file: string): string {
  const { t } = vscode.l10n;
  if (error instanceof SyntaxError) return t('"{0}" is not a JSON file that can be read.', file);
  return t('"{0}" was not imported completely: {1}', file, error instanceof Error ? error.message : String(error));
}

function sentenceOf(count: number, { unknown, empty, skipped }: Extract<ImportMessage, { type: 'end' }>, file: string): string {
  const { t } = vscode.l10n;
  const kinds = [...skipped].map(([kind, count]) => `${kind} (${count})`).join(', ');
  return joined([
    t('Conversations imported from "{0}": {1}.', file, count),
    ...(kinds === '' ? [] : [t('Not imported: {0}.', kinds)]),
    ...(empty === 0 ? [] : [t('Empty conversations left out: {0}.', empty)]),
    ...(unknown === 0 ? [] : [t('Entries of an unknown format, left out: {0}.', unknown)]),
  ]);
}
