/** The ending of an incomplete answer of the Responses API, in neutral words. */
import type { Ending } from '../provider.ts';
import { endingOfWord, meaningOf } from '../reading/finishWords.ts';

/** `cancelled` and unknown words do not mean that the answer is complete. */
export function incomplete(word: string): Ending {
  const meaning = meaningOf(word);
  if (meaning === 'length' || meaning === 'content-filter' || meaning === 'error') return endingOfWord(word, meaning);
  return { type: 'cut', ...(word === '' ? {} : { word }) };
}
