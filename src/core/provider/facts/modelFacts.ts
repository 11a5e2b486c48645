/** What is known of a model. A field that no server and no setting tells is left out: unknown is not zero and not false. */
import { present } from '../../present.ts';

export interface ModelFacts {
  /** Tokens of the prompt and the answer together that the server has room for now, not those that the model was trained for. */
  readonly contextWindow?: number;
  /** Tokens of the prompt alone, where the server has a limit for them. */
  readonly maxInput?: number;
  /** Tokens of the answer, reasoning included. */
  readonly maxOutput?: number;
  /** The largest window that the model could have; the server may have made room for less. */
  readonly trainedWindow?: number;
  /** It reads pictures. */
  readonly vision?: boolean;
  /** It calls tools. */
  readonly tools?: boolean;
  /** It reasons before it answers. */
  readonly thinking?: boolean;
  /** The server's words for how much it reasons, least first; those that `StreamRequest.effort` may have. */
  readonly efforts?: readonly string[];
  readonly price?: ModelPrice;
  /** The server's word for where the model is in its life, such as `deprecated`. */
  readonly lifecycle?: string;
  /** The day on which the server stops offering it, as `YYYY-MM-DD`. */
  readonly retires?: string;
  /** A local server has it in its memory, so that it answers without a wait. */
  readonly loaded?: boolean;
}

/** US dollars per million tokens. */
export interface ModelPrice {
  readonly in: number;
  readonly out: number;
  /** For prompt tokens from the server's cache. */
  readonly cached?: number;
  /** For prompt tokens that the server puts into its cache. */
  readonly cacheWrite?: number;
}

/** What one route of a server has told of one model. */
export interface ToldFacts {
  /** The server's own name for the model. */
  readonly model: string;
  readonly facts: ModelFacts;
  /** The path that told it, such as `/api/ps`. */
  readonly route: string;
}

/** Tokens that a prompt may fill at most, the answer's room included where the server does not count it apart. */
export function windowOf({ contextWindow, maxInput }: ModelFacts): number | undefined {
  return contextWindow ?? maxInput;
}

/** What most servers accept, for a model that thinks and whose server has named no words for how much. */
const usualEfforts = ['low', 'medium', 'high'];

/** The words that `effort` may have, least first; none for a model that is not known to think. */
export function effortsOf({ efforts, thinking }: ModelFacts): readonly string[] {
  return efforts ?? (thinking === true ? usualEfforts : []);
}

/** The facts without their empty fields, so that what is unknown does not hide what is known. */
export function knownFacts(facts: { readonly [name in keyof ModelFacts]?: ModelFacts[name] | undefined }): ModelFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** A whole number of tokens above zero; servers also send texts, zero and -1, which say nothing. */
export function tokensIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

export function flagIn(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** US dollars per token, as a number or a text, made dollars per million; a negative price means that it varies. */
export function perMillion(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  // A price of 0.0000003 times a million is 0.3, and not 0.30000000000000004.
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? Number((number * 1_000_000).toPrecision(12)) : undefined;
}

/** A price is one only where both sides of it are told. */
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

/** The day of a date in any of the usual forms: RFC 3339, or seconds since the epoch. */
export function dayIn(value: unknown): string | undefined {
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) || ms <= 0 || ms > 8.64e15 ? undefined : new Date(ms).toISOString().slice(0, 10);
}
