// An alert: a quote whose first line is `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` or `[!CAUTION]`, perhaps with a title.
import { create, icon } from '../../shared/create.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';

/** A sign after the kind says whether other programs fold the alert. */
const ALERT = /^\[!(note|tip|important|warning|caution)\](?:[+-](?=\s|$))?(?:[ \t]+([^\n]{0,200}))?(\n|$)/i;
const KINDS = {
  note: { icon: 'info', word: 'alertNote' },
  tip: { icon: 'light-bulb', word: 'alertTip' },
  important: { icon: 'comment', word: 'alertImportant' },
  warning: { icon: 'warning', word: 'alertWarning' },
  caution: { icon: 'error', word: 'alertCaution' },
} as const;

export type AlertKind = keyof typeof KINDS;

interface AlertMark {
  readonly kind: AlertKind;
  /** Empty for the name of its kind. */
  readonly title: string;
  readonly length: number;
}

/** `complete`: nothing follows the text; otherwise its line may continue. */
export function readAlert(head: string, complete: boolean): AlertMark | 'open' | 'none' {
  const alert = ALERT.exec(head);
  if (!alert) return 'none';
  if (alert[3] === '' && !complete) return 'open';
  return { kind: alert[1]!.toLowerCase() as AlertKind, title: (alert[2] ?? '').trim(), length: alert[0].length };
}

/** `words`: its title; left out for the name of its kind. */
export function alertTitle(kind: AlertKind, strings: PageStrings, words?: Node): HTMLElement {
  return create('p', { className: 'alert-title' }, icon(KINDS[kind].icon), words ?? strings[KINDS[kind].word]);
}
