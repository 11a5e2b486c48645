/** Reads the settings of other clients: JSON with comments, complete or partial, in which each object is a server. */
import { parse, type ParseError } from 'jsonc-parser/lib/esm/main.js';
import { apiOfName, type PastedFacts, isKey, isModel, isNoKey, factKindOf, presetOfName } from './words.ts';

const maxDepth = 12;

/** Undefined if the text is not JSON or names no server. */
export function factsOfJson(text: string): readonly PastedFacts[] | undefined {
  const trimmed = text.trim();
  const wrapped = /^"[^"]+"\s*:/.test(trimmed) ? `{${trimmed}}` : trimmed;
  if (!/^[{[]/.test(wrapped)) return undefined;
  const value = parsed(wrapped);
  const found = serversIn(value, '', 0);
  return found.length === 0 ? undefined : found;
}

function parsed(text: string): unknown {
  const errors: ParseError[] = [];
  try {
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    return errors.length > 0 ? undefined : value;
  } catch {
    // Nested too deeply for the parser.
    return undefined;
  }
}

/** @param name of the field that holds the value */
function serversIn(value: unknown, name: string, depth: number): readonly PastedFacts[] {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => serversIn(one, name, depth + 1));
  const entries = Object.entries(value);
  const own = ownFacts(entries, name);
  const inner = entries.flatMap(([field, one]) => (factKindOf(field) === 'skip' ? [] : serversIn(one, field, depth + 1)));
  return joined(own, inner);
}

/** The values found in one object. */
function ownFacts(entries: readonly (readonly [string, unknown])[], name: string): PastedFacts {
  let facts: PastedFacts = { models: [] };
  for (const [field, value] of entries) {
    const kind = factKindOf(field);
    if (typeof value === 'string') {
      facts = withFact(facts, kind, field, value.trim());
      if (/^(?:provider|vendor|apiProvider|type|id|name)$/i.test(field)) {
        const preset = presetOfName(value);
        if (preset !== undefined) facts = { preset, ...facts };
      }
    } else if (/^models?$/i.test(field)) facts = { ...facts, models: [...facts.models, ...modelsIn(value)] };
  }
  const preset = presetOfName(name);
  return facts.preset === undefined && preset !== undefined ? { ...facts, preset } : facts;
}

function withFact(facts: PastedFacts, kind: ReturnType<typeof factKindOf>, field: string, value: string): PastedFacts {
  const api = apiOfName(field, value);
  const preset = presetOfName(field);
  const more: PastedFacts = { ...facts, ...(api === undefined ? {} : { api }), ...(preset === undefined ? {} : { preset }) };
  switch (kind) {
    case 'address':
      return value === '' || facts.address !== undefined ? facts : { ...more, address: value };
    case 'key': {
      const bare = value.replace(/^(?:bearer|basic|token)\s+/i, '');
      if (isKey(bare, true)) return facts.key === undefined ? { ...more, key: bare } : facts;
      return isNoKey(bare) ? { ...more, keyless: true } : facts;
    }
    case 'model':
      return isModel(value) ? { ...facts, models: [...facts.models, value] } : facts;
    case 'skip':
    case undefined:
      return api === undefined ? facts : more;
    default:
      return kind satisfies never;
  }
}

function modelsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => (typeof one === 'string' ? (isModel(one) ? [one] : []) : modelOf(one)));
  if (typeof value !== 'object' || value === null) return [];
  const names = Object.keys(value);
  // LibreChat: { default: […] }. opencode: an object by the model's name.
  const listed = (value as { readonly default?: unknown }).default;
  return Array.isArray(listed) ? modelsIn(listed) : names.filter((one) => factKindOf(one) === undefined);
}

function modelOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id, model } = value as { readonly id?: unknown; readonly model?: unknown };
  const name = model ?? id;
  return typeof name === 'string' && isModel(name) ? [name] : [];
}

/** The object and the servers in it: one server if they complete each other, several if they differ. */
function joined(own: PastedFacts, inner: readonly PastedFacts[]): readonly PastedFacts[] {
  const servers = inner.filter(isServer);
  const addresses = new Set(
    servers
      .map(({ address }) => address)
      .filter((address) => address !== undefined)
      .map(originOf),
  );
  const keys = new Set(servers.map(({ key }) => key).filter((key) => key !== undefined));
  if (own.address !== undefined) addresses.add(originOf(own.address));
  if (own.key !== undefined) keys.add(own.key);
  if (addresses.size <= 1 && keys.size <= 1) {
    const all = servers.reduce((sum, one) => both(sum, one), own);
    const models = [...own.models, ...inner.flatMap((one) => one.models)];
    return isServer(all) || all.preset !== undefined || models.length > 0 ? [{ ...all, models: [...new Set(models)] }] : [];
  }
  // Values of the outer object apply to each inner one that lacks them, except that a key never goes to another address.
  const shared = servers.map((one) => (own.address === undefined || one.address === undefined ? both(one, own) : one));
  return own.address === undefined || servers.some(({ address }) => address === own.address) ? shared : [own, ...servers];
}

function both(first: PastedFacts, second: PastedFacts): PastedFacts {
  return { ...second, ...first, models: [...new Set([...first.models, ...second.models])] };
}

function isServer({ address, key }: PastedFacts): boolean {
  return address !== undefined || key !== undefined;
}

function originOf(address: string): string {
  return /^(?:https?:\/\/)?([^/?#]+)/i.exec(address)?.[1]?.toLowerCase() ?? address;
}
