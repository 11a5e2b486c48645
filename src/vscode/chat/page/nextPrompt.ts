/** Warnings and remedies for the next prompt of a page: pictures for a model without vision, and overlong prompts. */
import * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import { cutBefore, sentOf, sumUpTo } from '../../../core/chat/cut.ts';
import type { Cut, Draft, Entry } from '../../../core/chat/entries.ts';
import type { ComposerNotice, NoticeCommand, PromptSize } from '../../../core/chat/page/protocol.ts';
import * as notify from '../../ui/notify.ts';
import type { PromptGauge } from './promptGauge.ts';

export interface NoticeAbout {
  /** Display name of the model. */
  readonly model: string;
  /** Whether it accepts pictures; undefined if unknown. */
  readonly vision: boolean | undefined;
  readonly draftPictures: number;
  readonly historyPictures: number;
  /** Number of messages that the next question leaves out. */
  readonly leftOut: number;
  readonly size: PromptSize | undefined;
}

/** The most important warning; undefined if there is none. */
export function noticeOf({ model, vision, draftPictures, historyPictures, leftOut, size }: NoticeAbout): ComposerNotice | undefined {
  const { t } = vscode.l10n;
  if (vision === false && draftPictures > 0) {
    return {
      text: t('{0} cannot see pictures.', model),
      actions: [
        { label: t('Choose Another Model'), command: 'selectModel' },
        { label: t('Send Without Pictures'), command: 'removePictures' },
      ],
      blocking: true,
    };
  }
  const shorter = (size?.history ?? 0) > 0 ? shorterActions() : [];
  const other = { label: t('Choose Another Model'), command: 'selectModel' } as const;
  if (size?.state === 'over') {
    return {
      text: t('This prompt is longer than {0} can read.', model),
      actions: [...shorter, other],
      blocking: true,
      anyway: t('Send Anyway'),
    };
  }
  if (leftOut > 0) {
    return {
      text: t('Older messages that are not sent from here on: {0}.', leftOut),
      actions: [{ label: t('Send All'), command: 'keepAll' }],
      blocking: false,
    };
  }
  if (vision === false && historyPictures > 0) {
    return {
      text: t('{0} cannot see pictures. The pictures of this conversation are left out.', model),
      actions: [other],
      blocking: false,
    };
  }
  if (size?.state !== 'near') return undefined;
  return { text: t('Little room is left for the answer.'), actions: [...shorter, other], blocking: false };
}

function shorterActions(): readonly { readonly label: string; readonly command: NoticeCommand }[] {
  const { t } = vscode.l10n;
  return [
    { label: t('Summarize Older Messages'), command: 'compact' },
    { label: t('Leave Out the Oldest'), command: 'leaveOut' },
  ];
}

/** Drops as few of the oldest messages as possible. */
export function leaveOut(gauge: PromptGauge, model: string, conversation: Conversation, size: PromptSize): Cut | undefined {
  const { prompt, history, window = Number.POSITIVE_INFINITY, answer = 0 } = size;
  const room = window - answer - (prompt - history);
  const { entries } = sentOf(conversation.thread);
  const upTo = cutBefore(entries, (newest) => gauge.tokensOf(model, newest) <= room);
  return upTo === undefined ? undefined : { upTo };
}

/** The question for a summary of older messages; undefined if there is nothing to summarize. */
export function summaryDraft(gauge: PromptGauge, model: string, conversation: Conversation): Draft | undefined {
  const tokens = (entries: readonly Entry[]): number => gauge.tokensOf(model, entries);
  const upTo = sumUpTo(sentOf(conversation.thread).entries, tokens, gauge.window(model));
  if (upTo === undefined) {
    void notify.information(vscode.l10n.t('There is nothing to summarize yet.'));
    return undefined;
  }
  const text = vscode.l10n.t(
    'Summarize this conversation so that it can continue from the summary alone: decisions, facts, names, paths, code, open questions.',
  );
  return { text, attachments: [], cut: { upTo, summary: true } };
}
