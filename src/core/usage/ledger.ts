/** Usage by day, model and workspace. Rows may come in any order and from any number of windows. */
import * as v from 'valibot';
import type { Usage } from '../../api.ts';
import { nextTurn } from '../nextTurn.ts';
import { type Money, usualCurrency } from './prices.ts';

/** Sums above it would no longer be exact. */
const most = Number.MAX_SAFE_INTEGER;
/** An invalid number loses that number, not the row. */
const counted = v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(most)), 0);
const usageRow = v.object({
  /** Local date, as `YYYY-MM-DD`. */
  day: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  /** `"<endpoint id>/<model>"`. */
  model: v.string(),
  /** Its name; empty for a window without a folder. */
  workspace: v.string(),
  answers: counted,
  requests: counted,
  prompt: counted,
  /** Part of `prompt`. */
  cached: counted,
  completion: counted,
  /** Part of `completion`. */
  reasoning: counted,
  /** Tokens of both that were paid for more than once. */
  paidAgain: counted,
  /** At the price of that day; 0 if no price was known. */
  cost: counted,
  /** Currency of the cost. Default: US dollars. */
  currency: v.exactOptional(v.fallback(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)), usualCurrency)),
  /** How many of the tokens are estimates. */
  estimated: counted,
});

export type UsageRow = Readonly<v.InferOutput<typeof usageRow>>;

const countNames = ['answers', 'requests', 'prompt', 'cached', 'completion', 'reasoning', 'paidAgain', 'estimated'] as const;
type Counts = Pick<UsageRow, (typeof countNames)[number]>;

export interface Totals extends Counts {
  /** By currency: sums in different ones are not added. */
  readonly costs: Readonly<Record<string, number>>;
}

export const keptDays = 400;

/** No answer uses a billion tokens: such a count is an error of the server and must not use up a budget. */
const mostTokens = 1e9;

function plausible(value: number | undefined, upTo: number): number {
  return value !== undefined && value >= 0 && value <= upTo ? value : 0;
}

/** @param answers 0 for requests without an answer to show, such as a connection test */
export function rowOf(
  where: Pick<UsageRow, 'day' | 'model' | 'workspace'>,
  usage: Usage,
  cost: Money | undefined,
  answers: 0 | 1 = 1,
): UsageRow {
  const prompt = plausible(usage.prompt, mostTokens);
  const completion = plausible(usage.completion, mostTokens);
  const doubted = prompt !== usage.prompt || completion !== usage.completion;
  return {
    ...where,
    answers,
    requests: plausible(usage.attempts, mostTokens),
    prompt,
    cached: plausible(usage.cached, prompt),
    completion,
    reasoning: plausible(usage.reasoning, completion),
    paidAgain: plausible(usage.paidAgain?.prompt, prompt) + plausible(usage.paidAgain?.completion, completion),
    // A cost calculated from a doubtful count is doubtful too.
    cost: doubted ? 0 : plausible(cost?.amount, most),
    ...(cost === undefined || cost.currency === usualCurrency ? {} : { currency: cost.currency }),
    estimated: usage.estimated || doubted ? prompt + completion : 0,
  };
}

/** Adds up the rows of the same day, model and workspace. */
export class Sums {
  readonly #rows = new Map<string, UsageRow>();

  add(row: UsageRow): void {
    const key = JSON.stringify([row.day, row.model, row.workspace, row.currency]);
    const before = this.#rows.get(key);
    const counts = countsBy((name) => row[name] + (before?.[name] ?? 0));
    this.#rows.set(key, before === undefined ? row : { ...row, ...counts, cost: before.cost + row.cost });
  }

  /** The oldest day first. */
  get rows(): readonly UsageRow[] {
    return [...this.#rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  }
}

export function totalOf(rows: Iterable<UsageRow>): Totals {
  const counts: { -readonly [name in keyof Counts]: number } = countsBy(() => 0);
  const costs: Record<string, number> = {};
  for (const row of rows) {
    for (const name of countNames) counts[name] += row[name];
    const { cost, currency = usualCurrency } = row;
    if (cost > 0) costs[currency] = (costs[currency] ?? 0) + cost;
  }
  return { ...counts, costs };
}

/** The local date. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last days up to `today`, oldest first. */
export function daysUntil(today: string, count: number): readonly string[] {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  // Noon, so that days of 23 or 25 hours neither skip nor repeat a date.
  return Array.from({ length: count }, (_, index) => dayOf(new Date(year, month - 1, day - count + 1 + index, 12).getTime()));
}

/** Parses an untrusted line; undefined if it is not a row. */
export function parseRow(line: string): UsageRow | undefined {
  // A byte order mark may stand before the first.
  const text = line.startsWith('\uFEFF') ? line.slice(1) : line;
  if (!text.startsWith('{')) return undefined;
  try {
    const parsed = v.safeParse(usageRow, JSON.parse(text));
    if (!parsed.success) return undefined;
    const row = parsed.output;
    const upTo = mostTokens * Math.max(1, row.requests);
    const doubted = row.prompt > upTo || row.completion > upTo;
    return { ...row, prompt: plausible(row.prompt, upTo), completion: plausible(row.completion, upTo), cost: doubted ? 0 : row.cost };
  } catch {
    return undefined;
  }
}

const columns = Object.keys(usageRow.entries) as readonly (keyof UsageRow)[];

/** Rows of an exported file that are written in one turn of the event loop. */
const rowsPerTurn = 2_000;

/** The text of a file with these rows. CSV is that of RFC 4180, with a header. */
export async function exported(rows: readonly UsageRow[], format: 'csv' | 'json'): Promise<string> {
  const pieces: string[] = [];
  for (let from = 0; from < rows.length; from += rowsPerTurn) {
    const some = rows.slice(from, from + rowsPerTurn);
    pieces.push(format === 'csv' ? some.map(csvLine).join('') : JSON.stringify(some, undefined, 2).slice('['.length, -'\n]'.length));
    await nextTurn();
  }
  return format === 'csv' ? `${columns.join(',')}\r\n${pieces.join('')}` : `[${pieces.join(',')}\n]\n`;
}

function csvLine(row: UsageRow): string {
  return `${columns.map((name) => csvCell(row[name] ?? usualCurrency)).join(',')}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run a cell that looks like a formula (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function countsBy(count: (name: keyof Counts) => number): Counts {
  return Object.fromEntries(countNames.map((name) => [name, count(name)])) as Counts;
}
