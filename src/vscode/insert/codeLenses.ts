/** Keep, Discard and Resume above an insertion that has ended, as CodeLens; saying nothing keeps it. */
import * as vscode from 'vscode';
import { answerActions } from '../../core/chat/answerActions.ts';
import { plainText } from '../ui/plainText.ts';
import type { RangeWriter } from './rangeWriter.ts';

export type Choice = 'keep' | 'discard' | 'resume';

export interface LensOffer {
  readonly writer: RangeWriter;
  /** The answer broke off or was stopped, and its rest can be asked for. */
  readonly canResume: boolean;
}

export class InsertionCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #offers: LensOffer[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #prefix: string;
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
      vscode.languages.registerCodeLensProvider({ scheme: '*' }, this),
      command('keep'),
      command('discard'),
      command('resume'),
      this.#changed,
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  offer(offer: LensOffer): void {
    this.#offers.push(offer);
    this.#changed.fire();
  }

  withdraw(writer: RangeWriter): void {
    const index = this.#offers.findIndex((offer) => offer.writer === writer);
    if (index === -1) return;
    this.#offers.splice(index, 1);
    this.#changed.fire();
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
        ];
      });
  }

  #command(choice: Choice): string {
    return `${this.#prefix}.${choice}`;
  }
}
