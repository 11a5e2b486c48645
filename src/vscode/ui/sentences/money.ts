/** Formats amounts of money. */
import * as vscode from 'vscode';
import type { Usage } from '../../../api.ts';
import type { Money } from '../../../core/usage/prices.ts';

/** Undefined if no price is known. */
export type Cost = (model: string, usage: Usage) => Money | undefined;

/** Formats a sum in its currency, with enough digits for small sums. */
export function moneyText({ amount, currency }: Money): string {
  const digits = amount === 0 || amount >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(amount)));
  return amount.toLocaleString(vscode.env.language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.max(2, digits),
  });
}
