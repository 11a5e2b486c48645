/**
 * Decides which messages return reasoning to the model. Models that think between tool calls reject a tool round without
 * it; others reject the field, which is learnt at no cost.
 */
import type { Content, Message } from '../../../api.ts';
import { partsOf, partsOfType } from '../parts.ts';
import type { ChatRequest } from '../provider.ts';
import type { Remedy } from '../protocol.ts';

export const withReasoning = 'with-reasoning';
export const withoutReasoning = 'without-reasoning';

/** Models known to need it, on any server. */
const thinkers = /deepseek|kimi|moonshot|(?:^|[^a-z])glm|minimax/i;

export function reasoningRemedy(words: string): Remedy | undefined {
  if (!/reasoning[_ ]content/.test(words)) return undefined;
  const isMissing = /missing|must be (?:passed|provided|included|sent|set)|pass(?:ed)? (?:it )?back|is required|requires/.test(words);
  return { word: isMissing ? withReasoning : withoutReasoning, lasts: true };
}

/** The reasoning that goes along with each message, by its place; an empty one where a model insists on the field. */
export function reasoningBack({ model, messages }: ChatRequest, remedies: readonly string[]): ReadonlyMap<number, string> {
  const back = new Map<number, string>();
  if (remedies.includes(withoutReasoning)) return back;
  const insists = remedies.includes(withReasoning);
  if (!insists && !thinkers.test(model)) return back;
  for (const round of toolRounds(messages)) {
    for (const place of round) {
      const reasoning = reasoningIn(messages[place]!.content);
      if (reasoning !== '' || insists) back.set(place, reasoning);
    }
  }
  return back;
}

/** The places of the assistant's messages of each turn of the user in which a tool was called. */
function toolRounds(messages: readonly Message[]): readonly (readonly number[])[] {
  const rounds: { places: number[]; hasCall: boolean }[] = [{ places: [], hasCall: false }];
  for (const [place, { role, content }] of messages.entries()) {
    if (role === 'user' && !isResults(content)) rounds.push({ places: [], hasCall: false });
    if (role !== 'assistant') continue;
    const round = rounds.at(-1)!;
    round.places.push(place);
    round.hasCall ||= partsOfType(content, 'tool-call').length > 0;
  }
  return rounds.filter(({ hasCall }) => hasCall).map(({ places }) => places);
}

/** Tool results without other content of the user. */
function isResults(content: Content): boolean {
  const parts = partsOf(content);
  return parts.some(({ type }) => type === 'tool-result') && parts.every((part) => part.type === 'tool-result' || part.type === 'image');
}

/** All reasoning in this message. */
export function reasoningIn(content: Content): string {
  return partsOfType(content, 'reasoning')
    .map(({ text }) => text)
    .join('');
}
