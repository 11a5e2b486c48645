/** The folders that hold the conversations of the open workspace. */
import * as vscode from 'vscode';
import { namesToRemember, workspaceNames } from '../../../node/disk/workspaceNames.ts';

const memoryKey = 'rivulet.workspaceNames';

/**
 * VS Code may give a workspace another storage folder after a crash, and conversations in the old one would be lost. So the
 * folder is named after what is open.
 */
export function conversationFolders(
  globalStorage: vscode.Uri,
  memory: vscode.Memento,
): { readonly folder: string; readonly also: readonly string[] } {
  const file = vscode.workspace.workspaceFile?.toString();
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
  const names = workspaceNames({ file, folders }, memory.get<unknown>(memoryKey));
  void memory.update(memoryKey, namesToRemember(names));
  const pathOf = (name: string): string => vscode.Uri.joinPath(globalStorage, 'workspaces', name, 'conversations').fsPath;
  return { folder: pathOf(names.own), also: names.also.map(pathOf) };
}
