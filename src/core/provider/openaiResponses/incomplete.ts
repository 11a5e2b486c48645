/** Why an answer of the Responses API is incomplete, in neutral words. */
import type { Ending } from '../provider.ts';
import { meaningOf } from '../reading/finishWords.ts';

export function incomplete(word: string): Ending {
  const meaning = meaningOf(word);
  if (meaning === 'length' || meaning === 'content-filter') return { type: 'finish', reason: meaning, word };
  return { type: 'cut', word: word || 'incomplete' };
}
