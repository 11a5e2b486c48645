/** How an answer of the Responses API ended that is not complete, in neutral words. */
import type { Ending } from '../provider.ts';
import { endingOfWord, meaningOf } from '../reading/finishWords.ts';

/** `cancelled`, the words of other servers, and those that are not known yet: none says that the answer is whole. */
export function incomplete(word: string): Ending {
  const meaning = meaningOf(word);
  if (meaning === 'length' || meaning === 'content-filter' || meaning === 'error') return endingOfWord(word, meaning);
  return { type: 'cut', ...(word === '' ? {} : { word }) };
}
