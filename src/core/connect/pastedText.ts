/**
 * Finds addresses, keys and model names in text of any form: shell commands, source code, variables, YAML, TOML, links of
 * other clients, provider pages. No language is parsed; each candidate is judged by the name before it and by its form.
 */
import { fromBase64 } from '../provider/parts.ts';
import { percentDecoded } from '../provider/percentDecoded.ts';
import { apiOfName, type PastedFacts, isKey, isModel, isNoKey, factKindOf, presetOfName } from './words.ts';

/** Each run is decoded on its own, so that one that is no text spoils no other. */
const escapes = /(?:%[\da-f]{2})+/gi;

/** Normalizes the text: ASCII punctuation, joined lines, no encodings around it. */
export function normalized(text: string): string {
  return (
    unpacked(text)
      .normalize('NFKC')
      .replaceAll(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
      .replaceAll(/[“”„‟«»「」『』＂]/g, '"')
      .replaceAll(/[‘’‚‛]/g, "'")
      .replaceAll(/[。、]/g, ' ')
      .replaceAll(/[–—‒―]/g, '-')
      // How resellers of keys separate fields.
      .replaceAll(/-{3,}|\|{2,}/g, '\n')
      // A line that continues on the next: POSIX shells, PowerShell, cmd.exe.
      .replaceAll(/[ \t]*[\\`^][ \t]*\r?\n[ \t]*/g, ' ')
      // A single-line field that swallowed the line break between an address and a key.
      .replaceAll(/(?<=\/v\d+\/?)(?=sk-[\w-]{12})|(?<=[A-Za-z\d])(?=https?:\/\/)/g, '\n')
  );
}

/** Links that carry another client's settings, percent-encoded or in base64. */
function unpacked(text: string): string {
  let plain = text;
  const data = /[?&](?:data|config)=([\w+/=%-]{24,})/.exec(plain)?.[1];
  const decoded = data === undefined ? undefined : textOfBase64(data.replaceAll(escapes, percentDecoded));
  if (decoded !== undefined && /^\s*\{/.test(decoded)) return decoded;
  for (let round = 0; round < 2 && /%(?:7B|22|3A%2F%2F)/i.test(plain); round++) plain = plain.replaceAll(escapes, percentDecoded);
  const settings = /[?&#/](?:settings|config)=(\{.*\})/s.exec(plain)?.[1];
  return settings ?? plain;
}

function textOfBase64(text: string): string | undefined {
  const bytes = fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

type Fact =
  | { readonly type: 'address'; readonly value: string; readonly named: boolean; readonly at: number; readonly preset?: string }
  | { readonly type: 'key'; readonly value: string; readonly named: boolean; readonly at: number; readonly preset?: string }
  | { readonly type: 'keyless' | 'model' | 'api'; readonly value: string; readonly at: number }
  /** An entry of a list begins, so that another server may. */
  | { readonly type: 'entry'; readonly at: number };

/** A name, what stands between it and its value, and the value: `base_url="…"`, `-H "x-api-key: …"`, `| 密钥 | … |`. */
const named = new RegExp(
  [
    // A name of a program, with a second word where people write two, or a Chinese one.
    String.raw`(?<name>(?<!\w|\w[.-])[A-Za-z_][\w.-]{0,60}(?: (?:base|api|url|key|host|id|name|token|address|endpoint)){0,2}`,
    String.raw`|(?:[A-Za-z]{1,12} ?){0,2}[\u3400-\u9fff]{1,8}(?: ?(?:url|key))?)`,
    String.raw`["'\x60*_)\]]*\s*`,
    // An equals sign or a colon; nothing but blanks where what follows cannot be a word; a flag; a call.
    String.raw`(?:(?:[:=|]|=>|->|:=|是|为)\s*|(?=["'\x60<]?(?:https?:|sk-|Bearer\s))`,
    String.raw`|(?<=(?:^|\s)--[\w-]{1,40}\s{1,8}|(?:setx|setenv)\s{1,8}\w{1,60}\s{1,8})|\(\s*(?=["'\x60]))`,
    String.raw`(?:[fr]?["'\x60*<|]+\s*)?(?:Bearer\s+|Basic\s+)?`,
    String.raw`(?<value>(?:https?://)?(?:\[[\da-f:]+\])?[^\s"'\x60|<>,;(){}[\]\u3000-\u9fff]+)`,
  ].join(''),
  'giu',
);

export function factsOfText(text: string): readonly PastedFacts[] {
  const local = localServer(text);
  if (local !== undefined) return [local];
  const facts: Fact[] = [];
  const taken: (readonly [from: number, to: number])[] = [];
  for (const { index, 0: whole, groups } of text.matchAll(named)) {
    const { name = '' } = groups ?? {};
    const said = groups?.['value'] ?? '';
    const at = index + whole.length - said.length;
    const value = withoutEnd(said);
    const label = name.trim();
    const fact = namedFact(label, value, at);
    const skip = factKindOf(lastWord(label)) === 'skip';
    if (fact.length > 0 || skip) taken.push([at, at + value.length]);
    facts.push(...fact);
  }
  const isTaken = (at: number): boolean => taken.some(([from, to]) => at >= from && at < to);
  for (const { index, 0: url } of text.matchAll(/https?:?\/\/?[^\s"'`<>|,;(){}\u3000-\u9fff\uff00-\uffef]+/gi)) {
    if (!isTaken(index)) facts.push({ type: 'address', value: url, named: false, at: index });
  }
  for (const { index, 0: said } of text.matchAll(/[\w+./:=-]{12,}/g)) {
    const word = withoutEnd(said);
    if (isTaken(index) || /^https?:|\/\//.test(word) || !isKey(word, false)) continue;
    facts.push({ type: 'key', value: word, named: false, at: index });
  }
  for (const { index } of text.matchAll(/^[ \t]*-[ \t]+(?:name|title|provider)[ \t]*:/gm)) facts.push({ type: 'entry', at: index });
  for (const { index, groups } of text.matchAll(clientNames))
    facts.push({ type: 'api', value: groups?.['name'] === 'Anthropic' ? 'messages' : 'gemini', at: index });
  return withNamedVendor(text, grouped(withBareWords(text, likely(facts.sort((a, b) => a.at - b.at)))));
}

/** The vendors' own clients, which may be given another server's address. */
const clientNames = /\b(?<name>Anthropic|GoogleGenAI|genai\.Client)\s*\(/g;

/** A key without an address belongs to the vendor that the text names; a relay names another vendor's API. */
function withNamedVendor(text: string, servers: readonly PastedFacts[]): readonly PastedFacts[] {
  const [only] = servers;
  if (servers.length !== 1 || only === undefined || only.address !== undefined || only.preset !== undefined) return servers;
  if (/compatib|relay|proxy|兼容|中转|代理/i.test(text)) return servers;
  const vendors = new Set([...text.matchAll(/[A-Za-z]+|[\u3400-\u9fff]+/g)].flatMap(([word]) => presetOfName(word) ?? []));
  const [vendor] = vendors;
  return vendors.size === 1 ? [{ ...only, preset: vendor! }] : servers;
}

/** Commands that start a server on this machine, and the model that they name. */
const localCommands: readonly (readonly [command: RegExp, preset: string])[] = [
  [/^\s*(?:\$ )?ollama\s+(?:(?:run|pull)\s+(\S+)|serve)/m, 'ollama'],
  [/^\s*(?:\$ )?lms\s+(?:load\s+(\S+)|server\s+start)/m, 'lmstudio'],
  [/^\s*(?:\$ )?(?:vllm\s+serve|python3?\s+-m\s+vllm\S*\s+--model)\s+(\S+)/m, 'vllm'],
  [/^\s*(?:\$ )?(?:\.\/)?llama-server\b/m, 'llamacpp'],
];

function localServer(text: string): PastedFacts | undefined {
  if (/https?:/i.test(text)) return undefined;
  for (const [command, preset] of localCommands) {
    const found = command.exec(text);
    if (found === null) continue;
    const [, model = ''] = found;
    const port = /--port[ =](\d{2,5})\b/.exec(text)?.[1];
    return { preset, models: isModel(model) ? [model] : [], ...(port === undefined ? {} : { address: `http://127.0.0.1:${port}/v1` }) };
  }
  return undefined;
}

/** Removes trailing punctuation. */
function withoutEnd(word: string): string {
  return word.replace(/\.+$/, '');
}

function lastWord(name: string): string {
  return /[^\s.]+$/.exec(name)?.[0] ?? name;
}

function namedFact(name: string, value: string, at: number): readonly Fact[] {
  const word = lastWord(name);
  const kind = factKindOf(name) ?? factKindOf(word);
  const preset = presetOfName(word);
  const from = preset === undefined ? {} : { preset };
  const api = apiOfName(word, value);
  const more: readonly Fact[] = api === undefined ? [] : [{ type: 'api', value: api, at }];
  switch (kind) {
    case 'address':
      return looksLikeAddress(value) ? [{ type: 'address', value, named: true, at, ...from }, ...more] : [];
    case 'key':
      if (isKey(value, true)) return [{ type: 'key', value, named: true, at, ...from }, ...more];
      return isNoKey(value) ? [{ type: 'keyless', value, at }] : [];
    case 'model':
      return isModel(value) ? [{ type: 'model', value, at }] : [];
    case 'skip':
    case undefined:
      return more;
    default:
      return kind satisfies never;
  }
}

function looksLikeAddress(text: string): boolean {
  return (
    /^https?:?\/{1,2}/i.test(text) || /^(?:[\w-]+(?:\.[\w-]+)*(?:\.?:\d+|\.[a-z]{2,}\.?)|\[[\da-f:]+\](?::\d+)?)(?:[/?#].*)?$/i.test(text)
  );
}

/** Addresses of pages, files and examples are dropped if there is a better one. */
function likely(facts: readonly Fact[]): readonly Fact[] {
  const weight = (fact: Fact): number => (fact.type === 'address' ? weightOf(fact) : 0);
  const best = Math.max(0, ...facts.map(weight));
  return facts.filter((fact) => fact.type !== 'address' || (best <= 1 ? weight(fact) === best : weight(fact) > 1));
}

function weightOf({ value, named: isNamed }: Fact & { type: 'address' }): number {
  const [, host = '', path = ''] = /^(?:https?:?\/+)*([^/?#]*)([^?#]*)/i.exec(value) ?? [];
  const isPage =
    /\.(?:json|png|jpe?g|gif|svg|webp|html?|md|pdf|js|css|sh|zip)$/i.test(path) ||
    /\/(?:docs?|console|keys?|api-?keys|token|topup|login|register|pricing|settings\/keys|account|blob|wiki)(?:\/|$)/i.test(path) ||
    /^(?:www\.)?(?:github\.com|docs?\.|platform\.|console\.|help\.|status\.|raw\.githubusercontent\.com|schema|example\.com)/i.test(host);
  if (isNamed) return isPage ? 2 : 4;
  if (isPage) return 0;
  if (/\/(?:chat\/completions|completions|messages|responses|models|embeddings)\/?$|:(?:stream)?generateContent$/i.test(path)) return 3;
  return /\/v\d|\/api\b|\/openai|compatible/i.test(path) || /^api\.|api[.-]|^(?:localhost|127\.|10\.|192\.168\.)/i.test(host) ? 2 : 1;
}

/** Text without structure: an address without a scheme, and a key of unknown form beside an address. */
function withBareWords(text: string, facts: readonly Fact[]): readonly Fact[] {
  const words = [...text.matchAll(/[^\s,;|]+/g)].map(({ index, 0: word }) => ({ at: index, word: word.replace(/^["'`<]+|["'`>]+$/g, '') }));
  if (words.length > 6) return facts;
  const added: Fact[] = [...facts];
  const has = (type: Fact['type']): boolean => added.some((fact) => fact.type === type);
  if (!has('address')) {
    const bare = words.find(({ word }) => looksLikeAddress(word) && !isKey(word, false) && !/\.(?:com|cn)?@/.test(word));
    if (bare !== undefined) added.push({ type: 'address', value: bare.word, named: false, at: bare.at });
  }
  if (!has('key')) {
    const bare = words.find(
      ({ word }) =>
        !looksLikeAddress(word) && word.length >= 16 && /\d/.test(word) && /[a-z]/i.test(word) && isKey(word, true) && !/[/=]/.test(word),
    );
    if (bare !== undefined) added.push({ type: 'key', value: bare.word, named: false, at: bare.at });
  }
  return added.sort((a, b) => a.at - b.at);
}

/** Splits consecutive servers: a second address or key starts a new one, because a key must not go to another's address. */
function grouped(facts: readonly Fact[]): readonly PastedFacts[] {
  const servers: PastedFacts[] = [];
  let open: PastedFacts = { models: [] };
  const close = (): void => {
    if (open.address !== undefined || open.key !== undefined || open.preset !== undefined) servers.push(open);
    open = { models: [] };
  };
  for (const fact of facts) {
    switch (fact.type) {
      case 'entry':
        if (open.address !== undefined || open.key !== undefined) close();
        break;
      case 'address':
        if (open.address !== undefined && hostOf(open.address) !== hostOf(fact.value)) close();
        open = { ...open, address: open.address ?? fact.value, ...presetOf(open, fact) };
        break;
      case 'key':
        if (open.key !== undefined && open.key !== fact.value) close();
        open = { ...open, key: fact.value, ...presetOf(open, fact) };
        break;
      case 'keyless':
        open = { ...open, keyless: true };
        break;
      case 'model':
        open = { ...open, models: [...open.models, fact.value] };
        break;
      case 'api':
        open = { ...open, api: open.api ?? (fact.value as NonNullable<PastedFacts['api']>) };
        break;
      default:
        fact satisfies never;
    }
  }
  close();
  return servers;
}

function presetOf(open: PastedFacts, { preset }: { readonly preset?: string }): { readonly preset?: string } {
  const known = open.preset ?? preset;
  return known === undefined ? {} : { preset: known };
}

function hostOf(address: string): string {
  return /^(?:https?:?\/+)*([^/?#]+)/i.exec(address)?.[1]?.toLowerCase() ?? address;
}
