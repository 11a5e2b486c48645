/** What a page asks VS Code to do with a text of an answer. */
import * as vscode from 'vscode';
import type { FromPage } from '../../core/chat/protocol.ts';
import { showDiagram } from './diagram.ts';
import { insertText } from '../insert/insertText.ts';
import * as notify from '../ui/notify.ts';

export async function useCode(use: Extract<FromPage, { type: 'code' }>['use'], language: string, code: string): Promise<void> {
  switch (use) {
    case 'copy':
      await vscode.env.clipboard.writeText(code);
      return;
    case 'newFile': {
      const known = (await vscode.languages.getLanguages()).includes(language);
      const document = await vscode.workspace.openTextDocument({ content: code, ...(known ? { language } : {}) });
      await vscode.window.showTextDocument(document);
      return;
    }
    case 'diagram':
      await showDiagram(code);
      return;
    case 'insert':
    case 'applyToSelection': {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) {
        void notify.information(vscode.l10n.t('Open a file first. The code is inserted at its cursor.'));
        return;
      }
      await insertText(editor, code, use === 'insert' ? editor.selection.active : editor.selection);
      return;
    }
    default:
      use satisfies never;
  }
}

/** The page asks for what a model has written, so only what a browser may open is opened. */
export async function openLink(href: string): Promise<void> {
  let uri: vscode.Uri;
  try {
    uri = vscode.Uri.parse(href, true);
  } catch {
    return;
  }
  if (['http', 'https', 'mailto'].includes(uri.scheme)) await vscode.env.openExternal(uri);
}
