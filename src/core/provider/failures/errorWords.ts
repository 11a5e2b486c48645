/** Extracts the server's own words from an error body, wherever they are: nested, in lists, as JSON text, in a page. */
import { isRecord } from '../reading/json.ts';
import { parseCut } from '../reading/looseJson.ts';

export interface ErrorWords {
  /** The message for the user; empty if there is none. */
  readonly message: string;
  /** The error code as text; the innermost one. */
  readonly code: string;
  /** All words, including outer layers, in lower case: they determine the kind of failure. */
  readonly all: string;
  /** A web page instead of an API response. */
  readonly isPage: boolean;
}

/** Fields in which relays wrap the original error, in order; the first with words wins. */
const wrappers = 'raw metadata error errors innererror fault exception baseresp cause response body err failure status'.split(' ');
const messages = [
  'message msg detail errormessage errormsg errmsg statusmsg statusmessage errordescription faultstring',
  'description reason title details text errortext errors err',
]
  .join(' ')
  .split(' ');
/** Looked at only where the others say nothing: they may repeat the request. */
const lastResorts = ['info', 'hint', 'result', 'messages', 'data'];
const codes = ['code', 'errorcode', 'errcode', 'statuscode', 'status'];
const types = ['type', 'errortype', 'reason', 'param', 'status'];
/** What gateways say around the words that matter. */
const empty =
  /^(?:\w+ )?(?:provider|upstream|server|internal server|bad request|request)?[ _]?(?:returned )?(?:an )?(?:error|failed)?\.?$/i;

const guard = /^\s*(?:(?:\/\*\*\/)?[\w$.]{1,100}\(|\)\]\}',?|(?:while|for)\([\d;]{1,3}\);)(?=\s*[{[])/;

/** Without a call around the JSON (JSONP), and without what keeps a script from reading it. */
export function unguarded(text: string): string {
  return guard.test(text) ? text.replace(guard, '').replace(/\)?;?\s{0,100}$/, '') : text;
}

const maxDepth = 8;
const maxItems = 8;
const maxHeard = 2_000;
/** Examined length of an error, in UTF-16 units. */
const maxCharacters = 4_000;

export function errorWords(body: unknown): ErrorWords {
  const heard: string[] = [];
  const found = find(body, 0, heard);
  return {
    message: found.message,
    code: found.code,
    all: heard.join(' ').slice(0, maxCharacters).toLowerCase(),
    isPage: typeof body === 'string' && /^\s*</.test(body),
  };
}

/** Fields by their names without case, hyphens, and what gateways put before the usual ones: `ret_msg` is `msg`. */
export function plainFields(holder: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(holder).map(([name, value]) => [name.toLowerCase().replace(/[-_]/g, '').replace(before, ''), value]));
}

const before = /^(?:result|response|resp|return|ret|biz|sub|api)(?=(?:msg|message|code|desc|description|status|error)$)/;

const letters = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]`;
const severalWords = new RegExp(String.raw`\p{L}\s+\p{L}|${letters}{4}`, 'u');

/** A text of several words, in whatever field. Some scripts have no spaces between words. */
export function isSentence(value: unknown): boolean {
  return typeof value === 'string' && severalWords.test(value);
}

interface Found {
  readonly message: string;
  readonly code: string;
}

const nothing: Found = { message: '', code: '' };

function find(value: unknown, depth: number, heard: string[]): Found {
  // Each object is heard of: so many of them are looked at.
  if (depth > maxDepth || heard.length > maxHeard) return nothing;
  if (typeof value === 'string') {
    const bare = unguarded(value);
    const inner = /^\s*[{[]/.test(bare) ? parseCut(bare) : undefined;
    if (isRecord(inner)) return find(inner, depth + 1, heard);
    const message = textOfPage(value);
    heard.push(message);
    return { message, code: '' };
  }
  if (Array.isArray(value)) return first(value.slice(0, maxItems).map((item) => find(item, depth + 1, heard)));
  if (!isRecord(value)) return nothing;

  const fields = plainFields(value);
  heard.push(...types.map((name) => scalar(fields.get(name))), ...codes.map((name) => scalar(fields.get(name))));
  const inner = first(
    wrappers.map((name) => (typeof fields.get(name) === 'string' && name !== 'raw' ? nothing : find(fields.get(name), depth + 1, heard))),
  );
  const own = first([...messages, 'error'].map((name) => find(fields.get(name), depth + 1, heard)));
  const place = Array.isArray(fields.get('loc')) ? (fields.get('loc') as unknown[]).map(scalar).join('.') : '';
  if (place !== '') heard.push(place);
  if (inner.message === '' && own.message === '') {
    // Or lists of what is wrong, by the name of the field.
    const rest = depth === 0 ? lastResorts.map((name) => fields.get(name)) : Object.values(value).filter(isRecord);
    const more = first([...rest, ...Object.values(value).filter(isSentence)].map((entry) => find(entry, depth + 1, heard)));
    if (more.message !== '') return more;
  }
  const message = empty.test(inner.message) && own.message !== '' ? own.message : inner.message;
  const code = codes.map((name) => scalar(fields.get(name))).find((text) => text !== '') ?? '';
  return { message: place === '' || message === '' ? message : `${place}: ${message}`, code: inner.code || own.code || code };
}

/** The first with words that say something, else the first with any. */
function first(found: readonly Found[]): Found {
  const code = found.map((one) => one.code).find((text) => text !== '') ?? '';
  const said = found.filter(({ message }) => message !== '');
  return { message: (said.find(({ message }) => !empty.test(message)) ?? said[0] ?? nothing).message, code };
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, maxCharacters) : '';
}

/** The readable part of a page: its title, else its text. Each character is looked at a few times at most. */
export function textOfPage(page: string): string {
  if (!/^\s*</.test(page)) return page.trim();
  const lower = page.toLowerCase();
  const titleAt = lower.indexOf('<title');
  const title = titleAt === -1 ? '' : between(page, page.indexOf('>', titleAt), '<');
  return plain(title) || plain(withoutTags(page, lower));
}

function between(page: string, open: number, end: string): string {
  const to = open === -1 ? -1 : page.indexOf(end, open + 1);
  return to === -1 ? '' : page.slice(open + 1, to);
}

function withoutTags(page: string, lower: string): string {
  let text = '';
  let at = 0;
  while (text.length < maxCharacters) {
    const open = page.indexOf('<', at);
    if (open === -1) return text + page.slice(at);
    text += `${page.slice(at, open)} `;
    const unread = ['script', 'style'].find((name) => lower.startsWith(name, open + 1));
    const close = unread === undefined ? open : lower.indexOf(`</${unread}`, open);
    const end = close === -1 ? -1 : page.indexOf('>', close);
    if (end === -1) return text;
    at = end + 1;
  }
  return text;
}

function plain(text: string): string {
  return text
    .slice(0, 2 * maxCharacters)
    .replace(/&(?:#39|apos);/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
