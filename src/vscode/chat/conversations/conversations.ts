/** The conversations of this workspace, and messages about how they are stored. */
import * as vscode from 'vscode';
import type { Clock } from '../../../core/request/clock.ts';
import { ConversationStore, type StoreNotice, type StorePorts } from '../../../node/disk/conversationStore.ts';
import * as notify from '../../ui/notify.ts';

export interface ConversationsPorts extends Pick<StorePorts, 'folder' | 'also' | 'begin'> {
  readonly log: vscode.LogOutputChannel;
  readonly clock: Clock;
}

export function createConversations({ log, ...ports }: ConversationsPorts): ConversationStore {
  return new ConversationStore({
    ...ports,
    newId: () => crypto.randomUUID(),
    notify: (notice) => {
      if (notice.type === 'disk') log.error(notice.error);
      if (notice.type === 'copied' || notice.type === 'newer') void notify.information(sentenceOf(notice));
      else void notify.warning(sentenceOf(notice));
    },
  });
}

function sentenceOf(notice: StoreNotice): string {
  const { t } = vscode.l10n;
  const title = 'title' in notice && notice.title !== '' ? notice.title : t('Untitled');
  switch (notice.type) {
    case 'disk':
      return t(
        'Conversations cannot be saved to disk: {0} Nothing is lost while this window stays open; saving is retried automatically.',
        sentence(notice.error.message),
      );
    case 'damage': {
      const { bytes, keptIn } = notice.damage;
      if (bytes === 0)
        return t(
          'Part of "{0}" is missing: the window closed while it was being copied. The original of a fork or copy is unchanged.',
          title,
        );
      if (keptIn === undefined)
        return t('{0} bytes of the conversation "{1}" are damaged. Everything else is here; it continues in a copy.', bytes, title);
      return t(
        '{0} bytes of the conversation "{1}" are damaged. Everything else is here; the damaged data was saved to {2}.',
        bytes,
        title,
        keptIn,
      );
    }
    case 'newer':
      return t(
        '{0} entries of the conversation "{1}" were written by a newer version of Rivulet. They are kept, but not shown.',
        notice.lines,
        title,
      );
    case 'copied':
      return t(
        'Another window has continued the conversation "{0}". This window continues in a copy; both are in the list of conversations.',
        title,
      );
    default:
      return notice satisfies never;
  }
}

/** Messages of the system end without a full stop. */
function sentence(message: string): string {
  return /[.!?。]$/.test(message) ? message : `${message}.`;
}
