/** Import Conversations…: reads the chosen files, stores their conversations, and reports what was left out. */
import * as vscode from 'vscode';
import { setImmediate } from 'node:timers/promises';
import { ChatImport } from '../../../core/chat/import/importChats.ts';
import { jsonItems } from '../../../core/chat/import/jsonItems.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import * as notify from '../../ui/notify.ts';
import { joined } from '../../ui/sentences/joined.ts';
import { pickFiles } from '../../ui/pick.ts';

/** @param given the files; if undefined, the user is asked. Resolves to the new ids. */
export async function importFiles(conversations: ConversationStore, given: readonly vscode.Uri[] | undefined): Promise<readonly string[]> {
  const { t } = vscode.l10n;
  const files = given ?? (await pickFiles({ canSelectMany: true, filters: { JSON: ['json'] }, openLabel: t('Import') })) ?? [];
  const ids: string[] = [];
  for (const file of files) {
    const result = await read(file);
    if (result === undefined) {
      void notify.warning(t('"{0}" is not a JSON file that can be read.', name(file)));
      continue;
    }
    for (const saved of result.conversations) ids.push(await conversations.import(saved, result.pictures.get(saved.id)));
    const sentence = sentenceOf(result, name(file));
    if (result.unknown === 0) void notify.information(sentence);
    else void notify.warning(sentence);
  }
  return ids;
}

/** Item by item: one of 50 MB would otherwise hold up all extensions. */
async function read(file: vscode.Uri): Promise<ChatImport | undefined> {
  try {
    const chats = new ChatImport(() => crypto.randomUUID(), Date.now());
    for (const item of jsonItems(await vscode.workspace.fs.readFile(file))) {
      if (item !== 'pause') chats.add(JSON.parse(new TextDecoder().decode(item)));
      await setImmediate();
    }
    return chats;
  } catch {
    return undefined;
  }
}

function sentenceOf({ conversations, unknown, empty, skipped }: ChatImport, file: string): string {
  const { t } = vscode.l10n;
  const kinds = [...skipped].map(([kind, count]) => `${kind} (${count})`).join(', ');
  return joined([
    t('Conversations imported from "{0}": {1}.', file, conversations.length),
    ...(kinds === '' ? [] : [t('Not imported: {0}.', kinds)]),
    ...(empty === 0 ? [] : [t('Empty conversations left out: {0}.', empty)]),
    ...(unknown === 0 ? [] : [t('Entries of an unknown format, left out: {0}.', unknown)]),
  ]);
}

function name(file: vscode.Uri): string {
  return file.path.split('/').at(-1) ?? '';
}
