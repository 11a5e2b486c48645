// An alert: a quote whose first line is `[!NOTE]`, `[!TIP]`, `[!IMPORTANT]`, `[!WARNING]` or `[!CAUTION]`.
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';

const ALERT = /^\[!(note|tip|important|warning|caution)\][ \t]*(\n|$)/i;
const ICONS = { note: 'info', tip: 'light-bulb', important: 'comment', warning: 'warning', caution: 'error' } as const;

export type AlertKind = keyof typeof ICONS;

/** `complete`: nothing follows the text, otherwise its line may go on. */
export function readAlert(head: string, complete: boolean): { readonly kind: AlertKind; readonly length: number } | 'open' | 'none' {
  const alert = ALERT.exec(head);
  if (!alert) return 'none';
  if (alert[2] === '' && !complete) return 'open';
  return { kind: alert[1]!.toLowerCase() as AlertKind, length: alert[0].length };
}

export function alertTitle(kind: AlertKind, strings: PageStrings): HTMLElement {
  const title = document.createElement('p');
  title.className = 'alert-title';
  const icon = document.createElement('span');
  icon.className = `codicon codicon-${ICONS[kind]}`;
  icon.setAttribute('aria-hidden', 'true');
  title.append(icon, word(kind, strings));
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
