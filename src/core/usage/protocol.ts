/** Messages between the extension host and the usage page. Types only. */

export interface UsageFilter {
  /** Days up to today. */
  readonly days: 7 | 30 | 90 | 365;
  readonly measure: 'tokens' | 'cost';
  /** A model's id; empty for all. */
  readonly model: string;
  /** Empty for all. */
  readonly workspace: string;
}

export interface UsageBar {
  readonly day: string;
  /** Label to display. */
  readonly label: string;
  /** Tokens of the prompt and of the answer, or the cost as the only part. */
  readonly parts: readonly number[];
  /** Text for screen readers and the tooltip. */
  readonly spoken: string;
}

export interface UsageView {
  readonly filter: UsageFilter;
  /** Every day of the span, oldest first. */
  readonly bars: readonly UsageBar[];
  /** Marks of the scale, from 0 up. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly total: readonly string[] };
  readonly models: readonly { readonly id: string; readonly label: string }[];
  readonly workspaces: readonly { readonly id: string; readonly label: string }[];
}

export type ToUsagePage = { readonly type: 'usage'; readonly view: UsageView };

export type FromUsagePage =
  | { readonly type: 'ready' }
  | { readonly type: 'filter'; readonly filter: UsageFilter }
  | { readonly type: 'export'; readonly format: 'csv' | 'json' }
  | { readonly type: 'delete' };

export interface UsageStrings {
  readonly title: string;
  readonly days: string;
  readonly lastDays: string;
  readonly measure: string;
  readonly tokens: string;
  readonly cost: string;
  readonly model: string;
  readonly allModels: string;
  readonly workspace: string;
  readonly allWorkspaces: string;
  readonly exportCsv: string;
  readonly exportJson: string;
  readonly delete: string;
  readonly chart: string;
  readonly prompt: string;
  readonly answer: string;
  readonly none: string;
  readonly total: string;
}
