/** Reads the wait that a server requests from headers, body fields and words. Unreadable means unknown, not zero. */
import { isRecord, jsonOf } from '../reading/json.ts';

/** Minimum wait: retrying sooner brings the same answer. */
const minWaitMs = 250;
/** A number of seconds above this is a date, in seconds or in milliseconds since the epoch. */
const epochSeconds = 1_000_000_000;
const epochMs = 1_000_000_000_000;

/**
 * The longest wait named by headers or body, in ms; undefined if none.
 * @param wallMs milliseconds since the epoch; without it, dates are ignored
 */
export function requestedWaitMs(
  headers: Headers | undefined,
  body: unknown,
  words: string,
  wallMs: number | undefined,
): number | undefined {
  const ms = inHeaders(headers, wallMs) ?? inFields(body, wallMs, 0, { left: 500 }) ?? inWords(words, wallMs);
  return ms === undefined ? undefined : Math.max(minWaitMs, ms);
}

function inHeaders(headers: Headers | undefined, wallMs: number | undefined): number | undefined {
  if (headers === undefined) return undefined;
  const after = (unit: RegExp, read: (value: string) => number | undefined): number | undefined => {
    return longest([...headers].map(([name, value]) => (unit.test(name) ? read(value) : undefined)));
  };
  const plain = after(/retry-after-m(?:illi)?s/, milliseconds) ?? after(/retry-after(?:-s\w*)?$/, (value) => afterMs(value, wallMs));
  if (plain !== undefined) return plain;
  // When a window opens again, as vendors say it for requests and for tokens; also while there is room.
  const resets = [...headers].map(([name, value]) => {
    // One header with all of it, as the drafts of the standard have it.
    const seconds = /\b(?:remaining|r)=0\b/.test(value) ? /\b(?:reset|t)=(\d+)/.exec(value)?.[1] : undefined;
    if (name === 'ratelimit') return seconds === undefined ? undefined : Number(seconds) * 1000;
    if (!/rate-?limit.*reset/.test(name)) return undefined;
    const remaining = headers.get(name.replace(/reset(?:-after)?/, 'remaining'));
    // The standard's own header is about the refused request.
    const isUsedUp = remaining === null ? /^(?:x-)?rate-?limit-reset(?:-after)?$/.test(name) : !(Number(remaining) > 0);
    return isUsedUp ? afterMs(value, wallMs) : undefined;
  });
  return longest(resets);
}

function longest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((ms) => ms !== undefined && ms >= 0) as number[];
  return known.length === 0 ? undefined : Math.max(...known);
}

function milliseconds(value: string): number | undefined {
  return longest(value.split(',').map((part) => numberOf(part) ?? durationMs(part)));
}

const zone = String.raw`(?: ?(?:Z|GMT|UTC|[ECMP][SD]T|[+-]\d\d:?\d\d))?`;
/** The three forms of HTTP, and ISO 8601. */
const dateForms = new RegExp(
  [
    String.raw`[a-z]{3,9}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d${zone}`,
    String.raw`[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}`,
    String.raw`\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]+${zone}`,
  ].join('|'),
  'gi',
);

/** RFC 9110, 10.2.3, and what is sent in its place: several values, durations with units, times since the epoch. */
function afterMs(value: string, wallMs: number | undefined): number | undefined {
  const dates = value.match(dateForms);
  if (dates !== null) return longest(dates.map((date) => dateMs(date, wallMs)));
  return longest(value.split(',').map((part) => secondsMs(part.split(';', 1)[0] ?? '', wallMs)));
}

/** A date without a zone is taken for UTC, as HTTP means it. */
function dateMs(text: string, wallMs: number | undefined): number | undefined {
  const date = Date.parse(/(?:[A-Z]T|Z|UTC|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.replace(/(?<=\d)T(?=\d)/, ' ')} GMT`);
  return Number.isNaN(date) || wallMs === undefined ? undefined : Math.max(0, date - wallMs);
}

/** A number of seconds, a duration with units, or a time since the epoch. */
function secondsMs(value: string, wallMs: number | undefined): number | undefined {
  const number = numberOf(value);
  if (number === undefined) return durationMs(value) ?? inWords(value, wallMs);
  if (number >= epochSeconds) return wallMs === undefined ? undefined : Math.max(0, (number >= epochMs ? number : number * 1000) - wallMs);
  return number < 0 ? undefined : number * 1000;
}

function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(/^"(.*)"$/, '$1');
  const number = Number(trimmed);
  return trimmed === '' || !Number.isFinite(number) ? undefined : number;
}

const unitMs: readonly (readonly [names: string, ms: number])[] = [
  ['ms|msec|millis\\p{L}*|毫秒|ミリ秒', 1],
  ['s|se[ckg]s?|se[ckg][ou]n\\p{L}*|sekund\\p{L}*|saniye|detik|giây|сек|секунд\\p{L}*|秒钟?|초', 1_000],
  ['m|mins?|minut\\p{L}*|dakika|menit|phút|мин|минут\\p{L}*|分钟?|분', 60_000],
  ['h|hrs?|hours?|heures?|horas?|or[ae]|stunden?|час\\p{L}*|个?小时|時間|시간', 3_600_000],
  ['d|days?|jours?|d[ií]as?|giorn[io]|tagen?|дн\\p{L}*|天', 86_400_000],
];
const units = unitMs.map(([names]) => names).join('|');
const part = String.raw`(?:\d{1,12}(?:[.,]\d{1,9})?\s?|(?<!half )(?:an?|one)\s)(?:${units})`;
const duration = String.raw`${part}(?:[\s,]{0,2}(?:(?:and|et|und|y|e|и) )?${part}){0,3}(?![a-zа-я\d])`;

/** Hours, minutes and seconds, of which the hours may be missing. */
const clock = String.raw`(?:\d{1,3}:)?\d{1,2}:\d\d(?:\.\d{1,9})?(?![\d:])`;

/** `38s`, `1m2.5s`, `PT38S`, `00:00:07`, `1 hour and 2 minutes`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const trimmed = text
    .trim()
    .toLowerCase()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^p(?=[t\d])/, '')
    .replace(/t(?=\d)/, '');
  return new RegExp(`^(?:${duration}|${clock})$`, 'u').test(trimmed) ? sumMs(trimmed) : undefined;
}

function sumMs(text: string): number {
  if (text.includes(':')) return text.split(':').reduce((seconds, one) => seconds * 60 + Number(one), 0) * 1000;
  let ms = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+(?:[.,]\d+)?|(?:an?|one)(?=\s))\s?(\p{L}+)/gu)) {
    // Three digits behind a comma are thousands.
    const many = /^\d/.test(number) ? Number(number.replace(/,(?=\d{3}$)/, '').replace(',', '.')) : 1;
    ms += many * (unitMs.find(([names]) => new RegExp(`^(?:${names})$`, 'u').test(unit))?.[1] ?? 0);
  }
  return ms;
}

const before = String.raw`\b(?:in|after|for|is)?:?\s?(?:about )?`;
const ago = String.raw`(?<!\b(?:timed?[ -]?out|failed|aborted|cancell?ed|expired|closed|terminated|took)\s)`;
const inSentence = new RegExp(
  [
    String.raw`(?:retry|again|wait|available|resets?|back|cool-?down|back-?off)\b[^.;:\d]{0,40}?${before}(${duration})`,
    String.raw`(${duration})\s?(?:[之以]?[后後]|[후뒤]|sonra|remaining)`,
    String.raw`${ago}(?:after|wait|in|dans|après|en|em|após|tra|fra|dopo|nach|za|over|dalam|sau|через)\s(${duration})`,
    String.raw`(?:wait|in)\s(${clock})`,
  ].join('|'),
  'iu',
);

/** The day may be missing. */
const untilDate = new RegExp(
  String.raw`(?:retry|again|resets?|until|available|after)\b[^.;\d]{0,20}` +
    String.raw`(?:(\d{4}-\d\d-\d\d)[T ])?(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)`,
  'i',
);

/** A wait stated in a sentence: "Please try again in 22.5s." */
function inWords(words: string, wallMs: number | undefined): number | undefined {
  const [, day, time, zone = ''] = untilDate.exec(words.slice(0, 4_000)) ?? [];
  if (time !== undefined && wallMs !== undefined) {
    const today = new Date(wallMs).toISOString().slice(0, 10);
    return dateMs(`${day ?? today}T${time}${/^[+-]/.test(zone) ? zone : 'Z'}`, wallMs);
  }
  const plain = words.slice(0, 4_000).normalize('NFKC').toLowerCase();
  const quoted = /\bretry[-_]after["']?\s?[:=]\s?["']?(\d+(?:\.\d+)?)(?![\w.])/.exec(plain)?.[1];
  if (quoted !== undefined) return Number(quoted) * 1000;
  const text = inSentence
    .exec(plain)
    ?.slice(1)
    .find((found) => found !== undefined);
  return text === undefined ? undefined : sumMs(text);
}

/** Fields with a wait in seconds, a duration or a time. */
const waitFields = new RegExp(
  [
    '^(?:x?ratelimit|next)?(?:retry|wait|cooldown|backoff|resets?|available)(?:delay|after|in|at|time|sec|seconds)+$',
    '^(?:estimatedtime|wait|cooldown|backoff)$',
  ].join('|'),
);

/** A field of this name, at any depth: Google's RetryInfo, OpenRouter's headers in the metadata, and relays' own. */
function inFields(holder: unknown, wallMs: number | undefined, depth: number, budget: { left: number }): number | undefined {
  const value = typeof holder === 'string' && /^\s*[{[]/.test(holder) ? jsonOf(holder) : holder;
  if (depth > 8 || !isRecord(value)) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    if (budget.left-- <= 0) return undefined;
    const name = key.toLowerCase().replace(/[-_]/g, '');
    let ms: number | undefined;
    if (waitFields.test(name)) ms = fieldMs(entry, wallMs);
    else if (/^retryafterm(?:illi)?s/.test(name)) ms = milliseconds(String(entry));
    else if (name === 'xratelimitreset') ms = Number(entry) >= epochSeconds ? fieldMs(entry, wallMs) : undefined;
    ms ??= inFields(entry, wallMs, depth + 1, budget);
    if (ms !== undefined && ms >= 0) return ms;
  }
  return undefined;
}

/** `38`, `"38"`, `"38s"`, or protobuf's `{ seconds, nanos }`. */
function fieldMs(entry: unknown, wallMs: number | undefined): number | undefined {
  if (typeof entry === 'number' || typeof entry === 'string') return afterMs(String(entry), wallMs);
  if (!isRecord(entry)) return undefined;
  const seconds = Number(entry['seconds'] ?? 0);
  const nanos = Number(entry['nanos'] ?? 0);
  return Number.isFinite(seconds + nanos) && seconds + nanos > 0 ? seconds * 1000 + nanos / 1e6 : undefined;
}
