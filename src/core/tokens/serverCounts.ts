/**
 * A server's counts of one request, put together from what it sent and checked: against each other, against the counts
 * before, and against the text that came. What fails a check is mended as far as it can be, and is no longer exact.
 */
import type { TokenCounts } from '../provider/provider.ts';

/** What was counted here of the same request. */
export interface OwnCounts {
  readonly prompt: () => number;
  /** Tokens of the text and reasoning that came. */
  readonly completion: () => number;
  readonly characters: number;
  /** The server has said how the answer ended, so what it has counted by now is meant for the whole. */
  readonly isFinished: boolean;
}

export interface CheckedCounts extends TokenCounts {
  readonly exact: boolean;
}

/** More than any model reads or writes in one request. */
const mostTokens = 100_000_000;
/** White space held back at the end of a text, or half a tag, comes after the count and is part of it. */
const heldCharacters = 40;
/** A count of less than half of ours is wrong; ours is off by a few per cent, and by a few tokens in short texts. */
const leastShare = 0.5;
const slackTokens = 16;

export class ServerCounts {
  readonly #counts: { -readonly [name in keyof TokenCounts]?: number } = {};
  #exact = true;
  /** Characters of the answer when its tokens were counted last. */
  #countedCharacters = 0;

  /** A count of zero, or a lower one, does not take back what was counted before. */
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
    // A total from before belongs to other counts.
    if (usage.total === undefined && (usage.completion !== undefined || usage.prompt !== undefined)) delete this.#counts.total;
    if (usage.completion !== undefined || usage.total !== undefined) this.#countedCharacters = characters;
  }

  checked(own: OwnCounts): CheckedCounts {
    let exact = this.#exact;
    const { prompt: sent = 0, total, reasoning = 0, cached = 0, cacheWrite = 0 } = this.#counts;
    // A prompt of no tokens does not exist.
    const prompt = sent > 0 ? sent : own.prompt();
    if (sent === 0) exact = false;

    let completion = this.#counts.completion ?? 0;
    const more = total === undefined || total === 0 || sent === 0 ? 0 : total - sent - completion;
    if (more > 0) {
      // The total is what is billed. Reasoning beside the completion explains it; nothing else does.
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
      // A running count that lags: what came after it is counted here. A few tokens before the first word are that word's.
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
