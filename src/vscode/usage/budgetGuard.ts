/** Warns when a budget is nearly used up, and stops an answer that exceeds one. Its text is kept. */
import * as vscode from 'vscode';
import type { Clock } from '../../core/request/clock.ts';
import type { Engine } from '../../core/answer/engine.ts';
import { limitHalt } from '../../core/inspect/inspector.ts';
import { type BudgetKind, type Spent, type BudgetVerdict, verdictOn } from '../../core/usage/budget.ts';
import { dayOf } from '../../core/usage/ledger.ts';
import { usageSince } from '../../core/usage/usageByModel.ts';
import { usualCurrency } from '../../core/usage/prices.ts';
import { moneyOf } from '../../core/usage/view.ts';
import { moneyText } from '../ui/sentences/money.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { UsageStore } from './usageStore.ts';
import * as notify from '../ui/notify.ts';

export interface BudgetPorts {
  readonly engine: Engine;
  readonly store: UsageStore;
  readonly settings: LiveSettings;
  readonly clock: Clock;
}

/** How often running answers are added up. */
const lookEveryMs = 250;

export class BudgetGuard {
  readonly #ports: BudgetPorts;
  readonly #subscription: { dispose(): void };
  #timer: (() => void) | undefined;
  /** Warnings shown already: one for each answer, and one a day for the budgets of the day. */
  readonly #warned = new Set<string>();
  /** The day whose budgets the user ignores. */
  #waived: string | undefined;
  /** Of the cost that the budget was last compared with. */
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

  /** Why no answer may start, as a sentence; undefined if one may. */
  refusal(): string | undefined {
    const verdict = this.#verdict(0);
    if (verdict.state !== 'over') return undefined;
    void this.#offer(verdict, undefined);
    return overSentence(verdict, this.#currency);
  }

  #look(): void {
    this.#timer?.();
    this.#timer = undefined;
    const { engine, clock } = this.#ports;
    const running = engine.running.filter(({ job }) => job.replayed !== true);
    for (const stream of running) {
      const verdict = this.#verdict(stream.usage().total);
      if (verdict.state === 'within') continue;
      const about = verdict.kind === 'answerTokens' ? stream.tape : dayOf(clock.wall());
      if (verdict.state === 'near') this.#warn(verdict, this.#key(verdict, about));
      else if (stream.stopAt(limitHalt(verdict.kind, verdict.budget))) void this.#offer(verdict, stream.model);
    }
    if (running.length > 0) this.#timer = clock.timer(lookEveryMs, () => this.#look());
  }

  #verdict(answerTokens: number): BudgetVerdict {
    const { engine, store, settings, clock } = this.#ports;
    const { answerTokens: most, dayTokens, dayCost } = settings.now().budget;
    const waived = this.#waived === dayOf(clock.wall());
    const spent = store.today;
    const running = engine.running
      .filter(({ job }) => job.replayed !== true)
      .map((stream) => ({ model: stream.model, usage: usageSince(stream.usage(), stream.job.kept?.counted) }));
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

  readonly #ids = new WeakMap<object, string>();

  #key({ kind }: { readonly kind: BudgetKind }, about: object | string): string {
    if (typeof about === 'string') return `${kind} ${about}`;
    const id = this.#ids.get(about) ?? crypto.randomUUID();
    this.#ids.set(about, id);
    return `${kind} ${id}`;
  }

  #warn(verdict: Exclude<BudgetVerdict, { state: 'within' }>, key: string): void {
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    void notify.warning(nearSentence(verdict, this.#currency));
  }

  /** @param model of the answer that was stopped, if one was */
  async #offer(verdict: Exclude<BudgetVerdict, { state: 'within' }>, model: string | undefined): Promise<void> {
    const { t } = vscode.l10n;
    const key = `over ${verdict.kind} ${verdict.budget}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    const ignore = verdict.kind === 'answerTokens' ? undefined : t('Ignore Until Tomorrow');
    const change = t('Change Budget');
    const buttons = ignore === undefined ? [change] : [ignore, change];
    const answer = await notify.warning(
      model === undefined ? overSentence(verdict, this.#currency) : stoppedSentence(verdict, this.#currency),
      ...buttons,
    );
    this.#warned.delete(key);
    if (answer === ignore && ignore !== undefined) this.#waived = dayOf(this.#ports.clock.wall());
    if (answer === change) await vscode.commands.executeCommand('workbench.action.openSettings', `rivulet.budget.${verdict.kind}`);
  }
}

type Reached = Exclude<BudgetVerdict, { state: 'within' }>;

function amountOf({ kind, budget }: Reached, currency: string): string {
  return kind === 'dayCost' ? moneyText({ amount: budget, currency }) : budget.toLocaleString(vscode.env.language);
}

function nearSentence(verdict: Reached, currency: string): string {
  const { t } = vscode.l10n;
  const [percent, amount] = [Math.round((verdict.used / verdict.budget) * 100), amountOf(verdict, currency)];
  switch (verdict.kind) {
    case 'answerTokens':
      return t('The answer has used {0}% of its budget of {1} tokens.', percent, amount);
    case 'dayTokens':
      return t("You have used {0}% of today's budget of {1} tokens.", percent, amount);
    case 'dayCost':
      return t("You have used {0}% of today's budget of {1}.", percent, amount);
    default:
      return verdict.kind satisfies never;
  }
}

function overSentence(verdict: Reached, currency: string): string {
  const { t } = vscode.l10n;
  switch (verdict.kind) {
    case 'answerTokens':
      return t('The answer used its budget of {0} tokens.', amountOf(verdict, currency));
    case 'dayTokens':
      return t("Today's budget of {0} tokens is used up.", amountOf(verdict, currency));
    case 'dayCost':
      return t("Today's budget of {0} is used up.", amountOf(verdict, currency));
    default:
      return verdict.kind satisfies never;
  }
}

/** For an answer that was stopped. */
function stoppedSentence(verdict: Reached, currency: string): string {
  const { t } = vscode.l10n;
  switch (verdict.kind) {
    case 'answerTokens':
      return t('The answer used its budget of {0} tokens. Its text was kept.', amountOf(verdict, currency));
    case 'dayTokens':
      return t("Today's budget of {0} tokens is used up. The text of the answer was kept.", amountOf(verdict, currency));
    case 'dayCost':
      return t("Today's budget of {0} is used up. The text of the answer was kept.", amountOf(verdict, currency));
    default:
      return verdict.kind satisfies never;
  }
}
