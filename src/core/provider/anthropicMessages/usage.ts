/** The token counts of a message. Each is a total that a later event may repeat, so they are never added up. */
import { givenCounts } from '../reading/deltas.ts';
import { isRecord, numberIn, recordIn } from '../reading/json.ts';
import type { TokenCounts } from '../provider.ts';

export class Counts {
  readonly #latest = new Map<string, number>();

  /** The counts so far; undefined if there are none. */
  take(usage: unknown): Partial<TokenCounts> | undefined {
    if (!isRecord(usage)) return undefined;
    for (const name of ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'output_tokens']) {
      this.#set(name, numberIn(usage, name));
    }
    this.#set('thinking_tokens', numberIn(recordIn(usage, 'output_tokens_details'), 'thinking_tokens'));
    const cached = this.#latest.get('cache_read_input_tokens');
    const cacheWrite = this.#latest.get('cache_creation_input_tokens');
    const input = this.#latest.get('input_tokens');
    // The input count excludes tokens read from or written to the cache.
    const prompt = input === undefined ? undefined : input + (cached ?? 0) + (cacheWrite ?? 0);
    const completion = this.#latest.get('output_tokens');
    return givenCounts({ prompt, completion, cached, cacheWrite, reasoning: this.#latest.get('thinking_tokens') });
  }

  #set(name: string, count: number | undefined): void {
    if (count !== undefined) this.#latest.set(name, count);
  }
}
