/** Interrupts a running answer for a new question: the answer ends after its sentence and keeps its text. */
import type { LiveStream } from '../answer/liveStream.ts';
import type { Clock } from '../request/clock.ts';
import type { Conversation } from './conversation.ts';
import { type Answer, type Draft, isRunning } from './entries.ts';
import { moved } from './queue.ts';

/** A sentence longer than this, in characters or time, is cut. */
const longestWait = { characters: 400, ms: 3_000 };
/** A full stop after a digit may belong to a number or a list. */
const sentenceEnd = /(?:(?<!\d)\.|[!?…])["'”’)\]]*\s|[。！？]|\n/;
const endsSentence = /(?:(?<!\d)\.|[!?…。！？\n])["'”’)\]」』）]*\s*$/;

/** Asks at once if nothing is running. While a comparison awaits a choice, the question waits too. */
export function askInterrupting(
  conversation: Conversation,
  draft: Draft,
  model: string,
  timer: Clock['timer'],
): Promise<Answer | undefined> {
  const waits = conversation.busy;
  const answer = conversation.ask(draft, model);
  const queued = waits ? conversation.queue.at(-1) : undefined;
  if (queued !== undefined && !conversation.isComparing) void interruptFor(conversation, queued.id, timer);
  return answer;
}

async function interruptFor(conversation: Conversation, queued: string, timer: Clock['timer']): Promise<void> {
  conversation.changeQueue((items) => moved(items, queued, -items.length));
  const running = conversation.thread.filter((entry): entry is Answer => entry.role === 'assistant' && isRunning(entry));
  await Promise.all(running.flatMap(({ state }) => (state.type === 'live' ? [untilSentenceEnd(state.stream, timer)] : [])));
  // Stops the running answer. If it ended meanwhile, the question was already asked.
  conversation.sendNow(queued);
}

/** Resolves at the end of a sentence, or at once while there is no text. */
async function untilSentenceEnd(stream: LiveStream, timer: Clock['timer']): Promise<void> {
  const { text, tape } = stream;
  if (text === '' || endsSentence.test(text.slice(-20))) return;
  const reader = tape.read({ pacing: false, from: tape.length });
  const cancel = timer(longestWait.ms, () => reader.leave());
  let more = '';
  while (!reader.finished && more.length < longestWait.characters && !sentenceEnd.test(more)) {
    await reader.more();
    for (const event of reader.take()) if (event.type === 'text') more += event.text;
  }
  cancel();
  reader.leave();
}
