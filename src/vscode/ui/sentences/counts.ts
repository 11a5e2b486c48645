/** Formats token counts. */
import * as vscode from 'vscode';
import type { Usage } from '../../../api.ts';

/** A count, marked if it is an estimate. */
export function tokens(count: number, usage: Pick<Usage, 'estimated'>): string {
  // Numbers below a thousand need no grouping, and the first use of Intl costs half of an activation.
  const shown = count < 1_000 ? String(count) : count.toLocaleString(vscode.env.language);
  return `${usage.estimated ? '~' : ''}${shown}`;
}

/** @param speed in tokens per second */
export function speedText(speed: number): string {
  return vscode.l10n.t('{0} tokens/s', tokens(Math.round(speed), { estimated: false }));
}

/** A time, in milliseconds below a second. */
export function spanText(ms: number): string {
  return ms < 1_000 ? vscode.l10n.t('{0} ms', Math.round(ms)) : vscode.l10n.t('{0} s', (ms / 1_000).toFixed(1));
}

/** @param shown the formatted count */
export function tokensInWords(count: number, shown: string): string {
  return count === 1 ? vscode.l10n.t('{0} token', shown) : vscode.l10n.t('{0} tokens', shown);
}
