/** Turns a ledger and a filter into the bars, the scale and the table of the usage page. */
import { daysUntil, type Totals, totalOf, type UsageRow } from './ledger.ts';
import { type Money, usualCurrency } from './prices.ts';
import type { UsageFilter, UsageView } from './protocol.ts';

export interface ViewWords {
  readonly number: (value: number) => string;
  readonly cost: (cost: Money) => string;
  readonly day: (day: string) => string;
  readonly label: (model: string) => string;
  readonly noWorkspace: string;
  /** Headings: day, model, workspace, answers, prompt, cached, answer, reasoning, paid again, cost. */
  readonly head: readonly string[];
  readonly total: string;
}

/** @param rows as `Sums` has them */
export function usageView(rows: readonly UsageRow[], filter: UsageFilter, today: string, words: ViewWords): UsageView {
  const days = daysUntil(today, filter.days);
  const first = days[0] ?? today;
  const shown = rows.filter(
    (row) =>
      row.day >= first &&
      row.day <= today &&
      (filter.model === '' || row.model === filter.model) &&
      (filter.workspace === '' || row.workspace === filter.workspace),
  );
  const totals = totalOf(shown);
  const byDay = new Map<string, UsageRow[]>();
  for (const row of shown) {
    const its = byDay.get(row.day);
    if (its === undefined) byDay.set(row.day, [row]);
    else its.push(row);
  }
  const currency = mainCurrency(shown);
  const spoken = filter.measure === 'tokens' ? words.number : (amount: number) => words.cost({ amount, currency });
  const bars = days.map((day) => {
    const total = totalOf(byDay.get(day) ?? []);
    const parts = filter.measure === 'tokens' ? [total.prompt, total.completion] : [total.costs[currency] ?? 0];
    const label = words.day(day);
    return { day, label, parts, spoken: `${label}: ${spoken(parts.reduce((sum, part) => sum + part, 0))}` };
  });
  const most = Math.max(0, ...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  return {
    filter,
    bars,
    marks: marksUpTo(most).map((at) => ({ at, label: spoken(at) })),
    table: {
      head: words.head,
      rows: shown
        .toReversed()
        .map((row) => [
          words.day(row.day),
          words.label(row.model),
          row.workspace === '' ? words.noWorkspace : row.workspace,
          ...cells(row, row.cost === 0 ? [] : [{ amount: row.cost, currency: row.currency ?? usualCurrency }], words),
        ]),
      total: [words.total, '', '', ...cells(totals, moneyOf(totals), words)],
    },
    models: [...new Set(rows.map(({ model }) => model))].sort().map((id) => ({ id, label: words.label(id) })),
    workspaces: [...new Set(rows.map(({ workspace }) => workspace))]
      .filter((id) => id !== '')
      .sort()
      .map((id) => ({ id, label: id })),
  };
}

function cells(row: Omit<Totals, 'costs'>, costs: readonly Money[], words: ViewWords): string[] {
  const { number } = words;
  return [
    number(row.answers),
    number(row.prompt),
    number(row.cached),
    number(row.completion),
    number(row.reasoning),
    number(row.paidAgain),
    costs.length === 0 ? '–' : costs.map(words.cost).join(' + '),
  ];
}

/** The chart uses one currency: that of most rows. */
function mainCurrency(rows: readonly UsageRow[]): string {
  const counts = new Map<string, number>();
  for (const { cost, currency = usualCurrency } of rows) if (cost > 0) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? usualCurrency;
}

/** The costs of all currencies. */
export function moneyOf({ costs }: Pick<Totals, 'costs'>): readonly Money[] {
  return Object.entries(costs).map(([currency, amount]) => ({ amount, currency }));
}

/** 0 and up to four round numbers; the last is at least `most`. */
export function marksUpTo(most: number): readonly number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
