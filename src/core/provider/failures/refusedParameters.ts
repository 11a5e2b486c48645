/** Fields of a request that a model refuses by name: left out or renamed once, and remembered for the model. */
import { errorWords } from './errorWords.ts';
import { isRecord } from '../reading/json.ts';

/** What became of a field: its other name, or `undefined` where it is left out. */
export type Adjustments = Readonly<Record<string, string | undefined>>;

/** Fields without which the answer is still an answer to the question. */
const optional = [
  'stream_options',
  'stop',
  'text',
  'include',
  'store',
  'reasoning',
  'think',
  'truncate',
  'shift',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'reasoning_effort',
  'verbosity',
  'parallel_tool_calls',
  'user',
  'logprobs',
];
const otherName: Readonly<Record<string, string>> = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' };
/** The field as such is refused, and not the value that it has. */
const refuses = [
  /unsupported|not support|n't support|not (?:be )?(?:permitted|allowed|accepted|specified)|cannot|unknown/,
  /unrecogni[sz]ed|unexpected|extra_forbidden|extra (?:inputs|fields)|invalid (?:parameter|field|argument)/,
  /no longer|deprecated|only the default|不支持|未知/,
];

/**
 * @param status of the refusal
 * @param answer its body, uncut
 * @param body the request that was refused
 * @returns what to change, or undefined where the refusal names no field of the request that may be left out
 */
export function refusedParameter(status: number, answer: unknown, body: Readonly<Record<string, unknown>>): Adjustments | undefined {
  // Some servers fail where they should refuse.
  const refusesAll = status === 400 || status === 422;
  if (!refusesAll && status !== 500 && status !== 501) return undefined;
  const { all } = errorWords(answer);
  const sent = optional.filter((field) => field in body);
  const named = paramOf(answer);
  const field = sent.find((name) => name === named) ?? firstNamed(all, sent);
  if (field === undefined) return undefined;
  // Asking for usage is for our own sake: whatever is wrong with it, it is left out.
  if (!(field === 'stream_options' && refusesAll) && !refuses.some((words) => words.test(all))) return undefined;
  const renamed = otherName[field];
  return { [field]: renamed !== undefined && isNamed(all, renamed) && !(renamed in body) ? renamed : undefined };
}

/** The same request as its model takes it. */
export function adjusted(body: Readonly<Record<string, unknown>>, adjustments: Adjustments): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(body)) {
    if (!Object.hasOwn(adjustments, field)) out[field] = value;
    else {
      // A field that was refused under both of its names is left out.
      const name = adjustments[field];
      if (name !== undefined && !(name in body) && !Object.hasOwn(adjustments, name)) out[name] = value;
    }
  }
  return out;
}

function paramOf(answer: unknown): string | undefined {
  const error = isRecord(answer) && isRecord(answer['error']) ? answer['error'] : answer;
  const param = isRecord(error) ? error['param'] : undefined;
  return typeof param === 'string' ? param.split('.', 1)[0] : undefined;
}

/** A sentence names what it refuses before what should be used instead. */
function firstNamed(all: string, fields: readonly string[]): string | undefined {
  const places = fields.map((field) => ({ field, at: placeOf(all, field) })).filter(({ at }) => at !== -1);
  return places.sort((a, b) => a.at - b.at)[0]?.field;
}

function isNamed(all: string, field: string): boolean {
  return placeOf(all, field) !== -1;
}

function placeOf(all: string, field: string): number {
  const names = field === 'stream_options' ? '(?:stream_options|include_usage)' : field;
  return new RegExp(String.raw`(?<!\w)${names}(?!\w)`).exec(all)?.index ?? -1;
}
