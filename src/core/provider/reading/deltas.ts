/** Builds deltas without the fields that the server left empty. */
import { present } from '../../present.ts';
import type { Delta, TokenCounts } from '../provider.ts';

export function responseDelta(id: string, model: string): Delta {
  return { type: 'response', ...(id === '' ? {} : { id }), ...(model === '' ? {} : { model }) };
}

export function citationDelta(url: string, title: string): Delta {
  return { type: 'citation', url, ...(title === '' ? {} : { title }) };
}

/** The counts that the server has given; undefined if there are none. */
export function givenCounts(counts: { readonly [name in keyof TokenCounts]?: number | undefined }): Partial<TokenCounts> | undefined {
  const given = present(counts);
  return Object.keys(given).length === 0 ? undefined : given;
}
