/** The answers in documents with undecided changes or an open choice, for the keys, lenses and views that show them. */
import * as vscode from 'vscode';
import type { PendingChange } from '../../../core/insert/changeLedger.ts';
import type { RangeWriter } from '../document/rangeWriter.ts';
import type { OpenChanges } from './openChanges.ts';

export interface Offer {
  readonly writer: RangeWriter;
  readonly changes: OpenChanges;
  /** The answer is compared with old lines. Otherwise all of it is one change. */
  readonly isDiff: boolean;
  /** The file was created for the answer. */
  readonly isNewFile: boolean;
  /** `resumable`: the answer broke off or was stopped, and can be continued. */
  state: 'growing' | 'ended' | 'resumable';
}

interface Located {
  readonly offer: Offer;
  readonly changes: readonly PendingChange[];
}

export class Offers implements vscode.Disposable {
  readonly #offers = new Map<Offer, vscode.Disposable>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #keys = { hasChanges: false, atChange: false };

  constructor() {
    this.#subscription = vscode.Disposable.from(
      this.#changed,
      vscode.window.onDidChangeTextEditorSelection(() => this.#tellKeys()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#tellKeys()),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.#offers.values(), this.#subscription).dispose();
  }

  /** Fires when offers or their changes were added, removed or changed. */
  get onChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  get all(): readonly Offer[] {
    return [...this.#offers.keys()];
  }

  in(document: vscode.TextDocument): readonly Offer[] {
    return this.all.filter(({ changes }) => changes.document === document);
  }

  add(offer: Offer): void {
    this.#offers.set(
      offer,
      offer.changes.onChange(() => this.refresh()),
    );
    this.refresh();
  }

  remove(offer: Offer): void {
    this.#offers.get(offer)?.dispose();
    this.#offers.delete(offer);
    offer.changes.dispose();
    this.refresh();
  }

  refresh(): void {
    this.#tellKeys();
    this.#changed.fire();
  }

  /** The changes at these lines, from 0. */
  at(document: vscode.TextDocument, first: number, last: number): readonly Located[] {
    const found = this.in(document).map((offer) => ({ offer, changes: offer.changes.within(first, last) }));
    return found.filter(({ changes }) => changes.length > 0);
  }

  get changeAtCursor(): Located | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return undefined;
    const { line } = editor.selection.active;
    const [found] = this.at(editor.document, line, line);
    return found === undefined ? undefined : { offer: found.offer, changes: found.changes.slice(0, 1) };
  }

  /** Sets the context keys on which the key bindings of changes depend. */
  #tellKeys(): void {
    const active = vscode.window.activeTextEditor?.document;
    const hasChanges = this.all.some(({ changes }) => changes.document === active && changes.pending.length > 0);
    const now = { hasChanges, atChange: this.changeAtCursor !== undefined };
    for (const key of ['hasChanges', 'atChange'] as const) {
      if (now[key] === this.#keys[key]) continue;
      this.#keys[key] = now[key];
      void vscode.commands.executeCommand('setContext', `rivulet.${key}`, now[key]);
    }
  }
}
