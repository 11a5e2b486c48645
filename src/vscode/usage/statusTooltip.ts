/** The tooltip of the status bar item: usage, timing and remaining context of the newest stream. */
import * as vscode from 'vscode';
import { speedOf } from '../../core/usage/statusView.ts';
import type { Timing, Usage } from '../../api.ts';
import { spanText, speedText, tokens } from '../ui/sentences/counts.ts';
import { SafeMarkdown } from '../ui/safeMarkdown.ts';

export interface TooltipScene {
  readonly model: string;
  readonly stream:
    | {
        readonly usage: Usage;
        readonly timing: Timing;
        readonly resumes: number;
        /** Tokens of each request, in order. */
        readonly attempts: readonly { readonly prompt: number; readonly completion: number; readonly estimated: boolean }[];
        readonly cost?: string;
      }
    | undefined;
  readonly contextWindow: number | undefined;
  /** Totals as sentences, such as "Today: 12,000 tokens". */
  readonly totals: readonly string[];
  /** What the item's colour and icon mean. */
  readonly notice?: { readonly icon: 'warning' | 'error'; readonly text: string };
}

export function tooltip({ model, stream, contextWindow, totals, notice }: TooltipScene): SafeMarkdown {
  const { t } = vscode.l10n;
  const markdown = new SafeMarkdown();
  markdown.ours('**Rivulet** · ').text(model).ours('\n\n');
  if (notice !== undefined) markdown.icon(notice.icon).text(notice.text).ours('\n\n');
  if (stream !== undefined) {
    const { usage, timing } = stream;
    const speed = speedOf(usage, timing);
    const rows: (readonly [string, string])[] = [
      [t('Prompt'), tokens(usage.prompt, usage)],
      ...(usage.cached === undefined ? [] : [[t('Cached part'), tokens(usage.cached, usage)] as const]),
      [t('Answer'), tokens(usage.completion, usage)],
      ...(usage.reasoning === undefined ? [] : [[t('Reasoning part'), tokens(usage.reasoning, usage)] as const]),
      ...(timing.firstTokenMs === undefined ? [] : [[t('First token'), spanText(timing.firstTokenMs)] as const]),
      ...(speed === undefined ? [] : [[t('Speed'), speedText(speed)] as const]),
      [t('Requests'), String(usage.attempts)],
      ...(stream.resumes === 0 ? [] : [[t('Resumed after an interruption'), String(stream.resumes)] as const]),
      ...(timing.waitsMs === 0 ? [] : [[t('Waited'), spanText(timing.waitsMs)] as const]),
      ...(stream.attempts.length < 2
        ? []
        : stream.attempts.map(
            (one, index) =>
              [t('Request {0}', index + 1), t('{0} in, {1} out', tokens(one.prompt, one), tokens(one.completion, one))] as const,
          )),
      ...(stream.cost === undefined ? [] : [[t('Cost'), stream.cost] as const]),
      ...(contextWindow === undefined ? [] : [[t('Context window'), contextBar(usage.total, contextWindow)] as const]),
    ];
    markdown.ours(`| | |\n|:--|--:|\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join('')}\n`);
  }
  for (const total of totals) markdown.ours('\n\n').text(total);
  markdown.ours(`\n\n${t('Click for actions.')}`);
  return markdown;
}

/** Ten squares and a percentage, which screen readers can read. */
export function contextBar(used: number, window: number): string {
  const share = Math.min(1, used / window);
  const full = Math.round(share * 10);
  const begun = full === 0 && used > 0;
  return `${begun ? '▏' : '■'.repeat(full)}${'□'.repeat(begun ? 9 : 10 - full)} ${Math.round(share * 100)}%`;
}
