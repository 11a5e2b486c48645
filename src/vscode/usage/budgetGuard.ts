/** Warns when a budget is nearly used up, and stops an answer that exceeds one. Its text is kept. */
import * as vscode from 'vscode';
import type { Usage } from '../../api.ts';
import type { AnswerStream } from '../../core/answer/answerStream.ts';
import { limitHalt } from '../../core/inspect/inspector.ts';
import { type BudgetKind, type Spent, type BudgetVerdict, verdictOn } from '../../core/usage/budget.ts';
import { dayOf } from '../../core/usage/ledger.ts';
import { usageSince } from '../../core/usage/usageByModel.ts';
import { usualCurrency } from '../../core/usage/prices.ts';
import { moneyOf } from '../../core/usage/view.ts';
import { moneyText } from '../ui/sentences/money.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { UsageStore } from './usageStore.ts';
import type { RequestBudget } from '../models/answers.ts';
import * as notify from '../ui/notify.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export interface BudgetPorts extends Pick<Runtime, 'engine' | 'clock'> {
  readonly store: UsageStore;
  readonly settings: LiveSettings;
}

type Reached = Exclude<BudgetVerdict, { state: 'within' }>;

/** How often running answers are compared with the budgets, in ms. */
const lookEveryMs = 250;

export class BudgetGuard implements RequestBudget {
  readonly #ports: BudgetPorts;
  readonly #subscription: { dispose(): void };
  #timer: (() => void) | undefined;
  /** Warnings shown already: one for each answer, and one a day for the budgets of the day. */
  readonly #warned = new Set<string>();
  /** The day whose budgets the user ignores. */
  #waived: string | undefined;
  /** Currency of the cost that was last compared with the budget. */
  #currency = usualCurrency;

  constructor(ports: BudgetPorts) {
    this.#ports = ports;
    this.#subscription = ports.engine.onChange(() => this.#look());
    if (Object.values(ports.settings.now().budget).some((most) => most > 0)) void ports.store.refresh();
  }

  dispose(): void {
    this.#timer?.();
    this.#subscription.dispose();
  }

  refusal(): string | undefined {
    const verdict = this.#verdict(0);
    if (verdict.state !== 'over') return undefined;
    void this.#offer(verdict, false);
    return this.#sentence(verdict, 'over');
  }

  used(model: string, usage: Usage): void {
    this.#ports.store.record(model, usage, 0);
  }

  #look(): void {
    this.#timer?.();
    this.#timer = undefined;
    const { clock } = this.#ports;
    const running = this.#running;
    for (const stream of running) {
      const verdict = this.#verdict(stream.usage().total);
      if (verdict.state === 'within') continue;
      if (verdict.state === 'near') this.#warn(verdict, verdict.kind === 'answerTokens' ? stream.id : dayOf(clock.wall()));
      else if (stream.stopAt(limitHalt(verdict.kind, verdict.budget, verdict.kind === 'dayCost' ? this.#currency : undefined)))
        void this.#offer(verdict, true);
    }
    if (running.length > 0) this.#timer = clock.timer(lookEveryMs, () => this.#look());
  }

  get #running(): readonly AnswerStream[] {
    return this.#ports.engine.running.filter(({ job }) => job.replayed !== true);
  }

  #verdict(answerTokens: number): BudgetVerdict {
    const { store, settings, clock } = this.#ports;
    const { answerTokens: most, dayTokens, dayCost } = settings.now().budget;
    const waived = this.#waived === dayOf(clock.wall());
    const spent = store.today;
    const running = this.#running.map((stream) => ({
      model: stream.model,
      usage: usageSince(stream.usage(), stream.job.kept?.counted),
    }));
    const costs: Record<string, number> = { ...spent.costs };
    for (const { model, usage } of running) {
      const cost = store.cost(model, usage);
      if (cost !== undefined) costs[cost.currency] = (costs[cost.currency] ?? 0) + cost.amount;
    }
    // A budget holds for each currency of the prices, so the largest sum decides.
    const dearest = moneyOf({ costs }).reduce((most, one) => (one.amount > most.amount ? one : most), {
      amount: 0,
      currency: usualCurrency,
    });
    this.#currency = dearest.currency;
    const now: Spent = {
      answerTokens,
      dayTokens: spent.prompt + spent.completion + running.reduce((sum, { usage }) => sum + usage.total, 0),
      dayCost: dearest.amount,
    };
    return verdictOn(now, waived ? { answerTokens: most, dayTokens: 0, dayCost: 0 } : { answerTokens: most, dayTokens, dayCost });
  }

  #warn(verdict: Reached, about: string): void {
    const key = `${verdict.kind} ${about}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    void notify.warning(this.#sentence(verdict, 'near'));
  }

  #sentence({ kind, budget, used }: Reached, which: 'near' | 'over' | 'stopped'): string {
    const amount =
      kind === 'dayCost' ? moneyText({ amount: budget, currency: this.#currency }) : budget.toLocaleString(vscode.env.language);
    return sentences[kind][which](amount, Math.round((used / budget) * 100));
  }

  /** @param isStopped whether an answer was stopped for it */
  async #offer(verdict: Reached, isStopped: boolean): Promise<void> {
    const { t } = vscode.l10n;
    const key = `over ${verdict.kind} ${verdict.budget}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    const ignore = verdict.kind === 'answerTokens' ? undefined : t('Ignore Until Tomorrow');
    const change = t('Change Budget');
    const buttons = ignore === undefined ? [change] : [ignore, change];
    const answer = await notify.warning(this.#sentence(verdict, isStopped ? 'stopped' : 'over'), ...buttons);
    this.#warned.delete(key);
    if (answer === ignore && ignore !== undefined) this.#waived = dayOf(this.#ports.clock.wall());
    if (answer === change) await vscode.commands.executeCommand('workbench.action.openSettings', `rivulet.budget.${verdict.kind}`);
  }
}

/** Whole sentences, since no language builds them from the same pieces. */
const sentences: Readonly<Record<BudgetKind, Readonly<Record<'near' | 'over' | 'stopped', (amount: string, percent: number) => string>>>> =
  {
    answerTokens: {
      near: (amount, percent) => vscode.l10n.t('The answer has used {0}% of its budget of {1} tokens.', percent, amount),
      over: (amount) => vscode.l10n.t('The answer used its budget of {0} tokens.', amount),
      stopped: (amount) => vscode.l10n.t('The answer used its budget of {0} tokens. Its text was kept.', amount),
    },
    dayTokens: {
      near: (amount, percent) => vscode.l10n.t("You have used {0}% of today's budget of {1} tokens.", percent, amount),
      over: (amount) => vscode.l10n.t("Today's budget of {0} tokens is used up.", amount),
      stopped: (amount) => vscode.l10n.t("Today's budget of {0} tokens is used up. The text of the answer was kept.", amount),
    },
    dayCost: {
      near: (amount, percent) => vscode.l10n.t("You have used {0}% of today's budget of {1}.", percent, amount),
      over: (amount) => vscode.l10n.t("Today's budget of {0} is used up.", amount),
      stopped: (amount) => vscode.l10n.t("Today's budget of {0} is used up. The text of the answer was kept.", amount),
    },
  };
