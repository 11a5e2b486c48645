/** Finds the document that replaces another: after a rename, the save of an untitled document, or reopening. */
import * as vscode from 'vscode';
import { isInTab } from './editorEdits.ts';

/** Asks what to do after the document was closed. `leave`: the answer is kept elsewhere. */
export type OnClosed = (fileName: string) => Promise<'reopen' | 'leave'>;

/** Maximum time until a rename or a save opens the new document. */
const patienceMs = 400;
const lookEveryMs = 20;
/** Maximum duration of a save or a rename. */
const longestMs = 10_000;

export class DocumentSuccessor implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  readonly #text: () => string;
  #document: vscode.TextDocument;
  #uri: vscode.Uri;
  /** Recently opened documents, newest first. */
  #opened: vscode.TextDocument[] = [];
  /** The new file of an untitled document. VS Code fills and saves it first, then empties the untitled document. */
  #copy: { readonly document: vscode.TextDocument; readonly sinceMs: number } | undefined;
  /** When a rename began that has not ended yet. */
  #renamingSinceMs = -Infinity;

  /** @param text returns the document's text before VS Code emptied it */
  constructor(document: vscode.TextDocument, text: () => string) {
    this.#document = document;
    this.#text = text;
    this.#uri = document.uri;
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onWillRenameFiles(({ files }) => {
        if (files.some(({ oldUri, newUri }) => this.#after(oldUri, newUri) !== undefined)) this.#renamingSinceMs = performance.now();
      }),
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#uri = this.#after(oldUri, newUri) ?? this.#uri;
        this.#renamingSinceMs = -Infinity;
      }),
      vscode.workspace.onDidOpenTextDocument((opened) => {
        this.#opened = [opened, ...this.#opened].slice(0, 8);
        this.#look(opened);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document: changed }) => this.#look(changed)),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  follow(document: vscode.TextDocument): void {
    this.#document = document;
    this.#uri = document.uri;
    this.#opened = [];
    this.#copy = undefined;
  }

  /** While an untitled document is being saved, text that is put into it does not reach its file. */
  get isBeingSaved(): boolean {
    return this.#copy !== undefined && performance.now() - this.#copy.sinceMs < longestMs;
  }

  /** Whether the document is empty because it was saved as a file. */
  get isSaved(): boolean {
    return this.#copy !== undefined && this.#document.getText() === '';
  }

  /** Resolves to undefined if the document stays closed. */
  async find(onClosed: OnClosed): Promise<vscode.TextDocument | undefined> {
    const isRenaming = (): boolean => performance.now() - this.#renamingSinceMs < longestMs;
    for (let waitedMs = 0; waitedMs < patienceMs || isRenaming(); waitedMs += lookEveryMs) {
      const found = await this.#find();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    const answer = await onClosed(vscode.workspace.asRelativePath(this.#uri));
    switch (answer) {
      case 'leave':
        return undefined;
      case 'reopen':
        try {
          return (await this.#find()) ?? (await this.#open());
        } catch {
          // Its file was deleted, or it was a cell of a closed notebook.
          return undefined;
        }
      default:
        return answer satisfies never;
    }
  }

  #look(other: vscode.TextDocument): void {
    if (!this.#document.isUntitled || this.#copy !== undefined || !this.#opened.includes(other)) return;
    const text = this.#text();
    // Not a virtual document, such as the text before.
    const isFile = !other.isUntitled && vscode.workspace.fs.isWritableFileSystem(other.uri.scheme) === true;
    if (isFile && text !== '' && other.getText() === text) this.#copy = { document: other, sinceMs: performance.now() };
  }

  async #find(): Promise<vscode.TextDocument | undefined> {
    // Its tab was only moved.
    if (this.#copy === undefined && !this.#document.isClosed && isInTab(this.#document)) return this.#document;
    const { textDocuments } = vscode.workspace;
    const again = textDocuments.find((each) => each.uri.toString() === this.#uri.toString());
    if (again !== undefined && again !== this.#document) return again;
    // The rename may be reported before or after the document opens under its new name.
    if (this.#uri.toString() !== this.#document.uri.toString()) return vscode.workspace.openTextDocument(this.#uri);
    return this.#copy?.document.isClosed === false ? this.#copy.document : undefined;
  }

  async #open(): Promise<vscode.TextDocument> {
    const document = this.#document.isUntitled
      ? await vscode.workspace.openTextDocument({
          content: this.#text(),
          language: this.#document.languageId,
        })
      : await vscode.workspace.openTextDocument(this.#uri);
    await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false });
    return document;
  }

  /** The URI after a rename of the file, or of a folder that contains it; undefined for other renames. */
  #after(from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
    const { scheme, authority, path } = this.#uri;
    const isHere = scheme === from.scheme && authority === from.authority && `${path}/`.startsWith(`${from.path}/`);
    return isHere ? to.with({ path: to.path + path.slice(from.path.length) }) : undefined;
  }
}
