/** Finds secrets in a text so that they can be hidden: those that are known, in any spelling, and what looks like one. */
import { percentDecoded } from '../percentDecoded.ts';

/** Part of a text, in UTF-16 units. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface SecretSource {
  readonly baseURL?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** So many characters of a secret in a row give it away, so a secret that a limit has cut is found too. */
const windowCharacters = 8;
/** A shorter one is a placeholder, and hiding it would make words unreadable. */
const minSecretCharacters = 3;
/** The value of a header that does not say that it is secret, such as `true`, is one only from this length on. */
const minHeaderCharacters = 6;

/** The key, the values of the headers, what the address holds before its `@`, and keys among its parameters. */
export function secretsOf({ baseURL, apiKey, headers = {} }: SecretSource): readonly string[] {
  const found = new Set<string>();
  const add = (secret: string | undefined): void => {
    const trimmed = secret?.trim() ?? '';
    if (trimmed.length >= minSecretCharacters) found.add(trimmed);
  };
  add(apiKey);
  for (const [name, value] of Object.entries(headers)) {
    if (value.length < minHeaderCharacters && !/auth|key|token|secret|cookie|pass/i.test(name)) continue;
    add(value);
    const [, scheme = '', credentials = ''] = /^(bearer|basic|token|api-?key|key|bot|digest)\s+(\S.*)$/i.exec(value.trim()) ?? [];
    add(credentials);
    if (scheme.toLowerCase() === 'basic') for (const part of userAndPassword(fromBase64(credentials))) add(part);
  }
  for (const [, value = ''] of baseURL?.matchAll(/[?&][^=&#]*(?:key|token|secret|auth|sig|pass)[^=&#]*=([^&#]*)/gi) ?? []) {
    for (const spelling of [value, percentDecoded(value)]) add(spelling);
  }
  const userInfo = /^[a-z][\w+.-]*:\/\/([^/?#]*)@/i.exec(baseURL?.trim() ?? '')?.[1];
  if (userInfo !== undefined) for (const spelling of [userInfo, percentDecoded(userInfo)]) userAndPassword(spelling).forEach(add);
  return [...found];
}

/** Both, and the password; a user's name alone is no secret. */
function userAndPassword(text: string): readonly string[] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text] : [text, text.slice(colon + 1)];
}

/** The same text without the known secrets. */
export function hide(text: string, secrets: readonly string[]): string {
  return secrets.length === 0 ? text : masked(text, knownSecrets(text, secrets));
}

/** The same text without the known secrets and without anything that looks like a secret. */
export function redact(text: string, secrets: readonly string[]): string {
  return masked(text, [...knownSecrets(text, secrets), ...likelySecrets(text)]);
}

/** As long as what it hides, so that places in the text stay where they are. */
export function masked(text: string, ranges: readonly Range[]): string {
  let out = '';
  let at = 0;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    if (to <= at) continue;
    const begin = Math.max(at, from);
    out += text.slice(at, begin) + '*'.repeat(to - begin);
    at = to;
  }
  return out + text.slice(at);
}

/** Where the text holds one of these secrets or a telling part of one: plain, escaped, percent-encoded, in base64. */
export function knownSecrets(text: string, secrets: readonly string[]): Range[] {
  if (secrets.length === 0) return [];
  const windows = new Set<string>();
  /** Whether any window begins with two characters like these: most places of a text are passed over by that alone. */
  const pairs = new Uint8Array(0x10000);
  const whole = new Set<string>();
  const short: string[] = [];
  for (const spelling of secrets.flatMap(spellings)) {
    if (spelling.length < windowCharacters) short.push(spelling);
    else whole.add(spelling);
    for (let at = 0; at + windowCharacters <= spelling.length; at++) {
      windows.add(spelling.slice(at, at + windowCharacters));
      pairs[pairAt(spelling, at)] = 1;
    }
  }
  const found: Range[] = [];
  for (const level of readings(text)) {
    const { decoded } = level;
    const take = (from: number, to: number): void => {
      if (from === -1) return;
      const run = decoded.slice(from, to);
      // A plain word that a long value happens to contain, such as `application`, gives nothing away.
      if (/^(?:[a-z]+|[A-Z]+)$/.test(run) && !whole.has(run)) return;
      found.push({ from: level.at(from), to: level.at(to) });
    };
    let runFrom = -1;
    let runTo = -1;
    for (let at = 0; at + windowCharacters <= decoded.length; at++) {
      if (pairs[pairAt(decoded, at)] === 0 || !windows.has(decoded.slice(at, at + windowCharacters))) continue;
      if (at > runTo) {
        take(runFrom, runTo);
        runFrom = at;
      }
      runTo = at + windowCharacters;
    }
    take(runFrom, runTo);
    for (const secret of short) {
      for (let at = decoded.indexOf(secret); at !== -1; at = decoded.indexOf(secret, at + secret.length)) {
        const end = at + secret.length;
        if (!isWordAt(decoded, at - 1) && !isWordAt(decoded, end)) found.push({ from: level.at(at), to: level.at(end) });
      }
    }
  }
  return found;
}

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1)) & 0xffff;
}

function isWordAt(text: string, at: number): boolean {
  return /[A-Za-z\d]/.test(text.charAt(at));
}

/** As it is, in either case, as UTF-8 bytes, in hexadecimal, and as base64 has it wherever it stands in what was encoded. */
function spellings(secret: string): string[] {
  const bytes = utf8(secret);
  const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  const base64 = [0, 1, 2]
    .map((before) => btoa('\0'.repeat(before) + bytes).slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 4) / 3)))
    .filter((core) => core.length >= windowCharacters);
  const cases = [secret.toLowerCase(), secret.toUpperCase(), hex, hex.toUpperCase()];
  return [...new Set([secret, bytes, ...cases, ...base64, ...base64.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'))])];
}

/** A text as it reads when its escapes are resolved, and where each of its characters came from. */
interface Reading {
  readonly decoded: string;
  at(place: number): number;
}

/** JSON in JSON in an address is as deep as secrets were seen. */
const maxReadings = 4;
const escapes = new RegExp(
  [
    /\\u([\da-fA-F]{4})|\\x([\da-fA-F]{2})|%([\da-fA-F]{2})|&#x([\da-fA-F]{1,5});|&#(\d{1,6});|&(amp|quot|apos|lt|gt);|\\(["\\/'nrtbf])/,
    // Characters that are not seen.
    /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);
const named: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
};

function* readings(text: string): Generator<Reading> {
  let reading: Reading = { decoded: text, at: (place) => place };
  for (let level = 1; ; level++) {
    yield reading;
    if (level === maxReadings) return;
    const next = resolved(reading);
    if (next === undefined) return;
    reading = next;
  }
}

/** Undefined when there is no escape in it. */
function resolved({ decoded, at }: Reading): Reading | undefined {
  const parts: string[] = [];
  /** After the place `places[i]` of the resolved text, it lags so many characters behind the other. */
  const places: number[] = [];
  const lags: number[] = [];
  let from = 0;
  let length = 0;
  for (const match of decoded.matchAll(escapes)) {
    const [escape, u, x, percent, hex, decimal, entity, plain] = match;
    const digits = u ?? x ?? percent ?? hex;
    const code = digits === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(digits, 16);
    const word = entity ?? plain ?? '';
    const character = Number.isNaN(code) ? (named[word] ?? word) : String.fromCharCode(code);
    parts.push(decoded.slice(from, match.index), character);
    length += match.index - from + character.length;
    from = match.index + escape.length;
    places.push(length);
    lags.push(from - length);
  }
  if (places.length === 0) return undefined;
  parts.push(decoded.slice(from));
  return { decoded: parts.join(''), at: (place) => at(place + lagAt(places, lags, place)) };
}

function lagAt(places: readonly number[], lags: readonly number[], place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (lags[low - 1] as number);
}

/** Each reads a text in linear time: `holds` and `rest` are looked at once per match, not from each place where one may begin. */
interface Pattern {
  readonly pattern: RegExp;
  /** What the match must hold. */
  readonly holds?: RegExp;
  /** What belongs to the secret after the match. */
  readonly rest?: RegExp;
}

/** Keys that vendors mark by their beginnings, and private keys. */
const keyShapes: readonly Pattern[] = [
  { pattern: /\b(?:c?sk|rk|pk|sess)[-_][\w-]{8,}/g },
  {
    pattern: /\b(?:nvapi|pplx|gsk|hf|xai|r8|fw|fpk|tgp|npm|pypi|glpat|dop|shpat|whsec|lin_api|sq0\w{3}|key)[-_][\w-]{16,}/g,
    holds: /^[A-Za-z\d]+[-_].*\d/s,
  },
  { pattern: /\b(?:gh[opsur]_|github_pat_)\w{16,}/g },
  { pattern: /\bx(?:ox[a-z]|app)-[\w-]{8,}/g },
  { pattern: /\b(?:SG|hvs)\.[\w.-]{16,}/g, holds: /\d/ },
  { pattern: /\b(?:AKIA|ASIA)[A-Z\d]{12,}/g },
  { pattern: /\bvault:v\d{1,3}:[\w+/=-]{8,}/g },
  { pattern: /\bAIza[\w-]{20,}|\bya29\.[\w-]{20,}/g },
  { pattern: /\beyJ[\w-]{10,}(?:\.[\w-]+){0,2}/g, holds: /\..*\./ },
  { pattern: /(?<=-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)[\w+/=\s]+/g },
];

const noWord = String.raw`(?!(?:null|true|false|none|undefined|bearer|basic)\b)`;
const minValueCharacters = 6;
const inValue = String.raw`[^\s"'\`&,;<>(){}[\]\\]`;
const value = `${noWord}${inValue}{${minValueCharacters},}`;
const assigned = String.raw`["'\`]?\s{0,4}[:=]\s{0,4}\[?["'\`]?`;
/** An absolute path is the place of a secret at most. Only known roots: base64 may begin with a slash too. */
const roots = '[Uu]sers|home|root|workspaces?|tmp|var|etc|opt|usr|run|srv|mnt|media|[Vv]olumes|private|data|app|builds?';
const path = String.raw`(?:~|/(?:[a-z]/)?(?:${roots}))(?:/|$|(?=[\s"'\`,;]))`;
const noPath = `(?!${assigned}${path})`;
const names = [
  'authorization|secret|password|passwd|(?<![a-z])pass(?:code|phrase)?|cookie',
  `(?:(?<![a-z])pwd|credentials?|(?:access|account|private|subscription)[-_]?key)${noPath}`,
  'api[-_ ]?key(?: [a-z]{1,12}){0,2}|(?<![a-z])[a-z]{1,12}[-_]token',
].join('|');
const withDigit = String.raw`(?<secret>(?=[\w.~+/-]*[\d=])[\w.~+/=-]{8,})`;
/** What names of fields, of headers and of parts of an address announce as a secret. */
const announced: readonly Pattern[] = [
  {
    pattern: new RegExp(String.raw`(?:${names})${assigned}(?:(?:bearer|basic|token|digest|api-?key)\s{1,4})?(?<secret>${value})`, 'gi'),
  },
  // Models write tokens of another kind: words.
  {
    pattern: new RegExp(String.raw`(?<![\w-])(?:token|sig|signature|auth)${assigned}(?<secret>${noWord}[\w.~+/=-]+)`, 'gi'),
    holds: /\d/,
    rest: new RegExp(`${inValue}*`, 'y'),
  },
  { pattern: new RegExp(String.raw`[?&](?:key|sig|signature|auth|code)=(?<secret>${value})`, 'gi') },
  { pattern: /\bBearer\s(?<secret>[\w.~+/=-]{8,})/g },
  { pattern: new RegExp(String.raw`\b(?:bearer|basic)\s${withDigit}`, 'gi') },
  { pattern: new RegExp(String.raw`\b(?:api[-_ ]?key|passw(?:or)?d|passphrase|secret|credentials?)\s(?:is\s)?${withDigit}`, 'gi') },
  // Variables of an environment, and what curl is given.
  {
    pattern: new RegExp(String.raw`\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)*_(?:PASS|(?:KEY|AUTH)${noPath})=["']?(?<secret>[^\s"'&;]{6,})`, 'g'),
  },
  { pattern: /\s(?:-u|--user)[ =]["']?(?<secret>[^\s:"']{1,200}:[^\s"']{1,200})/g },
  { pattern: /:\/\/(?<secret>[^\s/:@"'\\]{1,200}:[^\s/@"'\\]{1,200})@/g },
];

/** Where the text holds what looks like a secret: by its beginning, or by the name before it. */
export function likelySecrets(text: string): Range[] {
  const found: Range[] = [];
  for (const { decoded, at } of readings(text)) {
    for (const { pattern, holds, rest } of [...keyShapes, ...announced]) {
      pattern.lastIndex = 0;
      for (let match = pattern.exec(decoded); match !== null; match = pattern.exec(decoded)) {
        const secret = match.groups?.['secret'] ?? match[0];
        if (holds?.test(secret) === false) continue;
        const from = match.index + match[0].lastIndexOf(secret);
        let to = from + secret.length;
        if (rest !== undefined) {
          rest.lastIndex = to;
          to += rest.exec(decoded)![0].length;
          if (to - from < minValueCharacters) continue;
          pattern.lastIndex = to;
        }
        found.push({ from: at(from), to: at(to) });
      }
    }
  }
  return found;
}

function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function fromBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}
