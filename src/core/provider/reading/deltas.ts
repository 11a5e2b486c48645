/** Builds deltas without the fields that the server left empty. */
import type { Delta } from '../provider.ts';

export function responseDelta(id: string, model: string): Delta {
  return { type: 'response', ...(id === '' ? {} : { id }), ...(model === '' ? {} : { model }) };
}

export function citationDelta(url: string, title: string): Delta {
  return { type: 'citation', url, ...(title === '' ? {} : { title }) };
}
