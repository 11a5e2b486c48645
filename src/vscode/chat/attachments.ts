/** What can go along with a question: finds it, and reads it, or says in a sentence why it cannot be read. */
import * as vscode from 'vscode';
import type { Attachment } from '../../core/chat/entries.ts';
import type { MentionOffer } from '../../core/chat/protocol.ts';
import { type Encoding, TokenCounter } from '../../core/tokens/tokenCounter.ts';

export interface AttachmentPorts {
  readonly encoding: () => Encoding | undefined;
}

/** The target that means the selection of the editor used last. */
export const selectionTarget = 'selection';

/** Most characters of one attachment; more than most models can read. */
const maxCharacters = 1_000_000;
const maxOffers = 12;

export type Attached = Attachment | { readonly problem: string };

export class Attachments {
  readonly #ports: AttachmentPorts;
  readonly #subscription: vscode.Disposable;
  /** A page that has the keyboard leaves no active editor. */
  #lastEditor = vscode.window.activeTextEditor;

  constructor(ports: AttachmentPorts) {
    this.#ports = ports;
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => (this.#lastEditor = editor ?? this.#lastEditor));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The selection, then open files, then files of the workspace whose path holds the words. */
  async offers(words: string): Promise<readonly MentionOffer[]> {
    const wanted = words.toLowerCase();
    const fits = (text: string): boolean => text.toLowerCase().includes(wanted);
    const offers = new Map<string, MentionOffer>();
    const selection = vscode.l10n.t('selection');
    const editor = this.#lastEditor;
    if (editor !== undefined && !editor.selection.isEmpty && (fits(selection) || fits(nameOf(editor.document.uri)))) {
      offers.set(selectionTarget, { target: selectionTarget, label: selection, detail: nameOf(editor.document.uri, editor.selection) });
    }
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])),
    );
    const glob = `**/*${words.replaceAll(/[^\p{L}\p{N}._/-]/gu, '?')}*`;
    const found = words === '' ? [] : await vscode.workspace.findFiles(glob, undefined, maxOffers);
    for (const uri of [...open.filter((uri) => fits(nameOf(uri))), ...found]) offers.set(uri.toString(), offerOf(uri));
    return [...offers.values()].slice(0, maxOffers);
  }

  /** @param target a URI, or `selection` */
  async attach(target: string): Promise<Attached> {
    if (target === selectionTarget) return this.#selection();
    let uri: vscode.Uri;
    try {
      uri = vscode.Uri.parse(target, true);
    } catch {
      return { problem: vscode.l10n.t('"{0}" can\'t be attached.', target.slice(0, 100)) };
    }
    return this.file(uri);
  }

  async file(uri: vscode.Uri): Promise<Attached> {
    const name = nameOf(uri);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open !== undefined) return this.text(name, open.getText(), open.languageId);
    try {
      const { type, size } = await vscode.workspace.fs.stat(uri);
      if ((type & vscode.FileType.Directory) !== 0)
        return { problem: vscode.l10n.t('{0} is a folder. Attach its files one by one.', name) };
      if (size > 4 * maxCharacters) return { problem: tooLong(name) };
      const bytes = await vscode.workspace.fs.readFile(uri);
      if (bytes.includes(0)) return { problem: notText(name) };
      const document = await vscode.workspace.openTextDocument(uri);
      return this.text(name, document.getText(), document.languageId);
    } catch (error) {
      return { problem: vscode.l10n.t('{0} cannot be read: {1}', name, error instanceof Error ? error.message : String(error)) };
    }
  }

  text(name: string, text: string, language = ''): Attached {
    if (text.length > maxCharacters) return { problem: tooLong(name) };
    if (text.includes('\0')) return { problem: notText(name) };
    const counter = new TokenCounter(this.#ports.encoding);
    counter.push(text);
    return { id: crypto.randomUUID(), name, language, text, tokens: counter.count() };
  }

  #selection(): Attached {
    const editor = vscode.window.activeTextEditor ?? this.#lastEditor;
    if (editor === undefined || editor.selection.isEmpty) return { problem: vscode.l10n.t('Select the text to attach first.') };
    const { document, selection } = editor;
    return this.text(nameOf(document.uri, selection), document.getText(selection), document.languageId);
  }
}

function nameOf(uri: vscode.Uri, selection?: vscode.Selection): string {
  const name = uri.scheme === 'untitled' ? uri.path : vscode.workspace.asRelativePath(uri);
  if (selection === undefined) return name;
  const [from, to] = [selection.start.line + 1, selection.end.line + 1];
  return from === to ? `${name}:${from}` : `${name}:${from}-${to}`;
}

function offerOf(uri: vscode.Uri): MentionOffer {
  const path = nameOf(uri);
  const slash = path.lastIndexOf('/');
  return { target: uri.toString(), label: path.slice(slash + 1), detail: slash === -1 ? '' : path.slice(0, slash) };
}

function tooLong(name: string): string {
  return vscode.l10n.t('{0} is longer than a million characters. Select the relevant part and attach the selection.', name);
}

function notText(name: string): string {
  return vscode.l10n.t('{0} is not a text file. Only text can be attached.', name);
}
