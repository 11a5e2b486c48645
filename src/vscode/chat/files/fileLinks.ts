/** Finds the files that an answer names, in the workspace only, and opens them at their line. */
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { readFileName, type FileName } from '../../../core/chat/fileName.ts';
import { information } from '../../ui/notify.ts';

/** Maximum number of names in one request. */
const MOST_NAMES = 200;

export async function filesFound(names: readonly string[]): Promise<readonly boolean[]> {
  return Promise.all(names.slice(0, MOST_NAMES).map(async (name) => (await findFile(name)) !== undefined));
}

export async function openFile(name: string): Promise<void> {
  const found = await findFile(name);
  if (found === undefined) {
    await information(vscode.l10n.t('This file is no longer in the workspace.'));
    return;
  }
  const { line, column = 1, lastLine } = found.name;
  const start = new vscode.Position((line ?? 1) - 1, column - 1);
  const end = lastLine === undefined ? start : new vscode.Position(lastLine, 0);
  // `vscode.open` also shows pictures and notebooks in their own editors.
  await vscode.commands.executeCommand('vscode.open', found.uri, line === undefined ? {} : { selection: new vscode.Range(start, end) });
}

/** @param from the file that names it: a relative path is looked up beside that file first */
export async function findFile(
  text: string,
  from?: vscode.Uri,
): Promise<{ readonly uri: vscode.Uri; readonly name: FileName } | undefined> {
  const name = readFileName(text);
  if (name === undefined) return undefined;
  for (const folder of vscode.workspace.workspaceFolders ?? [])
    for (const uri of [...beside(from, name), ...candidates(folder, name)])
      if (isInside(folder.uri, uri) && (await isFile(uri, folder.uri))) return { uri, name };
  return undefined;
}

function beside(from: vscode.Uri | undefined, { path, absolute }: FileName): readonly vscode.Uri[] {
  return from === undefined || absolute ? [] : [vscode.Uri.joinPath(from, '..', path)];
}

/** An absolute path may also start at the workspace's root, and a relative one with the folder's name. */
function candidates(folder: vscode.WorkspaceFolder, { path, absolute }: FileName): readonly vscode.Uri[] {
  const inFolder = vscode.Uri.joinPath(folder.uri, path);
  if (absolute) return [folder.uri.scheme === 'file' ? vscode.Uri.file(path) : folder.uri.with({ path }), inFolder];
  const own = `${folder.name}/`;
  return path.startsWith(own) ? [inFolder, vscode.Uri.joinPath(folder.uri, path.slice(own.length))] : [inFolder];
}

function isInside(folder: vscode.Uri, uri: vscode.Uri): boolean {
  const root = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
  return uri.authority === folder.authority && !/(?:^|\/)\.\.(?:\/|$)/.test(uri.path) && uri.path.startsWith(root);
}

async function isFile(uri: vscode.Uri, folder: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return false;
    if (uri.scheme !== 'file') return true;
    // A symbolic link may lead out of the workspace.
    const [file, root] = await Promise.all([realpath(uri.fsPath), realpath(folder.fsPath)]);
    return isInside(vscode.Uri.file(root), vscode.Uri.file(file));
  } catch {
    return false;
  }
}
