/** Messages between the extension host and the usage page. The page imports types alone. */
import type { FromUsagePage } from './pageMessages.ts';

export type { FromUsagePage };
export type UsageFilter = Extract<FromUsagePage, { type: 'filter' }>['filter'];

export interface UsageBar {
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

/** Every sentence of the page, in English; the host translates them. */
export const usageStrings = {
  title: 'Usage',
  days: 'Period',
  lastDays: 'Last {0} days',
  measure: 'Measure',
  tokens: 'Tokens',
  cost: 'Cost',
  model: 'Model',
  allModels: 'All models',
  workspace: 'Workspace',
  allWorkspaces: 'All workspaces',
  exportCsv: 'Export as CSV',
  exportJson: 'Export as JSON',
  delete: 'Delete all',
  chart: 'Usage by day. The table below has the same data.',
  prompt: 'Prompt',
  answer: 'Answer',
  none: 'No usage in this period. Costs are shown for models that have a price in rivulet.prices.',
} as const;

export type UsageStrings = { readonly [name in keyof typeof usageStrings]: string };
