/** Performs a page's actions on code blocks and links. */
import * as vscode from 'vscode';
import type { FromPage } from '../../../core/chat/page/protocol.ts';
import type { Conversation } from '../../../core/chat/conversation.ts';
import { fenceAround } from '../../../core/chat/prompt.ts';
import type { PanelText } from '../../insert/inserter.ts';
import { textDocument } from '../../ui/textDocuments.ts';
import { appliedBlock } from './appliedBlock.ts';

type CodeMessage = Extract<FromPage, { type: 'code' }>;

export async function runCodeAction(
  { use, language, code }: CodeMessage,
  conversation: Conversation,
  insert: (text: PanelText) => void,
): Promise<void> {
  switch (use) {
    case 'copy':
      // A trailing line end would run the command in a terminal at once.
      await vscode.env.clipboard.writeText(code.replace(/\r?\n$/, ''));
      return;
    case 'diagram':
      await showDiagram(code);
      return;
    case 'newFile':
      return insert({ type: 'new-file', code, info: language });
    case 'insert':
      return insert({ type: 'code', code, mode: 'cursor' });
    case 'apply':
      return insert({ type: 'apply', ...appliedBlock(code, language, conversation.thread, (id) => conversation.find(id)) });
    default:
      use satisfies never;
  }
}

/** VS Code's Markdown preview draws Mermaid or names an extension that does; its drawing code is twice as large as Rivulet. */
async function showDiagram(code: string): Promise<void> {
  const fence = fenceAround(code);
  const uri = textDocument(`${vscode.l10n.t('Diagram')}.md`, `${fence}mermaid\n${code}\n${fence}\n`);
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

/** The link comes from a model, so only addresses that are safe in a browser are opened. */
export async function openLink(href: string): Promise<void> {
  let uri: vscode.Uri;
  try {
    uri = vscode.Uri.parse(href, true);
  } catch {
    return;
  }
  if (['http', 'https', 'mailto'].includes(uri.scheme)) await vscode.env.openExternal(uri);
}
