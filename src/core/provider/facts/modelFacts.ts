/** Facts about a model. Unknown fields are missing: unknown is neither zero nor false. */
import { present } from '../../present.ts';

export interface ModelFacts {
  /** Tokens for prompt and answer together that the server has room for now, as opposed to the trained length. */
  readonly contextWindow?: number;
  /** Tokens of the prompt alone, if the server limits them. */
  readonly maxInput?: number;
  /** Tokens of the answer, reasoning included. */
  readonly maxOutput?: number;
  /** The model's maximum window; the server may use less. */
  readonly trainedWindow?: number;
  /** Accepts pictures. */
  readonly vision?: boolean;
  /** Can call tools. */
  readonly tools?: boolean;
  /** Reasons before it answers. */
  readonly thinking?: boolean;
  /** The server's effort levels, lowest first; allowed values of `StreamRequest.effort`. */
  readonly efforts?: readonly string[];
  readonly price?: ModelPrice;
  /** The server's lifecycle status of the model, such as `deprecated`. */
  readonly lifecycle?: string;
  /** The day the server stops offering it, as `YYYY-MM-DD`. */
  readonly retires?: string;
  /** Loaded in a local server's memory, so it answers without delay. */
  readonly loaded?: boolean;
}

/** US dollars per million tokens. */
export interface ModelPrice {
  readonly in: number;
  readonly out: number;
  /** Price of prompt tokens read from the server's cache. */
  readonly cached?: number;
  /** Price of prompt tokens written to the server's cache. */
  readonly cacheWrite?: number;
}

/** The facts that one route reported about one model. */
export interface ToldFacts {
  /** The server's own name for the model. */
  readonly model: string;
  readonly facts: ModelFacts;
  /** The path of the route, such as `/api/ps`. */
  readonly route: string;
}

/** Maximum prompt length in tokens; includes room for the answer if the server counts them together. */
export function windowOf({ contextWindow, maxInput }: ModelFacts): number | undefined {
  return contextWindow ?? maxInput;
}

/** Levels that most servers accept, for a thinking model whose server names none. */
const usualEfforts = ['low', 'medium', 'high'];

/** The allowed effort levels, lowest first; empty if the model is not known to think. */
export function effortsOf({ efforts, thinking }: ModelFacts): readonly string[] {
  return efforts ?? (thinking === true ? usualEfforts : []);
}

/** Drops empty fields, so that unknown facts do not hide known ones. */
export function knownFacts(facts: { readonly [name in keyof ModelFacts]?: ModelFacts[name] | undefined }): ModelFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** A positive number of tokens; servers also send texts, zero and -1, which mean nothing. */
export function tokensIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

export function flagIn(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Converts US dollars per token, a number or text, to dollars per million; a negative price means that it varies. */
export function perMillion(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  // A price of 0.0000003 times a million is 0.3, and not 0.30000000000000004.
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? Number((number * 1_000_000).toPrecision(12)) : undefined;
}

/** A price needs both sides. */
export function priceIn(fields: { readonly in: unknown; readonly out: unknown; readonly cached?: unknown; readonly cacheWrite?: unknown }) {
  const [input, out, cached, cacheWrite] = [fields.in, fields.out, fields.cached, fields.cacheWrite].map(perMillion);
  if (input === undefined || out === undefined) return undefined;
  const price: ModelPrice = {
    in: input,
    out,
    ...present({ cached, cacheWrite }),
  };
  return price;
}

/** The day of a date in any usual form: RFC 3339, or seconds since the epoch. */
export function dayIn(value: unknown): string | undefined {
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) || ms <= 0 || ms > 8.64e15 ? undefined : new Date(ms).toISOString().slice(0, 10);
}
