/**
 * Shows a diagram of an answer in VS Code's own Markdown preview, which draws Mermaid (or says how to get an extension that
 * does, in older versions): its drawing code is twice as large as all of Rivulet.
 */
import * as vscode from 'vscode';
import { fenceAround } from '../../../core/chat/prompt.ts';

const scheme = 'rivulet-diagram';

/** A read-only document whose text is in its address, so that nothing is kept and nothing asks to be saved. */
export function registerDiagrams(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query }) => {
      const fence = fenceAround(query);
      return `${fence}mermaid\n${query}\n${fence}\n`;
    },
  });
}

export async function showDiagram(code: string): Promise<void> {
  const path = `/${vscode.l10n.t('Diagram')}.md`;
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.from({ scheme, path, query: code }));
}
