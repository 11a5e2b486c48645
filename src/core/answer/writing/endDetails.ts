/** Fields of the `end` event beside its reason: the server's own words, and citations. */
import type { Citation, EndReason } from '../../../api.ts';
import type { Delta } from '../../provider/provider.ts';
import type { AttemptEnd } from '../../request/attempt.ts';
import type { EndEvent } from '../liveStream.ts';

type ServerWords = Pick<EndEvent, 'word' | 'detail'>;

/** The server's word for the end of the last attempt, if it differs from ours, and its explanation. */
export function serverWords(end: AttemptEnd, reason: EndReason): ServerWords {
  if (end.type !== 'finished' && end.type !== 'cut') return {};
  const { word } = end;
  const detail = end.type === 'finished' ? end.detail : undefined;
  const isOther = word !== undefined && word.toLowerCase().replaceAll('_', '-') !== reason;
  return { ...(isOther ? { word } : {}), ...(detail === undefined ? {} : { detail }) };
}

export class Citations {
  readonly #byUrl = new Map<string, Citation>();

  /** A later mention may bring the title that an earlier one did not have. */
  push({ url, title }: Extract<Delta, { type: 'citation' }>): void {
    if (this.#byUrl.get(url)?.title !== undefined) return;
    this.#byUrl.set(url, { url, ...(title === undefined ? {} : { title }) });
  }

  /** Empty if the answer cites nothing. */
  get field(): Pick<EndEvent, 'citations'> {
    return this.#byUrl.size === 0 ? {} : { citations: [...this.#byUrl.values()] };
  }
}
