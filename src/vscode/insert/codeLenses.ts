/**
 * Keep, Discard and Resume above an insertion that has ended, and Keep and Undo above each of its changes, as CodeLens;
 * saying nothing keeps it.
 */
import * as vscode from 'vscode';
import { answerActions } from '../../core/chat/answerActions.ts';
import { plainText } from '../ui/plainText.ts';
import type { PendingChange } from '../../core/insert/changeLedger.ts';
import type { OpenChanges } from './openChanges.ts';
import type { RangeWriter } from './document/rangeWriter.ts';

export type Choice = 'keep' | 'discard' | 'resume';

export interface LensOffer {
  readonly writer: RangeWriter;
  /** The answer broke off or was stopped, and its rest can be asked for. */
  readonly canResume: boolean;
  /** Where an answer has changed several places of a text. */
  readonly changes?: OpenChanges;
}

export class InsertionCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #offers: LensOffer[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #prefix: string;
  #isAtChange = false;
  readonly #subscriptions: vscode.Disposable;

  /**
   * @param prefix of the three commands; each takes an offer, or the newest one when called without
   * @param choose settles when the choice was carried out
   */
  constructor(prefix: string, choose: (choice: Choice, offer: LensOffer) => Promise<void>) {
    this.#prefix = prefix;
    const command = (choice: Choice): vscode.Disposable =>
      vscode.commands.registerCommand(this.#command(choice), (offer?: LensOffer) => {
        const chosen = this.#offers.find((each) => each === offer) ?? this.#offers.at(-1);
        return chosen === undefined ? undefined : choose(choice, chosen);
      });
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.onDidChangeTextEditorSelection(() => this.#tellCursor()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#tellCursor()),
      vscode.languages.registerCodeLensProvider({ scheme: '*' }, this),
      command('keep'),
      command('discard'),
      command('resume'),
      ...(['keepChange', 'undoChange'] as const).map((name) =>
        vscode.commands.registerCommand(`${prefix}.${name}`, (offer?: LensOffer, change?: PendingChange) =>
          this.decide(name, offer, change),
        ),
      ),
      this.#changed,
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Keeps or undoes one change: the one at the cursor when called without. */
  async decide(what: 'keepChange' | 'undoChange', offer?: LensOffer, change?: PendingChange): Promise<void> {
    const found = offer === undefined || change === undefined ? this.#atCursor() : { changes: offer.changes, change };
    if (what === 'keepChange') found?.changes?.keep(found.change);
    else await found?.changes?.undo(found.change);
  }

  /** The newest offer in the document that has the cursor. */
  get atCursor(): LensOffer | undefined {
    const document = vscode.window.activeTextEditor?.document;
    return this.#offers.findLast(({ writer }) => writer.document === document);
  }

  /** Changes were decided or have moved. */
  refresh(): void {
    this.#tell();
  }

  #atCursor(): { readonly changes: OpenChanges; readonly change: PendingChange } | undefined {
    const line = vscode.window.activeTextEditor?.selection.active.line;
    for (const { changes } of line === undefined ? [] : this.#offers.filter((offer) => offer.writer === this.atCursor?.writer)) {
      const change = changes?.at(line ?? 0);
      if (changes !== undefined && change !== undefined) return { changes, change };
    }
    return undefined;
  }

  #tell(): void {
    void vscode.commands.executeCommand('setContext', 'rivulet.hasChanges', this.#offers.length > 0);
    this.#tellCursor();
    this.#changed.fire();
  }

  /** The keys of changes mean a change only where the cursor is in one. */
  #tellCursor(): void {
    const isAtChange = this.#atCursor() !== undefined;
    if (isAtChange === this.#isAtChange) return;
    this.#isAtChange = isAtChange;
    void vscode.commands.executeCommand('setContext', 'rivulet.atChange', isAtChange);
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  offer(offer: LensOffer): void {
    this.#offers.push(offer);
    this.#tell();
  }

  withdraw(writer: RangeWriter): void {
    const index = this.#offers.findIndex((offer) => offer.writer === writer);
    if (index === -1) return;
    this.#offers.splice(index, 1);
    this.#tell();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.#offers
      .filter(({ writer }) => writer.document === document)
      .flatMap((offer) => {
        const at = document.positionAt(offer.writer.spans[0]?.start ?? 0);
        const lens = (icon: string, text: string, choice: Choice): vscode.CodeLens => {
          const title = `$(${icon}) ${plainText(text)}`;
          return new vscode.CodeLens(new vscode.Range(at, at), { title, command: this.#command(choice), arguments: [offer] });
        };
        return [
          lens('check', vscode.l10n.t('Keep'), 'keep'),
          lens('discard', vscode.l10n.t('Discard'), 'discard'),
          ...(offer.canResume ? [lens(answerActions.resume.icon, vscode.l10n.t('Resume'), 'resume')] : []),
          ...(offer.changes?.pending ?? []).flatMap((change) => this.#lensesOf(offer, change)),
        ];
      });
  }

  #lensesOf(offer: LensOffer, change: PendingChange): vscode.CodeLens[] {
    const line = offer.changes?.lineOf(change) ?? 0;
    const range = new vscode.Range(line, 0, line, 0);
    const counts = `${change.removedLines > 0 ? ` −${change.removedLines}` : ''}${change.addedLines > 0 ? ` +${change.addedLines}` : ''}`;
    const lens = (icon: string, text: string, name: string): vscode.CodeLens => {
      const title = `$(${icon}) ${plainText(text)}`;
      return new vscode.CodeLens(range, { title, command: `${this.#prefix}.${name}`, arguments: [offer, change] });
    };
    return [
      lens('check', vscode.l10n.t('Keep This Change'), 'keepChange'),
      lens('discard', vscode.l10n.t('Undo This Change {0}', counts.trim()), 'undoChange'),
    ];
  }

  #command(choice: Choice): string {
    return `${this.#prefix}.${choice}`;
  }
}
