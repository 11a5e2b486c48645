/**
 * Shows the number of undecided changes in the status bar. Screen readers announce the item when it changes, at most every five
 * seconds.
 */
import * as vscode from 'vscode';
import { Announcements } from '../../../core/insert/announcements.ts';
import { StatusItem } from '../../ui/statusItem.ts';
import type { Offers } from './offers.ts';

export class ChangeStatus implements vscode.Disposable {
  readonly #offers: Offers;
  readonly #item = new StatusItem({
    id: 'rivulet.changes',
    name: vscode.l10n.t('Rivulet: Changes'),
    command: 'rivulet.changes.compare',
    priority: 91,
    role: 'status',
  });
  readonly #announcements: Announcements;
  readonly #subscription: vscode.Disposable;

  constructor(offers: Offers) {
    this.#offers = offers;
    this.#announcements = new Announcements((sentence) => this.#say(sentence), {
      now: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    });
    this.#subscription = vscode.Disposable.from(
      offers.onChange(() => this.#look()),
      this.#item,
    );
  }

  dispose(): void {
    this.#announcements.stop();
    this.#subscription.dispose();
  }

  #look(): void {
    const offers = this.#offers.all.filter(({ isDiff }) => isDiff);
    const pending = offers.flatMap(({ changes }) => changes.pending);
    if (pending.length === 0) return this.#announcements.now(undefined);
    const isGrowing = offers.some(({ state }) => state === 'growing');
    const { t } = vscode.l10n;
    if (isGrowing) return this.#announcements.soon(t('Changes so far: {0}', pending.length));
    const sum = (of: (change: (typeof pending)[number]) => number): number => pending.reduce((total, each) => total + of(each), 0);
    const lines = t(
      '{0} lines removed, {1} added',
      sum(({ removedLines }) => removedLines),
      sum(({ addedLines }) => addedLines),
    );
    this.#announcements.soon(`${t('Changes: {0}', pending.length)} · ${lines}`);
  }

  #say(sentence: string | undefined): void {
    if (sentence === undefined) return this.#item.hide();
    this.#item.tooltip = vscode.l10n.t('Press Alt+F5 for the next change. Click to compare with the original.');
    this.#item.spoken = sentence;
    this.#item.show([{ icon: 'diff' }, sentence]);
  }
}
