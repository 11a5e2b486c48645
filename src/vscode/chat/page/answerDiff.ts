/** Compares two answers in VS Code's diff editor, which marks the words that differ. */
import * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import { type Answer, written } from '../../../core/chat/entries.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import { pickMany } from '../../ui/pick.ts';

const scheme = 'rivulet-answer';

/** The address names the answer and how much of it was written: VS Code encodes and stores addresses, so a text is too long for one. */
export function registerAnswers(conversations: ConversationStore): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: async ({ query }) => {
      const [conversation = '', id = '', length] = query.split(' ');
      const entry = (await conversations.open(conversation))?.find(id);
      return entry?.role === 'assistant' ? written(entry).text.slice(0, Number(length)) : '';
    },
  });
}

/** Compares an answer with another one to its question; of more than two, the user chooses. */
export async function compareWords(conversation: Conversation, id: string, label: (model: string) => string): Promise<void> {
  const { t } = vscode.l10n;
  const answer = conversation.find(id);
  if (answer?.role !== 'assistant') return;
  const answers = conversation.entries.filter(
    (entry): entry is Answer => entry.role === 'assistant' && entry.parent === answer.parent && written(entry).text !== '',
  );
  const items = answers.map((each, index) => ({
    label: label(each.model),
    description: t('Answer {0}', index + 1),
    picked: each === answer || each === answers[answers.indexOf(answer) + (answers.at(-1) === answer ? -1 : 1)],
    answer: each,
  }));
  const chosen = items.length === 2 ? items : await pickMany(items, { title: t('Choose two answers to compare') });
  const [left, right] = chosen ?? [];
  if (left === undefined || right === undefined) return;
  const uri = ({ label: name, description, answer: each }: (typeof items)[number]): vscode.Uri =>
    vscode.Uri.from({
      scheme,
      path: `/${description} ${name.replaceAll('/', ' ')}.md`,
      query: `${conversation.id} ${each.id} ${written(each).text.length}`,
    });
  await vscode.commands.executeCommand('vscode.diff', uri(left), uri(right), `${left.label} ↔ ${right.label}`);
}
