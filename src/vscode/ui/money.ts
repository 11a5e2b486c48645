/** Money as people read it. */
import * as vscode from 'vscode';

/** US dollars, with as many digits as a small sum needs to be seen. */
export function dollars(value: number): string {
  const digits = value === 0 || value >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(value)));
  return value.toLocaleString(vscode.env.language, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.max(2, digits),
  });
}
