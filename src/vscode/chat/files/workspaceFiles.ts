/**
 * The files of the workspace that VS Code's search finds, without excluded and ignored ones. They are listed on first use and
 * after each change.
 */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { type IgnoreFile, type RankedFile, withoutIgnored } from './fileRank.ts';

export interface WorkspaceFile extends RankedFile {
  readonly uri: vscode.Uri;
}

/** Maximum number of files; in larger workspaces, deep files may be missing. */
const mostFiles = 100_000;

export class WorkspaceFiles implements vscode.Disposable {
  readonly #disposables: vscode.Disposable;
  #listed: Promise<readonly WorkspaceFile[]> | undefined;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
    const stale = (): void => void (this.#listed = undefined);
    this.#disposables = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(stale),
      watcher.onDidDelete(stale),
      vscode.workspace.onDidSaveTextDocument(({ fileName }) => isIgnoreFile(fileName) && stale()),
      vscode.workspace.onDidChangeWorkspaceFolders(stale),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('search') || change.affectsConfiguration('files.exclude')) stale();
      }),
    );
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  list(): Promise<readonly WorkspaceFile[]> {
    this.#listed ??= Promise.all((vscode.workspace.workspaceFolders ?? []).map(filesOf)).then((folders) => folders.flat());
    return this.#listed;
  }
}

async function filesOf(folder: vscode.WorkspaceFolder): Promise<readonly WorkspaceFile[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), excluded(folder), mostFiles);
  const root = `${folder.uri.path}/`;
  const files = found.map((uri) => {
    const path = uri.path.startsWith(root) ? uri.path.slice(root.length) : uri.path;
    return { uri, path, name: posix.basename(path) };
  });
  const useIgnoreFiles = vscode.workspace.getConfiguration('search', folder.uri).get('useIgnoreFiles', true);
  const ignoreFiles = useIgnoreFiles ? await Promise.all(files.filter(({ name }) => isIgnoreFile(name)).map(readIgnoreFile)) : [];
  const kept = withoutIgnored(files, ignoreFiles);
  // Like VS Code, with the folder's name if there are several folders.
  return kept.map((file) => ({ ...file, path: vscode.workspace.asRelativePath(file.uri) }));
}

async function readIgnoreFile({ uri, path, name }: WorkspaceFile): Promise<IgnoreFile> {
  const bytes = await vscode.workspace.fs.readFile(uri).then(undefined, () => new Uint8Array());
  return { folder: path.slice(0, path.length - name.length), text: new TextDecoder().decode(bytes) };
}

/** Joins patterns to one glob. Patterns with a condition (`when`) are ignored. */
function excluded({ uri }: vscode.WorkspaceFolder): string | undefined {
  const patterns = ['files', 'search'].flatMap((section) =>
    Object.entries(vscode.workspace.getConfiguration(section, uri).get<Readonly<Record<string, unknown>>>('exclude', {}))
      .filter(([, value]) => value === true)
      .map(([pattern]) => pattern),
  );
  return patterns.length === 0 ? undefined : `{${patterns.join(',')}}`;
}

function isIgnoreFile(path: string): boolean {
  return /(^|[\\/])\.(git|rg)?ignore$/.test(path);
}
