/** Request fields that a model rejects by name: dropped or renamed once, and remembered for the model. */
import { errorWords } from './errorWords.ts';
import { isRecord } from '../reading/json.ts';

/** The replacement of a field: its other name, or `undefined` if it is dropped. */
export type Adjustments = Readonly<Record<string, string | undefined>>;

/** Fields that can be dropped without making the answer wrong. */
export interface OptionalFields {
  readonly names: readonly string[];
  /** Fields that have two names, of which a model may know one. */
  readonly otherNames?: Readonly<Record<string, string>>;
  /** A field for our own benefit: it is dropped whatever is wrong with it. `words` are all its names in a rejection. */
  readonly ownSake?: { readonly name: string; readonly words: readonly string[] };
}

/** Fields with the same name in many protocols, which users set in the request body. */
const common = ['stop', 'temperature', 'top_p', 'top_k', 'presence_penalty', 'frequency_penalty', 'seed', 'verbosity', 'user', 'logprobs'];
/** The field as such is refused, and not the value that it has. */
const refuses = [
  /n't (?:support|use)|does not exist|no such|remove the|not (?:be |been )?recogni[sz]ed/,
  /unsupported|not support|not (?:be )?(?:permitted|allowed|accepted|specified)|unknown/,
  /unrecogni[sz]ed|unexpected|extra_forbidden|extra (?:inputs|fields)|invalid (?:parameter|field|argument)/,
  /no longer|deprecated|(?:only|must) (?:the default|(?:be )?set|\S+ (?:is|are) (?:allowed|supported))|may only|only allowed/,
  /不支持|未知|参数.{0,4}无效|无效.{0,2}参数/,
  /read-only|\bomit|fixed at|mutually exclusive|prohibited|or unset|not a valid (?:field|param|arg|prop)|extra data/,
  /(?:input should|must) be (?:exactly )?\d+(?:\.\d+)?(?=[.,;]|$)|not one of the known/,
  /no es compat|n['’]est pas|nicht unterst|non (?:è )?support|não (?:é )?(?:suport|permit)|не (?:поддерж|допуск)/,
  /サポートされて|지원되지|不[被可]|不能(?![大小高低超])|非法/,
  /(?:cannot|(?:must|may|should) not)(?! exceed| be (?:greater|less|more|above|below|over|high|low|larg|small|neg|zero))/,
  /not (?:be )?(?:available|implemented|applicable|compatible)|incompatible|disabled|ignored/,
];

/**
 * @param status of the refusal
 * @param answer its body, uncut
 * @param body the request that was refused
 * @param own the further fields of its protocol
 * @returns what to change, or undefined where the refusal names no field of the request that may be left out
 */
export function refusedParameter(
  status: number,
  answer: unknown,
  body: Readonly<Record<string, unknown>>,
  own: OptionalFields = { names: [] },
): Adjustments | undefined {
  // Some servers fail with a 5xx instead of a rejection.
  const refusesAll = status === 400 || status === 422;
  if (!refusesAll && status !== 500 && status !== 501) return undefined;
  const { all } = errorWords(answer);
  const sent = [...own.names, ...common].filter((field) => field in body);
  const wordsOf = (field: string): readonly string[] => (field === own.ownSake?.name ? own.ownSake.words : [field]);
  const named = paramOf(answer);
  const field = sent.find((name) => name === named) ?? firstNamed(all, sent, wordsOf);
  if (field === undefined) return undefined;
  const otherName = own.otherNames?.[field];
  const renamed = otherName !== undefined && placeOf(all, [otherName]) !== -1;
  if (!renamed && !(field === own.ownSake?.name && refusesAll) && !refuses.some((words) => words.test(all))) return undefined;
  return { [field]: renamed && !(otherName in body) ? otherName : undefined };
}

/** The request as its model accepts it. */
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
function firstNamed(all: string, fields: readonly string[], wordsOf: (field: string) => readonly string[]): string | undefined {
  const places = fields.map((field) => ({ field, at: placeOf(all, wordsOf(field)) })).filter(({ at }) => at !== -1);
  return places.sort((a, b) => a.at - b.at)[0]?.field;
}

function placeOf(all: string, names: readonly string[]): number {
  return new RegExp(String.raw`(?<!\w)(?:${names.join('|').replaceAll('_', '_?')})(?!\w)`).exec(all)?.index ?? -1;
}
