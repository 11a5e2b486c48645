/** The document that replaces a closed one: renamed, saved from untitled, or opened again. */
import * as vscode from 'vscode';

/** What to do when the document was closed: open it again, or leave it (the answer is kept elsewhere). */
export type OnClosed = (fileName: string) => Promise<'reopen' | 'leave'>;

/** How long a rename or a save may take to open the document again, in ms. */
const patienceMs = 400;
const lookEveryMs = 20;

export class DocumentSuccessor implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable;
  #document: vscode.TextDocument;
  #uri: vscode.Uri;
  /** Documents that were opened since the last look, the newest first. */
  #opened: vscode.TextDocument[] = [];

  constructor(document: vscode.TextDocument) {
    this.#document = document;
    this.#uri = document.uri;
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#renamed(oldUri, newUri);
      }),
      vscode.workspace.onDidOpenTextDocument((opened) => {
        this.#opened = [opened, ...this.#opened].slice(0, 8);
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  follow(document: vscode.TextDocument): void {
    this.#document = document;
    this.#uri = document.uri;
    this.#opened = [];
  }

  /** Undefined when the document is left closed. */
  async find(onClosed: OnClosed): Promise<vscode.TextDocument | undefined> {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
      const found = await this.#look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    const answer = await onClosed(vscode.workspace.asRelativePath(this.#uri));
    switch (answer) {
      case 'leave':
        return undefined;
      case 'reopen':
        try {
          return (await this.#look()) ?? (await this.#open());
        } catch {
          // Its file is gone too, or it was a cell of a closed notebook.
          return undefined;
        }
      default:
        return answer satisfies never;
    }
  }

  async #look(): Promise<vscode.TextDocument | undefined> {
    const { textDocuments } = vscode.workspace;
    const again = textDocuments.find((each) => each.uri.toString() === this.#uri.toString());
    if (again !== undefined && again !== this.#document) return again;
    // A rename is heard of before or after its document is opened under the new name.
    if (this.#uri.toString() !== this.#document.uri.toString()) return vscode.workspace.openTextDocument(this.#uri);
    if (!this.#document.isUntitled) return undefined;
    const text = this.#document.getText();
    return this.#opened.find((each) => !each.isClosed && !each.isUntitled && each.getText() === text);
  }

  async #open(): Promise<vscode.TextDocument> {
    const document = this.#document.isUntitled
      ? await vscode.workspace.openTextDocument({
          content: this.#document.getText(),
          language: this.#document.languageId,
        })
      : await vscode.workspace.openTextDocument(this.#uri);
    await vscode.window.showTextDocument(document, { preserveFocus: true, preview: false });
    return document;
  }

  /** The file, or a folder that it is in. */
  #renamed(from: vscode.Uri, to: vscode.Uri): void {
    if (this.#uri.scheme !== from.scheme || this.#uri.authority !== from.authority) return;
    if (this.#uri.path === from.path) this.#uri = to;
    else if (this.#uri.path.startsWith(`${from.path}/`)) {
      this.#uri = to.with({ path: to.path + this.#uri.path.slice(from.path.length) });
    }
  }
}
