/** Read-only documents whose text is in their address, so that nothing is stored and VS Code never asks to save them. */
import * as vscode from 'vscode';

const scheme = 'rivulet-text';

export function registerTextDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: ({ query }) => query });
}

/** @param name file name shown in the tab */
export function textDocument(name: string, text: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${name.replaceAll('/', ' ')}`, query: text });
}
