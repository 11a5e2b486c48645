/**
 * Marks the prefixes of a request that the server should cache. Reading the cache costs a tenth, writing it a quarter more
 * than plain tokens, so only what is likely to be sent again is marked: a long system prompt, and a continuing
 * conversation.
 */
import type { MessageCreateParamsStreaming, TextBlockParam } from '@anthropic-ai/sdk/resources/messages/messages';
import type { Turn } from './turns.ts';

/** No model caches a shorter prefix (1,024 tokens and more), so a mark would have no effect. */
const minCharacters = 4_096;
const mark = { cache_control: { type: 'ephemeral' } } as const;

interface Marks {
  readonly system: boolean;
  readonly turns: boolean;
}

export function marksFor(system: readonly TextBlockParam[], turns: readonly Turn[]): Marks {
  const systemLength = system.reduce((length, { text }) => length + text.length, 0);
  const goesOn = turns.some(({ role }) => role === 'assistant');
  return {
    system: systemLength >= minCharacters,
    turns: goesOn && systemLength + turns.reduce((length, { content }) => length + JSON.stringify(content).length, 0) >= minCharacters,
  };
}

export function withMarks(
  system: readonly TextBlockParam[],
  turns: readonly Turn[],
  marks: Marks,
): Pick<MessageCreateParamsStreaming, 'system' | 'messages'> {
  const lastUser = turns.findLastIndex(({ role }) => role === 'user');
  return {
    ...(system.length === 0 ? {} : { system: marks.system ? lastMarked(system) : [...system] }),
    messages: turns.map((turn, at) => (marks.turns && at === lastUser ? { ...turn, content: lastMarked(turn.content) } : turn)),
  };
}

function lastMarked<Block extends object>(blocks: readonly Block[]): Block[] {
  return blocks.map((block, at) => (at === blocks.length - 1 ? { ...block, ...mark } : block));
}
