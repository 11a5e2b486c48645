/** Extracts the context window that a server names when it rejects a long prompt. */
import type { ErrorKind } from '../../../api.ts';
import { isRecord } from '../reading/json.ts';

const count = String.raw`(\d{1,3}(?:[,_.\s]\d{3})+(?!\d)|\d+k?)`;
/** The words stand in lower case. Where two numbers are named, one is what was sent. */
const patterns: readonly RegExp[] = [
  // "prompt is too long: 205000 tokens > 200000 maximum"
  new RegExp(String.raw`${count} tokens? > ${count}(?: tokens?)? maximum`),
  // "maximum context length is 4096 tokens", "context size is 8192", "a context window of 32768 tokens"
  new RegExp(
    String.raw`context[ _](?:length|size|window|limit)(?: \(?[a-z_]+\)?)?(?: is| of| =|:)? ?(?:only )?(?:limited to |at most )?\(?${count}`,
  ),
  // "exceeds the maximum number of tokens allowed (1048576)", "maximum input length of 65536 tokens"
  new RegExp(
    String.raw`(?:maximum|max|limit)(?: allowed)?(?: number of)?(?: input| prompt| context)?(?: tokens?| length| size)?(?: allowed)?` +
      String.raw`(?: is| of|:)? ?\(?${count}`,
  ),
  // "too many tokens: 9000 > 8192", "9000 tokens but the model only takes 8192"
  new RegExp(String.raw`tokens(?:: ${count} > |\b.{0,20}\bmodel\b\D{0,20})${count}`),
  // "8192-token limit", "the limit of 8192 tokens"
  new RegExp(String.raw`${count}[- ]tokens? (?:context|limit|maximum)`),
  new RegExp(String.raw`${count} maximum context`),
  // "must be <= 4096", "cannot exceed 4081", "must have less than 1000 tokens"
  new RegExp(String.raw`must be (?:<=?|less than(?: or equal to)?|at most) ${count}`),
  new RegExp(String.raw`(?:cannot|can't|can not|must not) exceed ${count}|(?:less|fewer) than ${count} tokens`),
  new RegExp(String.raw`n_ctx\D{0,12}${count}`),
  // "range of input length should be [1, 129024]"
  new RegExp(String.raw`length should be \[\d+, ?${count}\]`),
  // "上下文长度为 8192", "最大 token 数 8192"
  new RegExp(String.raw`(?:上下文|最大|上限)[^\d]{0,16}${count}`),
];
/** Smaller numbers are positions or statuses, larger ones limits on characters or bytes. */
const leastTokens = 256;
const mostTokens = 100_000_000;

/**
 * @param body what the server has sent, uncut
 * @param words all of its words, in lower case
 */
export function namedWindow(kind: ErrorKind, body: unknown, words: string): { readonly contextWindow?: number } {
  if (kind !== 'context-length') return {};
  // Characters and bytes are no tokens.
  if (/\d (?:characters|chars|bytes)\b|string_above_max_length|request_too_large/.test(words)) return {};
  const window =
    fieldIn(body) ??
    patterns
      .map((pattern) =>
        numberOf(
          pattern
            .exec(words)
            ?.slice(1)
            .findLast((group) => group !== undefined),
        ),
      )
      .find(isWindow);
  return isWindow(window) ? { contextWindow: window } : {};
}

/** llama.cpp has a field for it. */
function fieldIn(body: unknown): number | undefined {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  const field = isRecord(error) ? error['n_ctx'] : undefined;
  return typeof field === 'number' ? field : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.replace(/[,_.\s]/g, '').replace('k', '000'));
}

function isWindow(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= leastTokens && value <= mostTokens;
}
