/** The instructions of a trusted workspace: the nearest `AGENTS.md` and `.github/copilot-instructions.md`. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { LiveSettings } from '../../settings/liveSettings.ts';

export interface Instruction {
  /** URI of the file. */
  readonly id: string;
  /** Display name, such as `packages/api/AGENTS.md`. */
  readonly name: string;
  readonly text: string;
}

const agents = 'AGENTS.md';
const copilot = '.github/copilot-instructions.md';

export class Instructions {
  readonly #settings: LiveSettings;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #current: readonly Instruction[] = [];
  /** Number of the current read; results of older ones are ignored. */
  #reading = 0;
  /** The active file: the nearest instructions apply to it. */
  #file: vscode.Uri | undefined;

  readonly onChange = this.#changed.event;

  constructor(settings: LiveSettings) {
    this.#settings = settings;
    this.#file = vscode.window.activeTextEditor?.document.uri;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/{${agents},${copilot}}`);
    const read = (): void => void this.read();
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      watcher,
      watcher.onDidChange(read),
      watcher.onDidCreate(read),
      watcher.onDidDelete(read),
      settings.onChange(read),
      vscode.workspace.onDidGrantWorkspaceTrust(read),
      vscode.workspace.onDidChangeWorkspaceFolders(read),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor === undefined) return;
        this.#file = editor.document.uri;
        read();
      }),
    );
    read();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  get current(): readonly Instruction[] {
    return this.#current;
  }

  /** Reads the files again. */
  async read(): Promise<readonly Instruction[]> {
    const reading = ++this.#reading;
    const isOn = this.#settings.now().instructions && vscode.workspace.isTrusted;
    const found = isOn ? await this.#find() : [];
    if (reading !== this.#reading) return this.#current;
    const isSame = JSON.stringify(found) === JSON.stringify(this.#current);
    this.#current = found;
    if (!isSame) this.#changed.fire();
    return found;
  }

  async #find(): Promise<readonly Instruction[]> {
    const file = this.#file;
    const folder = (file && vscode.workspace.getWorkspaceFolder(file)) ?? vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) return [];
    const isInside = file !== undefined && vscode.workspace.getWorkspaceFolder(file)?.uri.toString() === folder.uri.toString();
    const nearest = await firstOf(foldersUpTo(folder.uri, isInside ? file : undefined).map((at) => vscode.Uri.joinPath(at, agents)));
    const general = await firstOf([vscode.Uri.joinPath(folder.uri, copilot)]);
    return [general, nearest].filter((found) => found !== undefined);
  }
}

/** The instructions as part of the system prompt. */
export function instructionsText(instructions: readonly Instruction[]): string {
  return instructions.map(({ name, text }) => `${name}:\n\n${text.trim()}`).join('\n\n');
}

/** The folder of the file first, the workspace folder last. */
function foldersUpTo(root: vscode.Uri, file: vscode.Uri | undefined): readonly vscode.Uri[] {
  const folders = [root];
  const inner = file === undefined ? '' : posix.relative(root.path, posix.dirname(file.path));
  for (const name of inner.split('/').filter((part) => part !== '')) folders.unshift(vscode.Uri.joinPath(folders[0]!, name));
  return folders;
}

async function firstOf(uris: readonly vscode.Uri[]): Promise<Instruction | undefined> {
  for (const uri of uris) {
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      if (text.trim() !== '') return { id: uri.toString(), name: vscode.workspace.asRelativePath(uri), text };
    } catch {
      // The file does not exist.
    }
  }
  return undefined;
}
