/** Sentences about usage. */
import * as vscode from 'vscode';
import type { AnswerStream } from '../../core/answer/answerStream.ts';
import type { Totals } from '../../core/usage/ledger.ts';
import { tokens, tokensInWords } from '../ui/sentences/counts.ts';
import { moneyOf } from '../../core/usage/view.ts';
import { moneyText } from '../ui/sentences/money.ts';
import type { UsageStore } from './usageStore.ts';

/** Undefined if no price is known. */
export function costOfStream(store: UsageStore, stream: AnswerStream): string | undefined {
  const usage = stream.usage();
  const cost = store.cost(stream.model, usage);
  return cost === undefined ? undefined : `${usage.estimated ? '~' : ''}${moneyText(cost)}`;
}

export function totalSentences({ session, today }: UsageStore): readonly string[] {
  const { t } = vscode.l10n;
  return [t('This window: {0}', totalOf(session)), t('Today: {0}', totalOf(today))];
}

function totalOf({ prompt, completion, costs, estimated }: Totals): string {
  const sum = prompt + completion;
  const words = tokensInWords(sum, tokens(sum, { estimated: estimated > 0 }));
  const money = moneyOf({ costs }).map(moneyText).join(' + ');
  return money === '' ? words : vscode.l10n.t('{0}, {1}', words, money);
}
