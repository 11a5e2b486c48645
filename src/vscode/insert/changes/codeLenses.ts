/** CodeLenses: Keep, Undo and the line counts above each change, and the choices for a whole answer above it. */
import * as vscode from 'vscode';
import { answerActions } from '../../../core/chat/answerActions.ts';
import type { PendingChange } from '../../../core/insert/changeLedger.ts';
import { plainText } from '../../ui/plainText.ts';
import type { Offer, Offers } from './offers.ts';

export class ChangeCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #offers: Offers;
  readonly #prefix: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** The lenses that are shown; VS Code asks for them again only when they differ. */
  #shown = '';

  /** @param prefix of the commands `<prefix>.keep`, `.discard`, `.resume`, `.keepChange` and `.undoChange` */
  constructor(offers: Offers, prefix: string) {
    this.#offers = offers;
    this.#prefix = prefix;
    this.#subscription = vscode.Disposable.from(
      offers.onChange(() => this.#tell()),
      vscode.languages.registerCodeLensProvider({ scheme: '*' }, this),
      this.#changed,
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.#offers.in(document).flatMap((offer) => this.#lensesOf(offer));
  }

  #tell(): void {
    const shown = this.#offers.all
      .flatMap((offer) => this.#lensesOf(offer))
      .map(({ range, command }) => `${range.start.line}:${command?.title}`)
      .join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  #lensesOf(offer: Offer): vscode.CodeLens[] {
    const { changes, writer, isDiff, state } = offer;
    const hasAll = isDiff ? changes.pending.length > 1 : changes.pending.length > 0;
    const line = changes.document.positionAt(writer.spans[0]?.start ?? 0).line;
    const lens = (icon: string, text: string, choice: 'keep' | 'discard' | 'resume'): vscode.CodeLens =>
      lensAt(line, `$(${icon}) ${plainText(text)}`, `${this.#prefix}.${choice}`, [offer]);
    const { t } = vscode.l10n;
    const ended =
      state === 'growing' || !hasAll
        ? []
        : [lens('check', isDiff ? t('Keep All') : t('Keep'), 'keep'), lens('discard', isDiff ? t('Undo All') : t('Discard'), 'discard')];
    const resume = state === 'resumable' && writer.loss === undefined ? [lens(answerActions.resume.icon, t('Resume'), 'resume')] : [];
    const closed = changes.pending.filter(({ isOpen }) => !isOpen);
    const each = isDiff ? closed.flatMap((change) => this.#lensesOfChange(offer, change)) : [];
    return [...ended, ...resume, ...each];
  }

  #lensesOfChange(offer: Offer, change: PendingChange): vscode.CodeLens[] {
    const line = offer.changes.lineOf(change);
    const { t } = vscode.l10n;
    const lens = (icon: string, text: string, name: string): vscode.CodeLens =>
      lensAt(line, `$(${icon}) ${plainText(text)}`, `${this.#prefix}.${name}`, [offer, change]);
    return [
      lens('check', t('Keep This Change'), 'keepChange'),
      lens('discard', t('Undo This Change'), 'undoChange'),
      lens('diff', countsOf(change), 'peekChange'),
    ];
  }
}

function lensAt(line: number, title: string, command: string, given: unknown[]): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: given });
}

function countsOf({ removedLines, addedLines }: PendingChange): string {
  return [removedLines > 0 ? `−${removedLines}` : '', addedLines > 0 ? `+${addedLines}` : ''].filter(Boolean).join(' ');
}
