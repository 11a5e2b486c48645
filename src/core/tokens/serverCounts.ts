/**
 * A server's token counts of one request, checked against each other, against earlier counts, and against the text received.
 * A count that fails a check is corrected as far as possible and no longer exact.
 */
import type { TokenCounts } from '../provider/provider.ts';

/** Rivulet's own counts of the same request. */
export interface OwnCounts {
  readonly prompt: () => number;
  /** Tokens of the text and reasoning received. */
  readonly completion: () => number;
  readonly characters: number;
  /** The server reported how the answer ended, so its counts are final. */
  readonly isFinished: boolean;
}

export interface CheckedCounts extends TokenCounts {
  readonly exact: boolean;
}

/** More than any model reads or writes in one request. */
const mostTokens = 100_000_000;
/** Text that the decoder holds back, such as half a tag, arrives after a count that includes it. In characters. */
const heldCharacters = 40;
/** A count below half of ours is wrong: ours is off by a few per cent, or a few tokens in short texts. */
const leastShare = 0.5;
const slackTokens = 16;

export class ServerCounts {
  readonly #counts: { -readonly [name in keyof TokenCounts]?: number } = {};
  #exact = true;
  /** Characters received when the server last counted the completion. */
  #countedCharacters = 0;

  /** A lower count or zero does not replace an earlier one. */
  add(usage: Partial<TokenCounts>, characters: number): void {
    for (const name of ['prompt', 'completion', 'total', 'reasoning', 'cached', 'cacheWrite'] as const) {
      const value = usage[name];
      if (value === undefined) continue;
      if (!Number.isFinite(value) || value < 0 || value > mostTokens) {
        this.#exact = false;
        continue;
      }
      const before = this.#counts[name] ?? 0;
      if (value < before) this.#exact &&= value === 0;
      else this.#counts[name] = Math.round(value);
    }
    // An earlier total belongs to earlier counts.
    if (usage.total === undefined && (usage.completion !== undefined || usage.prompt !== undefined)) delete this.#counts.total;
    if (usage.completion !== undefined || usage.total !== undefined) this.#countedCharacters = characters;
  }

  checked(own: OwnCounts): CheckedCounts {
    let exact = this.#exact;
    const { prompt: sent = 0, total, reasoning = 0, cached = 0, cacheWrite = 0 } = this.#counts;
    // No prompt has zero tokens.
    const prompt = sent > 0 ? sent : own.prompt();
    if (sent === 0) exact = false;

    let completion = this.#counts.completion ?? 0;
    const more = total === undefined || total === 0 || sent === 0 ? 0 : total - sent - completion;
    if (more > 0) {
      // The total is billed. Only reasoning outside the completion explains a difference.
      exact &&= completion === 0 || more === reasoning;
      completion += more;
    } else if (more < 0) exact = false;
    else if (reasoning > completion) {
      completion += reasoning;
      exact = false;
    }

    const since = own.characters - this.#countedCharacters;
    const isBefore = this.#countedCharacters === 0 && !own.isFinished;
    if (since > heldCharacters || (since > 0 && isBefore)) {
      // A running count lags, so later text is estimated. A few tokens counted before the first text belong to that text.
      const counted = Math.round((own.completion() * since) / own.characters);
      completion = this.#countedCharacters === 0 && completion <= slackTokens ? Math.max(completion, counted) : completion + counted;
      exact = false;
    }
    const counted = own.completion();
    const slack = own.isFinished ? slackTokens : 0;
    if (completion + slack < counted * leastShare || (completion === 0 && counted > 0)) {
      completion = counted;
      exact = false;
    }
    return {
      prompt,
      completion,
      total: prompt + completion,
      reasoning: Math.min(reasoning, completion),
      cached: Math.min(cached, prompt),
      ...(cacheWrite > 0 ? { cacheWrite: Math.min(cacheWrite, prompt) } : {}),
      exact,
    };
  }
}
