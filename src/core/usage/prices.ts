/** Costs of tokens, at the prices in the settings. */
import type { Usage } from '../../api.ts';

/** A sum in one currency, named by its ISO 4217 code. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Currency of a price that names none. */
export const usualCurrency = 'USD';

/** Per million tokens. */
export interface Price {
  readonly in: number;
  readonly out: number;
  /** For prompt tokens from the server's cache. Defaults to `in`. */
  readonly cached?: number;
  /** For prompt tokens that the server puts into its cache. Defaults to `in`. */
  readonly cacheWrite?: number;
  /** Default: US dollars. */
  readonly currency?: string;
}

/** By `"<endpoint id>/<model>"`, or by the model's own name for all endpoints. */
export type Prices = Readonly<Record<string, Price>>;

export function priceOf(prices: Prices, id: string): Price | undefined {
  const own = (key: string): Price | undefined => (Object.hasOwn(prices, key) ? prices[key] : undefined);
  return own(id) ?? own(id.slice(id.indexOf('/') + 1));
}

/** Undefined if no price is known. Reasoning is part of the answer, cached tokens are part of the prompt. */
export function costOf(
  { prompt, completion, cached = 0, cacheWrite = 0 }: Pick<Usage, 'prompt' | 'completion' | 'cached' | 'cacheWrite'>,
  price: Price | undefined,
): Money | undefined {
  if (price === undefined) return undefined;
  const fromCache = Math.min(cached, prompt);
  const toCache = Math.min(cacheWrite, prompt - fromCache);
  const plain = prompt - fromCache - toCache;
  const sum = plain * price.in + fromCache * (price.cached ?? price.in) + toCache * (price.cacheWrite ?? price.in) + completion * price.out;
  const amount = sum / 1_000_000;
  return { amount, currency: price.currency ?? usualCurrency };
}
