// An action on a page reaches the right conversation while another one is being read or shown there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/chat/conversation.ts';
import type { ToPage } from '../../../src/core/chat/page/protocol.ts';
import { ConversationStore } from '../../../src/node/disk/conversationStore.ts';
import { ChatPage, type ChatPagePorts } from '../../../src/vscode/chat/page/chatPage.ts';
import { Drafts } from '../../../src/vscode/chat/page/drafts.ts';
import { TestClock } from '../../support/engine.ts';
import { Beginnings, settle } from '../chat/handWritten.ts';
import { memory } from './memory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Scene {
  readonly store: ConversationStore;
  readonly drafts: Drafts;
  readonly page: ChatPage;
  /** What the page was sent, but for the rows and the sizes. */
  readonly posted: ToPage[];
  /** Lets prompts be expanded, which takes as long as their files take to be read. */
  expand(): void;
}

/** A page in a tab, whose drafts belong to the conversation that it shows. */
function tab(): Scene {
  const beginnings = new Beginnings();
  let ids = 0;
  const clock = new TestClock();
  const newId = (): string => `c${++ids}`;
  const store = new ConversationStore({ folder, also: [], begin: beginnings.begin, newId, clock, notify: () => undefined });
  const drafts = new Drafts(memory());
  const posted: ToPage[] = [];
  const waiting: (() => void)[] = [];
  const ports = {
    conversations: store,
    drafts,
    prompts: { expand: () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined))) },
    pictures: store.pictures,
    instructions: { of: () => [], onChange: () => ({ dispose: () => undefined }) },
    gauge: { measure: () => undefined },
    settings: { now: () => ({ model: 'test/hand', steering: 'wait' }) },
    endpoints: { label: (model: string) => model, factsOf: () => ({ facts: {} }) },
    present: {
      author: () => '',
      status: () => ({ state: 'done' }),
      queued: () => ({ state: 'done' }),
      model: () => ({ id: '', label: '' }),
    },
    steer: (conversation: Conversation, ...[draft, model]: Parameters<Conversation['ask']>) => conversation.ask(draft, model),
  } as unknown as ChatPagePorts;
  const page = new ChatPage(
    {
      post: (message) => void posted.push(message),
      draftPlace: (conversation) => conversation?.id ?? 'new tab',
      place: () => 'activeTab',
      first: async () => store.create(),
      showing: () => ({ dispose: () => undefined }),
    },
    ports,
    { used: () => undefined, hidden: () => undefined, closed: () => undefined },
  );
  return { store, drafts, page, posted, expand: () => waiting.splice(0).forEach((go) => go()) };
}

const questions = ({ thread }: Conversation): string[] => thread.flatMap((entry) => (entry.role === 'user' ? [entry.text] : []));

it('asks what was sent before the conversation was read, in its order, and keeps what was written meanwhile', async () => {
  const { store, drafts, page, expand } = tab();
  page.receive({ type: 'ready' });
  page.receive({ type: 'send', text: 'first' });
  page.receive({ type: 'send', text: 'second' });
  page.receive({ type: 'draft', draft: { text: 'thi', caret: 3 } });
  const conversation = store.create();
  page.show(conversation);
  expand();
  await settle();
  expect({
    asked: [...questions(conversation), ...conversation.queue.map(({ text }) => text)],
    draft: drafts.written(conversation.id).text,
  }).toEqual({ asked: ['first', 'second'], draft: 'thi' });
});

it('asks a question where it was sent, though another conversation is shown before its prompt is expanded', async () => {
  const { store, page, expand } = tab();
  const [before, after] = [store.create(), store.create()];
  page.receive({ type: 'ready' });
  page.show(before);
  page.receive({ type: 'send', text: '/review' });
  page.show(after);
  page.receive({ type: 'send', text: 'hello' });
  expand();
  await settle();
  expect([questions(before), questions(after)]).toEqual([['/review'], ['hello']]);
});

it('takes nothing back that is written while another conversation comes into view, and adds the draft of that one', () => {
  const { store, drafts, page, posted } = tab();
  const [first, empty, other] = [store.create(), store.create(), store.create()];
  drafts.write(other.id, { text: 'kept', caret: 0 });
  page.receive({ type: 'ready' });
  page.show(first);
  posted.length = 0;
  page.receive({ type: 'draft', draft: { text: 'on the w', caret: 8 } });
  page.show(empty);
  page.receive({ type: 'draft', draft: { text: 'on the way', caret: 10 } });
  page.show(other);
  const told = posted.filter(({ type }) => type === 'restore' || type === 'draft');
  expect({ told, kept: drafts.written(other.id).text, left: drafts.written(empty.id).text }).toEqual({
    told: [{ type: 'draft', text: 'kept' }],
    kept: 'on the way\nkept',
    left: '',
  });
});
