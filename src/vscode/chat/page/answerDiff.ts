/** Compares two answers in VS Code's diff editor, which marks the words that differ. */
import * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import { type Answer, written } from '../../../core/chat/entries.ts';
import { pickMany } from '../../ui/pick.ts';
import { textDocument } from '../../ui/textDocuments.ts';

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
    textDocument(`${description} ${name}.md`, written(each).text);
  await vscode.commands.executeCommand('vscode.diff', uri(left), uri(right), `${left.label} ↔ ${right.label}`);
}
