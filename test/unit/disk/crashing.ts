// A process like the extension host, to be killed: asks a server, keeps the answer, and notes how much it has written down.
import { openSync, writeSync } from 'node:fs';
import { systemClock } from '../../../src/core/request/clock.ts';
import { Conversation } from '../../../src/core/chat/conversation.ts';
import { JournalWriter } from '../../../src/core/chat/journal/journalWriter.ts';
import { ConversationFiles } from '../../../src/node/disk/conversationFiles.ts';
import { rig } from '../../support/engine.ts';

const [url = '', folder = '', notes = ''] = process.argv.slice(2);
const engine = rig();
const files = new ConversationFiles({
  folder,
  failed: (error) => {
    throw error;
  },
  elsewhere: () => undefined,
});
const conversation = new Conversation('c', {
  begin: async ({ messages, partial }) => engine.start(url, { request: { messages }, ...(partial === '' ? {} : { partial }) }),
  newId: () => crypto.randomUUID(),
  wall: systemClock.wall,
});
const file = openSync(notes, 'w');
let written = 0;
function append(lines: string, whole: () => Iterable<string>): void {
  files.append('c', lines, whole);
  for (const line of lines.split('\n'))
    if (line.startsWith('{"t":"text"')) written += (JSON.parse(line) as { readonly s: string }).s.length;
  writeSync(file, `${written}\n`);
}
// As in the extension: the journal listens before anything is asked.
const journal = new JournalWriter(conversation, false, { append, clock: systemClock });
await conversation.ask({ text: 'Count.', attachments: [] }, 'test/fake');
journal.dispose();
