/**
 * A virtual document with the text before all undecided changes. VS Code compares the real document with it in the gutter, in
 * its peek and in a diff editor.
 */
import * as vscode from 'vscode';
import { textBefore } from '../../../core/insert/changeLedger.ts';
import type { AllChanges } from './allChanges.ts';

const scheme = 'rivulet-before';
/** Minimum time between two updates: VS Code compares the whole document after each. */
const refreshEveryMs = 250;

export class TextBefore implements vscode.Disposable {
  readonly #all: AllChanges;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscription: vscode.Disposable;
  readonly #refreshing = new Map<string, NodeJS.Timeout>();
  /** What VS Code has of each document. */
  readonly #shown = new Map<string, string>();
  #sourceControl: vscode.SourceControl | undefined;
  #group: vscode.SourceControlResourceGroup | undefined;
  #compared = '';

  constructor(all: AllChanges) {
    this.#all = all;
    this.#subscription = vscode.Disposable.from(
      all.onChange(() => this.#refresh()),
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#textOf(uri),
      }),
      this.#changed,
    );
  }

  dispose(): void {
    for (const timer of this.#refreshing.values()) clearTimeout(timer);
    this.#sourceControl?.dispose();
    this.#subscription.dispose();
  }

  /** Opens the document in a diff editor. */
  async compare(document: vscode.TextDocument, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
    const title = vscode.l10n.t('{0} (before the changes ↔ now)', vscode.workspace.asRelativePath(document.uri));
    await vscode.commands.executeCommand('vscode.diff', beforeUri(document.uri), document.uri, title, { preview: false, ...options });
  }

  #textOf(uri: vscode.Uri): string | undefined {
    const document = this.#all.answers.map((answer) => answer.document).find((each) => each.uri.toString() === uri.query);
    if (document !== undefined) this.#shown.set(uri.query, this.#beforeOf(document));
    return this.#shown.get(uri.query);
  }

  #beforeOf(document: vscode.TextDocument): string {
    const pending = this.#all.in(document).flatMap((answer) => answer.pending);
    return textBefore(document.getText(), pending);
  }

  #refresh(): void {
    this.#tellSourceControl();
    const diffs = this.#all.answers.filter(({ isDiff }) => isDiff);
    for (const document of new Set(diffs.map((answer) => answer.document))) this.#refreshSoon(document);
  }

  #refreshSoon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (this.#refreshing.has(key)) return;
    const timer = setTimeout(() => {
      this.#refreshing.delete(key);
      const before = this.#beforeOf(document);
      if (before === this.#shown.get(key)) return;
      this.#shown.set(key, before);
      this.#changed.fire(beforeUri(document.uri));
    }, refreshEveryMs);
    this.#refreshing.set(key, timer);
  }

  /** The source control exists only while there are undecided changes. */
  #tellSourceControl(): void {
    const uris = new Map(this.#all.undecided.map(({ document }) => [document.uri.toString(), document.uri]));
    const compared = [...uris.keys()].toSorted().join('\n');
    if (compared === this.#compared) return;
    this.#compared = compared;
    if (uris.size === 0) {
      this.#sourceControl?.dispose();
      this.#sourceControl = undefined;
      this.#shown.clear();
      return;
    }
    if (this.#sourceControl === undefined) {
      this.#sourceControl = vscode.scm.createSourceControl('rivulet', 'Rivulet');
      this.#sourceControl.inputBox.visible = false;
      this.#group = this.#sourceControl.createResourceGroup('changes', vscode.l10n.t('Changes to Keep or Undo'));
    }
    if (this.#group !== undefined) {
      this.#group.resourceStates = Array.from(uris.values(), (resourceUri) => ({
        resourceUri,
        command: { title: vscode.l10n.t('Compare with Original'), command: 'rivulet.changes.compare', arguments: [resourceUri] },
      }));
    }
    // VS Code asks a provider once per document, so a new provider is needed for documents that have changes only now.
    const control: { quickDiffProvider?: vscode.QuickDiffProvider | undefined } = this.#sourceControl;
    control.quickDiffProvider = undefined;
    control.quickDiffProvider = {
      provideOriginalResource: (uri) => (uris.has(uri.toString()) ? beforeUri(uri) : undefined),
    };
  }
}

function beforeUri(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme, path: uri.path, query: uri.toString() });
}
