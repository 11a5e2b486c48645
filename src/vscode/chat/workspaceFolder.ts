/** A folder for what belongs to the open workspace. */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * VS Code's own folder for a workspace is another one, with a number behind it, while a window that ended in a hurry seems to
 * hold the first: what was kept there would be gone after a crash. So it is named by what is open.
 */
export function workspaceFolder(globalStorage: vscode.Uri): vscode.Uri {
  const open =
    vscode.workspace.workspaceFile?.toString() ?? (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()).join('\n');
  const name = open === '' ? 'none' : createHash('sha256').update(open).digest('hex').slice(0, 32);
  return vscode.Uri.joinPath(globalStorage, 'workspaces', name);
}
