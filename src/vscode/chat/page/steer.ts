/** Asks a question while an answer may be running: it waits, interrupts the answer, or opens a side conversation. */
import type { Conversation } from '../../../core/chat/conversation.ts';
import { titleOf } from '../../../core/chat/saved.ts';
import type { Answer, Draft } from '../../../core/chat/entries.ts';
import type { Steering } from '../../../core/chat/page/protocol.ts';
import { askInterrupting } from '../../../core/chat/steering.ts';
import type { Clock } from '../../../core/request/clock.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';

export interface SteerPorts {
  readonly conversations: ConversationStore;
  readonly clock: Clock;
  readonly openTab: (conversation: string) => void;
}

export async function steer(
  { conversations, clock, openTab }: SteerPorts,
  conversation: Conversation,
  draft: Draft,
  model: string,
  how: Steering,
): Promise<Answer | undefined> {
  const way = conversation.busy ? how : 'wait';
  switch (way) {
    case 'wait':
      return conversation.ask(draft, model);
    case 'interrupt':
      return askInterrupting(conversation, draft, model, clock.timer);
    case 'aside': {
      const last = conversation.thread.at(-1);
      const side = last === undefined ? conversations.create() : conversations.fork(conversation, last.id);
      side.rename(titleOf(draft.text));
      const answer = side.ask(draft, model);
      openTab(side.id);
      return answer;
    }
    default:
      return way satisfies never;
  }
}
