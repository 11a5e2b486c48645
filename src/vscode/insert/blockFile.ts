/** Finds the file that a code block belongs to: the one that the answer names or whose lines match; otherwise the user chooses. */
import { realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { certainFile, filesByMatch } from '../../core/edit/fileMatch.ts';
import { type CodeBlock, filesNamed, innerPath } from '../../core/insert/codeBlock.ts';
import * as notify from '../ui/notify.ts';
import { pick, type PickItem } from '../ui/pick.ts';
import { isInTab } from './document/editorEdits.ts';

export type BlockPlace =
  /** `isNew`: the file was created for the block. */
  { readonly type: 'file'; readonly uri: vscode.Uri; readonly isNew?: boolean } | { readonly type: 'new-file' | 'cursor' | 'selection' };

/** Maximum number of files whose lines are compared with the block. */
const mostCompared = 40;

/**
 * Resolves to undefined if the user dismissed the question.
 * @param attached names of the files attached to the question
 */
export async function placeOfBlock(block: CodeBlock, attached: readonly string[], hasSelection: boolean): Promise<BlockPlace | undefined> {
  const names = filesNamed(block)
    .map(innerPath)
    .filter((name) => name !== undefined);
  for (const name of names) {
    const uri = await existing(name);
    if (uri !== undefined) return { type: 'file', uri };
  }
  const [created] = names;
  if (created !== undefined) return create(created);
  const files = await Promise.all(attached.map((name) => existing(name.replace(/:\d+(?:-\d+)?$/, ''))));
  const known = files.filter((uri) => uri !== undefined);
  const [only] = known;
  if (only !== undefined && known.length === 1) return { type: 'file', uri: only };
  const ranked = filesByMatch(block.code, await compared(known));
  const certain = certainFile(ranked);
  // With a selection, another place may be meant.
  if (certain !== undefined && !hasSelection) return { type: 'file', uri: certain };
  return ask(ranked.filter(({ share }) => share > 0).slice(0, 10), hasSelection);
}

async function ask(
  ranked: readonly { readonly file: vscode.Uri; readonly share: number }[],
  hasSelection: boolean,
): Promise<BlockPlace | undefined> {
  const { t } = vscode.l10n;
  const files = ranked.map(({ file, share }): PickItem & { readonly place: BlockPlace } => ({
    label: vscode.workspace.asRelativePath(file),
    icon: 'file-code',
    description: t('{0}% of the block', Math.round(share * 100)),
    place: { type: 'file', uri: file },
  }));
  const selection = { label: t('In Place of the Selection'), icon: 'replace', place: { type: 'selection' } as const };
  const items: readonly (PickItem & { readonly place: BlockPlace })[] = [
    ...files,
    ...(hasSelection ? [selection] : []),
    { label: t('At the Cursor'), icon: 'insert', place: { type: 'cursor' } },
    { label: t('New File'), icon: 'new-file', place: { type: 'new-file' } },
  ];
  return (await pick(items, { title: t('Apply Code Block'), placeHolder: t('Where does this block belong?') }))?.place;
}

/** Attached files and open ones, visible ones first. */
async function compared(attached: readonly vscode.Uri[]): Promise<readonly { readonly file: vscode.Uri; readonly text: string }[]> {
  // VS Code keeps documents in memory for minutes after their tab was closed.
  const open = vscode.workspace.textDocuments.filter((document) => isInTab(document));
  const documents = [...vscode.window.visibleTextEditors.map(({ document }) => document), ...open];
  const uris = new Map([...attached, ...documents.map(({ uri }) => uri)].map((uri) => [uri.toString(), uri]));
  const found: { file: vscode.Uri; text: string }[] = [];
  for (const uri of uris.values()) {
    if (found.length >= mostCompared) break;
    if (uri.scheme !== 'untitled' && !(await isInside(uri))) continue;
    try {
      found.push({ file: uri, text: (await vscode.workspace.openTextDocument(uri)).getText() });
    } catch {
      // Not a text file, or deleted.
    }
  }
  return found;
}

/** Finds a file of the workspace by its path in a folder, or by the end of its path if only one file matches. */
async function existing(name: string): Promise<vscode.Uri | undefined> {
  const path = innerPath(name);
  if (path === undefined) return undefined;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const inner of [path, path.startsWith(`${folder.name}/`) ? path.slice(folder.name.length + 1) : path]) {
      const uri = vscode.Uri.joinPath(folder.uri, inner);
      if ((await isFile(uri)) && (await isInside(uri))) return uri;
    }
  }
  const [found, ...others] = await vscode.workspace.findFiles(`**/${path.replace(/[[\]{}*?!]/g, '[$&]')}`, '**/node_modules/**', 2);
  return found !== undefined && others.length === 0 && (await isInside(found)) ? found : undefined;
}

async function create(path: string): Promise<BlockPlace | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) return { type: 'new-file' };
  const uri = vscode.Uri.joinPath(folder.uri, path);
  if (!(await isInside(uri))) return undefined;
  const yes = vscode.l10n.t('Create');
  const answer = await notify.ask(
    vscode.l10n.t('Create {0}?', path),
    vscode.l10n.t('The answer names this file, and it does not exist.'),
    yes,
  );
  if (answer !== yes) return undefined;
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: true });
  await vscode.workspace.applyEdit(edit);
  return { type: 'file', uri, isNew: true };
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

/** Follows symbolic links, which may lead out of the workspace. */
async function isInside(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined) return false;
  if (uri.scheme !== 'file') return true;
  const path = relative(await realPath(folder.uri.fsPath), await realPath(uri.fsPath));
  return path !== '..' && !path.startsWith(`..${sep}`) && !path.includes(':');
}

/** For a file that does not exist yet, the real path of the nearest folder that does. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : realPath(dirname(path));
  }
}
