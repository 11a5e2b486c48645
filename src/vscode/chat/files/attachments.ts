/** Offers attachments and reads them with VS Code's own decoding, or explains why one cannot be read. */
import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from '../../../core/chat/entries.ts';
import type { MentionOffer } from '../../../core/chat/page/protocol.ts';
import { isOtherPicture, isSvg, pictureKind } from '../../../core/chat/pictures/pictureKind.ts';
import type { WorkspaceFile, WorkspaceFiles } from './workspaceFiles.ts';

/** Target for the selection of the editor used last. */
export const selectionTarget = 'selection';
/** Target for a file chosen in a dialog. */
export const dialogTarget = 'dialog';

/** Maximum characters of one attachment; more than most models can read. */
const maxCharacters = 1_000_000;
const maxOffers = 12;

export type AttachResult =
  | { readonly attachment: Attachment; /** Shown to the user. */ readonly warning?: string }
  /** Sent to the page, which scales it. */
  | { readonly picture: { readonly name: string; readonly bytes: Uint8Array } }
  | { readonly problem: string };

const pictureNames = /\.(png|jpe?g|gif|webp|bmp|tiff?|hei[cf]|avif)$/i;
/** The page has the same limit. */
const mostPictureBytes = 60_000_000;

/** Control characters that reveal a binary file, even one that VS Code has decoded as UTF-16. */
// oxlint-disable-next-line no-control-regex
const notInTexts = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

export class Attachments {
  readonly #tokensOf: (text: string) => Promise<number>;
  /** Created when the first `#` is typed: it watches the workspace. */
  #files: WorkspaceFiles | undefined;
  readonly #subscription: vscode.Disposable;
  /** No editor is active while a page has the focus. */
  #lastEditor = vscode.window.activeTextEditor;

  constructor(tokensOf: (text: string) => Promise<number>) {
    this.#tokensOf = tokensOf;
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => (this.#lastEditor = editor ?? this.#lastEditor));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#files?.dispose();
  }

  /** The editor used last. */
  get editor(): vscode.TextEditor | undefined {
    return vscode.window.activeTextEditor ?? this.#lastEditor;
  }

  /** The selection, open files, then matching files of the workspace; without words, also a file dialog. */
  async offers(words: string): Promise<readonly MentionOffer[]> {
    const { rankFiles } = await import('./fileRank.ts');
    const { t } = vscode.l10n;
    const fits = (text: string): boolean => text.toLowerCase().includes(words.toLowerCase());
    const offers = new Map<string, MentionOffer>();
    const selection = t('selection');
    const editor = this.#lastEditor;
    if (editor !== undefined && !editor.selection.isEmpty && (fits(selection) || fits(nameOf(editor.document.uri)))) {
      offers.set(selectionTarget, { target: selectionTarget, label: selection, detail: nameOf(editor.document.uri, editor.selection) });
    }
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [fileOf(input.uri)] : [])),
    );
    const files = words === '' ? [] : await this.#workspaceFiles();
    const ranked = words === '' ? open : [...(await rankFiles(open, words, maxOffers)), ...(await rankFiles(files, words, maxOffers))];
    for (const { uri, name, path } of ranked) {
      const detail = path === name ? '' : path.slice(0, path.length - name.length - 1);
      if (!offers.has(uri.toString())) offers.set(uri.toString(), { target: uri.toString(), label: name, detail });
    }
    const best = [...offers.values()].slice(0, maxOffers);
    return words === '' ? [...best, { target: dialogTarget, label: t('Choose a file…'), detail: '' }] : best;
  }

  async #workspaceFiles(): Promise<readonly WorkspaceFile[]> {
    const { WorkspaceFiles } = await import('./workspaceFiles.ts');
    this.#files ??= new WorkspaceFiles();
    return this.#files.list();
  }

  /** @param target a URI, or `selection` */
  async attach(target: string): Promise<AttachResult> {
    if (target === selectionTarget) return this.#selection();
    let uri: vscode.Uri;
    try {
      uri = vscode.Uri.parse(target, true);
    } catch {
      return { problem: notAFile(target) };
    }
    return this.file(uri);
  }

  async file(uri: vscode.Uri): Promise<AttachResult> {
    const { t } = vscode.l10n;
    const name = nameOf(uri);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open !== undefined) return this.#text(name, open.getText(), open.languageId);
    // For example a dropped link. Nothing is fetched.
    if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) return { problem: notAFile(uri.toString(true)) };
    try {
      const { type, size } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.Directory) !== 0) return { problem: t('{0} is a folder. Attach its files one by one.', name) };
      const picture = await pictureIn(uri, size);
      if (picture !== undefined) return { picture: { name, bytes: picture } };
      if (size > 4 * maxCharacters) return { problem: tooLong(name) };
      const document = await vscode.workspace.openTextDocument(uri);
      const attached = await this.#text(name, document.getText(), document.languageId);
      const bytes = hasUnread(attached) ? await vscode.workspace.fs.readFile(uri) : undefined;
      return bytes === undefined || isUtf8(bytes) ? attached : { ...attached, warning: unreadable(name, document.encoding) };
    } catch (error) {
      // VS Code refuses to open a binary file as text.
      return { problem: t('{0} cannot be read: {1}', name, error instanceof Error ? error.message : String(error)) };
    }
  }

  /** A file from outside VS Code, of which only the bytes are known. */
  async bytes(name: string, bytes: Uint8Array): Promise<AttachResult> {
    if (bytes.length > 4 * maxCharacters) return { problem: tooLong(name) };
    let text: string;
    try {
      text = await vscode.workspace.decode(bytes);
    } catch {
      return { problem: notText(name) };
    }
    const attached = await this.#text(name, text);
    if (!hasUnread(attached) || isUtf8(bytes)) return attached;
    return { ...attached, warning: unreadable(name, vscode.workspace.getConfiguration('files').get('encoding', 'utf8')) };
  }

  async #text(name: string, text: string, language = ''): Promise<AttachResult> {
    if (text.length > maxCharacters) return { problem: tooLong(name) };
    if (notInTexts.test(text)) return { problem: notText(name) };
    const attachment = { id: crypto.randomUUID(), name, language, text, tokens: await this.#tokensOf(text) };
    return isSvg(text)
      ? { attachment, warning: vscode.l10n.t('{0} is an SVG: models read its source text and do not see the picture.', name) }
      : { attachment };
  }

  async #selection(): Promise<AttachResult> {
    const { editor } = this;
    if (editor === undefined || editor.selection.isEmpty) return { problem: vscode.l10n.t('Select the text to attach first.') };
    const { document, selection } = editor;
    return this.#text(nameOf(document.uri, selection), document.getText(selection), document.languageId);
  }
}

/** The bytes of a picture, recognized by its name or first bytes; undefined for other files and for those that are too large. */
async function pictureIn(uri: vscode.Uri, size: number): Promise<Uint8Array | undefined> {
  if (size > mostPictureBytes || (!pictureNames.test(uri.path) && size > 4 * maxCharacters)) return undefined;
  const bytes = await vscode.workspace.fs.readFile(uri);
  return pictureKind(bytes) !== undefined || isOtherPicture(uri.path, bytes) ? bytes : undefined;
}

function nameOf(uri: vscode.Uri, selection?: vscode.Selection): string {
  const name = uri.scheme === 'untitled' ? uri.path : vscode.workspace.asRelativePath(uri);
  if (selection === undefined) return name;
  const [from, to] = [selection.start.line + 1, selection.end.line + 1];
  return from === to ? `${name}:${from}` : `${name}:${from}-${to}`;
}

function fileOf(uri: vscode.Uri): WorkspaceFile {
  const path = nameOf(uri);
  return { uri, path, name: posix.basename(path) };
}

/** Whether the text has the character that replaces unreadable bytes; a readable text may contain it too. */
function hasUnread(attached: AttachResult): boolean {
  return 'attachment' in attached && attached.attachment.text.includes('\uFFFD');
}

function unreadable(name: string, encoding: string): string {
  return vscode.l10n.t(
    'Parts of {0} cannot be read as {1}. Open it in VS Code with its own encoding and attach it again, or change files.encoding.',
    name,
    encoding,
  );
}

function notAFile(target: string): string {
  return vscode.l10n.t('"{0}" can\'t be attached.', target.slice(0, 100));
}

function tooLong(name: string): string {
  return vscode.l10n.t('{0} is longer than a million characters. Select the relevant part and attach the selection.', name);
}

function notText(name: string): string {
  return vscode.l10n.t('{0} is not a text file. Only text can be attached.', name);
}
