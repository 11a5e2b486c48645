/** Usage by day, model and workspace. Rows may come in any order and from any number of windows. */
import type { Usage } from '../../api.ts';

export interface UsageRow {
  /** Local date, as `YYYY-MM-DD`. */
  readonly day: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  /** Its name; empty for a window without a folder. */
  readonly workspace: string;
  readonly answers: number;
  readonly requests: number;
  readonly prompt: number;
  /** Part of `prompt`. */
  readonly cached: number;
  readonly completion: number;
  /** Part of `completion`. */
  readonly reasoning: number;
  /** US dollars at the price of that day; 0 if no price was known. */
  readonly cost: number;
  /** How many of the tokens are estimates. */
  readonly estimated: number;
}

export type Totals = Pick<UsageRow, 'answers' | 'requests' | 'prompt' | 'cached' | 'completion' | 'reasoning' | 'cost' | 'estimated'>;

/** Days that are kept. */
export const keptDays = 400;

export const nothingUsed: Totals = { answers: 0, requests: 0, prompt: 0, cached: 0, completion: 0, reasoning: 0, cost: 0, estimated: 0 };

/** @param answers 0 for requests without an answer to show, such as a connection test */
export function rowOf(
  where: Pick<UsageRow, 'day' | 'model' | 'workspace'>,
  usage: Usage,
  cost: number | undefined,
  answers: 0 | 1 = 1,
): UsageRow {
  const { prompt, completion, cached = 0, reasoning = 0, attempts, estimated } = usage;
  return {
    ...where,
    answers,
    requests: attempts,
    prompt,
    cached,
    completion,
    reasoning,
    cost: cost ?? 0,
    estimated: estimated ? prompt + completion : 0,
  };
}

/** Adds up the rows of the same day, model and workspace; oldest day first. */
export function summed(rows: Iterable<UsageRow>): readonly UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.day, row.model, row.workspace]);
    const before = sums.get(key);
    sums.set(key, before === undefined ? row : { ...row, ...added(before, row) });
  }
  return [...sums.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

export function totalOf(rows: Iterable<Totals>): Totals {
  let total = nothingUsed;
  for (const row of rows) total = added(total, row);
  return total;
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
  try {
    const value = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    const texts = ['day', 'model', 'workspace'].every((name) => typeof value?.[name] === 'string');
    const numbers = Object.keys(nothingUsed).every((name) => typeof value?.[name] === 'number' && Number.isFinite(value[name]));
    return texts && numbers ? (value as unknown as UsageRow) : undefined;
  } catch {
    return undefined;
  }
}

const columns = [
  'day',
  'model',
  'workspace',
  'answers',
  'requests',
  'prompt',
  'cached',
  'completion',
  'reasoning',
  'cost',
  'estimated',
] as const;

/** RFC 4180, with a header. */
export function toCsv(rows: readonly UsageRow[]): string {
  // A spreadsheet would run a cell that looks like a formula (OWASP, CSV injection).
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.join(','), ...rows.map((row) => columns.map((name) => cell(row[name])).join(','))].map((line) => `${line}\r\n`).join('');
}

function added(a: Totals, b: Totals): Totals {
  return {
    answers: a.answers + b.answers,
    requests: a.requests + b.requests,
    prompt: a.prompt + b.prompt,
    cached: a.cached + b.cached,
    completion: a.completion + b.completion,
    reasoning: a.reasoning + b.reasoning,
    cost: a.cost + b.cost,
    estimated: a.estimated + b.estimated,
  };
}
