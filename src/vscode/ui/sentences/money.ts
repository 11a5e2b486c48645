/** Formats amounts of money. */
import * as vscode from 'vscode';
import type { Usage } from '../../../api.ts';
import type { Money } from '../../../core/usage/prices.ts';

/** Undefined where no price is known. */
export type Cost = (model: string, usage: Usage) => Money | undefined;

/** In its own currency, with as many digits as a small sum needs to be seen. */
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
