/** Turns a ledger and a filter into the bars, the scale and the table of the usage page. */
import { nextTurn } from '../nextTurn.ts';
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
  /** Names the row that adds up the rows not shown. */
  readonly more: (rows: number) => string;
}

/** Rows of the table. A year of many models and workspaces has tens of thousands, which would hold up the host and the page. */
const mostRows = 1_000;

/**
 * Takes several turns of the event loop, one for each pass over the rows.
 * @param rows as `Sums` has them
 */
export async function usageView(rows: readonly UsageRow[], filter: UsageFilter, today: string, words: ViewWords): Promise<UsageView> {
  const days = daysUntil(today, filter.days);
  const first = days[0] ?? today;
  const shown = rows.filter(
    (row) =>
      row.day >= first &&
      row.day <= today &&
      (filter.model === '' || row.model === filter.model) &&
      (filter.workspace === '' || row.workspace === filter.workspace),
  );
  await nextTurn();
  const totals = totalOf(shown);
  await nextTurn();
  const size = (row: UsageRow): number => (filter.measure === 'tokens' ? row.prompt + row.completion : row.cost);
  const smaller = new Set(shown.length > mostRows ? shown.toSorted((a, b) => size(b) - size(a)).slice(mostRows) : []);
  await nextTurn();
  const others = totalOf(smaller);
  await nextTurn();
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
    return { label, parts, spoken: `${label}: ${spoken(parts.reduce((sum, part) => sum + part, 0))}` };
  });
  await nextTurn();
  const most = Math.max(0, ...bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  return {
    filter,
    bars,
    marks: marksUpTo(most).map((at) => ({ at, label: spoken(at) })),
    table: {
      head: words.head,
      rows: [
        ...shown
          .filter((row) => !smaller.has(row))
          .toReversed()
          .map((row) => [
            words.day(row.day),
            words.label(row.model),
            row.workspace === '' ? words.noWorkspace : row.workspace,
            ...sumCells(totalOf([row]), words),
          ]),
        ...(smaller.size === 0 ? [] : [[words.more(smaller.size), '', '', ...sumCells(others, words)]]),
      ],
      total: [words.total, '', '', ...sumCells(totals, words)],
    },
    models: [...new Set(rows.map(({ model }) => model))].sort().map((id) => ({ id, label: words.label(id) })),
    workspaces: [...new Set(rows.map(({ workspace }) => workspace))]
      .filter((id) => id !== '')
      .sort()
      .map((id) => ({ id, label: id })),
  };
}

function sumCells(sum: Totals, { number, cost }: ViewWords): string[] {
  const { answers, prompt, cached, completion, reasoning, paidAgain } = sum;
  const costs = moneyOf(sum).map(cost).join(' + ');
  return [...[answers, prompt, cached, completion, reasoning, paidAgain].map(number), costs === '' ? '–' : costs];
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
