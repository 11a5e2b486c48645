/** Errors in a stream, by any spelling: which objects and sentences are errors, and how sure that is. */
import { kindOfWords } from '../failures/errorKinds.ts';
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { isSentence, plainFields } from '../failures/errorWords.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import { shown } from './clipped.ts';
import { isRecord, type JsonFields } from './json.ts';
import { parseCut } from './looseJson.ts';

/**
 * What may be an error. `sure` ends the answer at once. `likely` counts if no content follows, `maybe` only if besides
 * the server has not named an end before: it may be a note. `unclear` ones count only if it never names an end.
 */
export interface FoundError {
  readonly error: unknown;
  readonly certainty: 'sure' | 'likely' | 'maybe' | 'unclear';
}

/** The error in a chunk, if any. Empty error fields, which Go servers send with every chunk, do not count. */
export function errorIn(chunk: Record<string, unknown>, choice: Record<string, unknown> | undefined): FoundError | undefined {
  const delta = choice?.['delta'];
  for (const holder of [chunk, choice, isRecord(delta) ? delta : undefined]) {
    const error = holder?.['error'];
    if (error !== undefined && saysSomething(error)) return { error: holder === chunk ? chunk : error, certainty: 'sure' };
  }
  for (const [name, value] of Object.entries(chunk)) {
    if (!isNameOfError(name) || name === 'error' || !saysSomething(value)) continue;
    return { error: typeof value === 'string' || isRecord(value) ? { ...chunk, error: value } : chunk, certainty: 'sure' };
  }
  const said = chunk['error_message'];
  if (said !== undefined && saysSomething(said)) return { error: { message: said, type: chunk['error_type'] }, certainty: 'sure' };
  if (isError(chunk)) return { error: chunk, certainty: 'sure' };
  const base = chunk['base_resp'];
  if (isRecord(base) && !isSuccess(base['status_code'])) {
    return { error: { message: base['status_msg'], code: base['status_code'] }, certainty: 'sure' };
  }
  if (choice !== undefined) return undefined;
  const flat = flatError(chunk);
  return chunk['object'] === 'chat.completion.chunk' && flat?.certainty !== 'sure' ? undefined : flat;
}

/** The error in a JSON text that was cut off; undefined for anything else. */
export function cutError(text: string): Failure | undefined {
  const value = /^\s*[{[]/.test(text) ? parseCut(text) : undefined;
  const object = Array.isArray(value) ? (value as readonly unknown[])[0] : value;
  const found = isRecord(object) && !isRecord(object['choices']) ? errorIn(object, undefined) : undefined;
  return found?.certainty === 'sure' ? fromErrorObject(found.error) : undefined;
}

/** The failure of a stream with data that cannot be read: the error in it, if it is part of one. */
export function unreadable(data: string): Failure {
  return cutError(data) ?? ownFailure('unreadable', [shown(data)]);
}

/** An object outside of any protocol that only shows that the server is at work. */
export function isSignOfLife(object: JsonFields): boolean {
  return ['type', 'event', 'status', 'object'].some((name) => signsOfLife.test(String(object[name] ?? '')));
}

const signsOfLife = /ping|heart_?beat|keep_?-?alive|queue|pending|process|progress|loading|waiting|start|status/i;

const words = 'message msg detail statusmsg errormsg errormessage errmsg errordescription errors title reason'.split(' ');
const codes = 'code status statuscode errorcode errcode errno retcode'.split(' ');

/** Names of fields and events such as `exception`, `server_error`, `stream.failed`, `serverException`. */
export function isNameOfError(name: string): boolean {
  return (
    /^(?:\w+[._-])?(?:err|errors?|exception|fault|fatal|failure|failed|traceback)$/i.test(name) || /[a-z](?:Error|Exception)s?$/.test(name)
  );
}

/** Names of events by which a server says that it goes no further, such as `timeout` and `stream.aborted`. */
export function isNameOfBreak(name: string): boolean {
  return /^(?:\w+[._-])?(?:abort|cancel|timed?[_-]?out|interrupt|terminat|kill|disconnect|overload|rate[_-]?limit)(?:l?ed)?$/i.test(name);
}

/** Finds an error message in an object without choices: at its top level, or one level down, such as in `header`. */
function flatError(chunk: Record<string, unknown>): FoundError | undefined {
  for (const holder of [chunk, ...Object.values(chunk).filter(isRecord)]) {
    const named = Object.entries(holder).find(([name, value]) => isNameOfError(name) && saysSomething(value));
    if (named !== undefined || isError(holder)) return { error: holder, certainty: 'sure' };
    const fields = plainFields(holder);
    const said = words.map((name) => fields.get(name));
    const failed = [fields.get('success'), fields.get('ok')].includes(false);
    if (!failed && !said.some((value) => (typeof value === 'string' ? value !== '' : Array.isArray(value) && value.length > 0))) continue;
    const code = codes.map((name) => fields.get(name)).find((value) => value !== undefined && value !== null && value !== '');
    if (!failed && (holder === chunk ? code !== undefined && isSuccess(code) : isSuccess(code))) continue;
    const numeric = Number(code);
    const telling = typeof code === 'number' || /error|fail|invalid|denied|exceed/i.test(String(code)) || numeric >= 400;
    if (failed || (code !== undefined && telling)) return { error: holder, certainty: 'sure' };
    if (!isSignOfLife(chunk)) return { error: holder, certainty: 'maybe' };
  }
  // A sentence in any other field: it is no part of the answer, and perhaps the reason why there is no more.
  return Object.values(chunk).some(isSentence) && !isSignOfLife(chunk) ? { error: chunk, certainty: 'unclear' } : undefined;
}

function isError(holder: JsonFields): boolean {
  return ['object', 'type', 'event'].some((name) => isNameOfError(String(holder[name])));
}

/** A server's or proxy's sentence instead of JSON, in any language. Undefined for signs of life. */
export function errorInWords(words: string): FoundError | undefined {
  const said = /^[^\p{L}\d]*(?:(?:error|fatal|exception|panic)\b|错误|异常|エラー|오류|ошибка|erreur|fehler)[^\p{L}\d]*([^]*)$/iu.exec(
    words,
  );
  if (said !== null) return { error: said[1] === '' ? words : said[1], certainty: 'likely' };
  if (trouble.test(words) || kindOfWords(words.toLowerCase(), false) !== undefined) return { error: words, certainty: 'maybe' };
  return signsOfLife.test(words) ? undefined : { error: words, certainty: 'unclear' };
}

/** Words that make a sentence an error, besides those that name its kind. */
const trouble = new RegExp(
  'error|fail|exception|panic|crash|fault|memory|killed|terminat|abort|reset|broke|disconnect|unavailable|time[d -]?out|gateway|' +
    'refused|denied|forbidden|blocked|invalid|not found|exceed|limit|错误|失败|超时|异常|拒绝|不足|过载|不可用',
  'i',
);

function isSuccess(code: unknown): boolean {
  if (code === undefined || code === null) return true;
  const number = Number(code);
  if (Number.isFinite(number)) return number === 0 || (number >= 200 && number < 300);
  return /^(?:ok|success|succeeded|processing|queued|pending|running)$/i.test(String(code));
}

/** Deeper than any server nests, and shallow enough for the stack. */
const maxDepth = 6;

const nothing = /^(?:[^\p{L}\p{N}]*|0|none|null|nil|nan|n\/a|undefined|false|ok|success|no[ _-]errors?|成功|无|正常)$/iu;

/** False for empty values of any type, also inside an object. */
export function saysSomething(error: unknown, depth = 0): boolean {
  if (error === null || error === undefined || error === false || error === 0) return false;
  if (typeof error === 'string') return !nothing.test(error.trim());
  if (!isRecord(error) || depth > maxDepth) return true;
  return Object.entries(error).some(([name, value]) => !(name === 'code' && isSuccess(value)) && saysSomething(value, depth + 1));
}
