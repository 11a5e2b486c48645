// An alert: a quote whose first line is `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` or `[!CAUTION]`, perhaps with a title.
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';

/** A sign after the kind says whether other programs fold the alert. */
const ALERT = /^\[!(note|tip|important|warning|caution)\](?:[+-](?=\s|$))?(?:[ \t]+([^\n]{0,200}))?(\n|$)/i;
const ICONS = { note: 'info', tip: 'light-bulb', important: 'comment', warning: 'warning', caution: 'error' } as const;

export type AlertKind = keyof typeof ICONS;

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
  const title = document.createElement('p');
  title.className = 'alert-title';
  const icon = document.createElement('span');
  icon.className = `codicon codicon-${ICONS[kind]}`;
  icon.setAttribute('aria-hidden', 'true');
  title.append(icon, words ?? word(kind, strings));
  return title;
}

function word(kind: AlertKind, strings: PageStrings): string {
  switch (kind) {
    case 'note':
      return strings.alertNote;
    case 'tip':
      return strings.alertTip;
    case 'important':
      return strings.alertImportant;
    case 'warning':
      return strings.alertWarning;
    case 'caution':
      return strings.alertCaution;
    default:
      return kind satisfies never;
  }
}
