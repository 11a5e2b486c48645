/** Parses model lists in the shapes that servers send. A response that is not a list differs from an empty list. */
import { fromErrorObject } from './failures/failure.ts';
import { textOfPage, unguarded } from './failures/errorWords.ts';
import { isFields, isRecord, jsonOf } from './reading/json.ts';
import { ownFailure } from './failures/ownFailures.ts';
import { errorIn } from './reading/streamErrors.ts';
import type { ModelList } from './provider.ts';
import { hide } from './failures/secrets.ts';

const listNames = ['data', 'models', 'items', 'results', 'result', 'edges', 'nodes', 'object'];
const idNames = ['id', 'name', 'model', 'slug', 'modelname', 'modelid', 'key', 'value', 'title', 'node'];
const shownCharacters = 120;

/** @param parsed the text as JSON; undefined where it is none */
export function readModelList(text: string, parsed: unknown, secrets: readonly string[]): ModelList {
  const plain = unguarded(text.replace(/^\ufeff/, '').trim());
  const value = parsed ?? jsonOf(plain) ?? jsonLines(plain);
  if (value === undefined) {
    const said = textOfPage(text).slice(0, shownCharacters);
    const code = /^\s*</.test(text) ? 'models-page' : 'no-models';
    return { type: 'failed', failure: ownFailure(code, [hide(said, secrets) || '""']) };
  }
  const names = namesIn(value, 0);
  const error = (names === undefined || names.length === 0) && isFields(value) ? errorIn(value, undefined) : undefined;
  const hasFailed = error !== undefined && (names === undefined || error.certainty === 'sure');
  if (hasFailed) return { type: 'failed', failure: fromErrorObject(error.error, secrets) };
  const found = names ?? namesOutsideOfList(value);
  if (found !== undefined) return { type: 'models', models: [...new Set(found)] };
  return { type: 'failed', failure: ownFailure('no-models', [hide(text.trim().slice(0, shownCharacters), secrets)]) };
}

function jsonLines(text: string): readonly unknown[] | undefined {
  const values: unknown[] = [];
  for (const line of text.split('\n')) {
    const value = jsonOf(line);
    if (!isRecord(value)) return undefined;
    values.push(value);
  }
  return values;
}

/** A list of names or of objects with names, an object by name, or one of those in a field; undefined for anything else. */
function namesIn(value: unknown, depth: number): readonly string[] | undefined {
  if (depth > 3) return undefined;
  if (Array.isArray(value)) {
    const names = value
      .flat()
      // The models of one vendor, or one model.
      .flatMap((entry) => modelsOf(entry, depth) ?? nameOf(entry))
      .filter((name) => name !== '');
    // Entries that cannot be read do not make a list empty; a list of nothing else is none.
    return names.length > 0 || value.length === 0 ? names : undefined;
  }
  if (!isRecord(value)) return undefined;
  for (const field of listNames) {
    const inner = value[field in value ? field : capital(field)];
    if (inner === null) return [];
    const names = namesIn(inner, depth + 1) ?? (/models$/i.test(field) ? modelsByName(inner) : undefined);
    if (names !== undefined) return names;
  }
  const entries = Object.entries(value);
  const vendors = entries.map(([, entry]) => modelsOf(entry, depth));
  if (vendors.length > 0 && vendors.every((models) => models !== undefined)) return vendors.flat();
  const [only] = entries;
  if (entries.length === 1 && /models$/i.test(only![0])) return namesIn(only![1], depth + 1) ?? modelsByName(only![1]);
  if (depth > 0 && entries.every(([, entry]) => isFields(entry))) return entries.map(([name, entry]) => nameOf(entry) || name);
  // A field of another name: its entries must be objects, since a list of texts may be anything.
  const lists = Object.values(value);
  if (lists.length > 1 && lists.every((list) => Array.isArray(list) && list.every(isRecord))) return namesIn(lists.flat(), depth + 1);
  const others = entries.filter(([name, entry]) => isRecord(entry) && !listNames.includes(name) && !/error/i.test(name));
  for (const [field, entry] of others) {
    const list = Array.isArray(entry) && !/models?(?:_?(?:ids?|names?|list))?$/i.test(field) ? entry.filter(isRecord) : entry;
    const names = Array.isArray(list) && list.length === 0 ? undefined : namesIn(list, depth + 1);
    if (names !== undefined) return names;
  }
  return undefined;
}

/** The models of one vendor. */
function modelsOf(vendor: unknown, depth: number): readonly string[] | undefined {
  return isFields(vendor) && isRecord(vendor['models']) ? namesIn(vendor['models'], depth + 1) : undefined;
}

/** Models with a number for each, or whether each is there. */
function modelsByName(value: unknown): readonly string[] | undefined {
  const entries = isFields(value) ? Object.entries(value) : [];
  const isTable = entries.length > 0 && entries.every(([, entry]) => typeof entry === 'number' || typeof entry === 'boolean');
  return isTable ? entries.filter(([, entry]) => entry !== false).map(([name]) => name) : undefined;
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** The name of the only model, or the models by their names. */
function namesOutsideOfList(value: unknown): readonly string[] | undefined {
  if (!isFields(value)) return undefined;
  const only = listNames.map((field) => value[field]).find(isFields) ?? value;
  const name = ['id', 'model', 'model_id', 'modelId'].map((field) => nameOf(only[field])).find((one) => one !== '');
  if (name !== undefined) return [name];
  const names = Object.keys(value);
  return only === value && names.length > 0 && names.every((one) => isFields(value[one])) ? names : undefined;
}

function nameOf(entry: unknown, depth = 0): string {
  if (typeof entry === 'string') return entry.trim();
  if (!isRecord(entry) || depth > 1) return '';
  const fields = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase().replaceAll('_', ''), value]));
  return idNames.map((field) => (Array.isArray(fields.get(field)) ? '' : nameOf(fields.get(field), depth + 1))).find(Boolean) ?? '';
}
