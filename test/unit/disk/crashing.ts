// A process like the extension host, to be killed: asks a server, keeps the answer, and notes how much it had when.
import { openSync, writeSync } from 'node:fs';
import { systemClock } from '../../../src/core/request/clock.ts';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { JournalWriter } from '../../../src/core/chat/journalWriter.ts';
import { ConversationFiles } from '../../../src/node/disk/conversationFiles.ts';
import { rig } from '../../support/engine.ts';

const [url = '', folder = '', notes = ''] = process.argv.slice(2);
const engine = rig();
const files = new ConversationFiles(folder, (error) => {
  throw error;
});
const conversation = new Conversation('c', {
  begin: async (_model, messages, partial) => engine.start(url, { request: { messages }, ...(partial === '' ? {} : { partial }) }),
  newId: () => crypto.randomUUID(),
  wall: systemClock.wall,
});
// As in the extension: the journal listens before anything is asked.
const journal = new JournalWriter(conversation, false, { append: (lines) => files.append('c', lines), clock: systemClock });
const file = openSync(notes, 'w');
// The time this process really had: while the machine holds it up, it neither reads nor owes anybody a word.
let lived = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  lived += Math.min(now - last, 10);
  last = now;
  const being = conversation.newestAnswer?.state;
  if (being?.type === 'live') writeSync(file, `${lived} ${being.stream.text.length}\n`);
}, 5);
await conversation.ask({ text: 'Count.', attachments: [] }, 'test/fake');
journal.dispose();
