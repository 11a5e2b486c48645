/** What an answer's last event tells beside its reason: the server's own words, what the answer refers to, and its parts. */
import type { Citation, EndReason, Part } from '../../../api.ts';
import type { Delta } from '../../provider/provider.ts';
import type { AttemptEnd } from '../../request/attempt.ts';
import type { EndEvent } from '../liveStream.ts';

type ServerWords = Pick<EndEvent, 'word' | 'detail'>;

/** What the server called the end of the last attempt, where that is another word than ours, and what it said about it. */
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

  /** Nothing where the answer refers to nothing. */
  get field(): Pick<EndEvent, 'citations'> {
    return this.#byUrl.size === 0 ? {} : { citations: [...this.#byUrl.values()] };
  }
}

/** Nothing where they are the text alone. */
export function partsField(parts: readonly Part[]): Pick<EndEvent, 'parts'> {
  return parts.every(({ type }) => type === 'text') ? {} : { parts };
}
