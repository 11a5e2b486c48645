/** Opens a code block as a new document in the language that its fence names. */
import * as vscode from 'vscode';
import { languageOfFence } from '../../core/insert/fenceLanguage.ts';
import type { LanguageContributions } from '../languages/contributions.ts';
import * as notify from '../ui/notify.ts';

/**
 * The last line gets a line end, as every text file has it: `files.insertFinalNewline` is only about files without one.
 * @param info the text after the fence
 */
export async function openNewFile(code: string, info: string, contributions: LanguageContributions): Promise<void> {
  const named = languageOfFence(info, contributions.languages);
  const content = code === '' ? '' : code.replace(/(?<![\r\n])[\r\n]*$/, '\n');
  const language = named.type === 'known' ? named.id : 'plaintext';
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
  if (named.type !== 'unknown') return;
  void notify.information(vscode.l10n.t('No installed extension supports the language "{0}". The new file is plain text.', named.word));
}
