/** Opens a code block as a new document in the language that its fence names. */
import * as vscode from 'vscode';
import { languageOfFence } from '../../core/insert/fenceLanguage.ts';
import type { LanguageContributions } from '../languages/contributions.ts';
import * as notify from '../ui/notify.ts';

/** @param info the text after the fence */
export async function openNewFile(content: string, info: string, contributions: LanguageContributions): Promise<void> {
  const named = languageOfFence(info, contributions.languages);
  const language = named.type === 'known' ? named.id : 'plaintext';
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
  if (named.type !== 'unknown') return;
  void notify.information(vscode.l10n.t('No installed extension supports the language "{0}". The new file is plain text.', named.word));
}
