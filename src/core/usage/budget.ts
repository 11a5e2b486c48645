/** Compares usage with the budgets. */

export interface Budget {
  /** Tokens of one answer over all its requests, prompts included; 0 means no budget. */
  readonly answerTokens: number;
  readonly dayTokens: number;
  /** In the currency of the prices; with several currencies, the budget applies to each. */
  readonly dayCost: number;
}

export type BudgetKind = keyof Budget;

/** What each budget is compared with: one answer, or today so far, including running answers. */
export type Spent = Readonly<Record<BudgetKind, number>>;

export type BudgetVerdict =
  | { readonly state: 'within' }
  | { readonly state: 'near' | 'over'; readonly kind: BudgetKind; readonly used: number; readonly budget: number };

const nearShare = 0.8;
const kinds: readonly BudgetKind[] = ['answerTokens', 'dayTokens', 'dayCost'];

/** The most pressing of all budgets. */
export function verdictOn(spent: Spent, budget: Budget): BudgetVerdict {
  let worst: BudgetVerdict = { state: 'within' };
  let worstShare = 0;
  for (const kind of kinds) {
    if (budget[kind] <= 0) continue;
    const share = spent[kind] / budget[kind];
    if (share < nearShare || share <= worstShare) continue;
    worstShare = share;
    worst = { state: share >= 1 ? 'over' : 'near', kind, used: spent[kind], budget: budget[kind] };
  }
  return worst;
}
