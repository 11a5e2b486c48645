/** API keys, one per endpoint, in SecretStorage. A key is bound to the origin that it was entered for. */
import type * as vscode from 'vscode';
import { isHttp } from '../../core/provider/baseURL.ts';
import { presets } from '../../core/provider/catalog.ts';
import { isRecord, jsonOf } from '../../core/provider/reading/json.ts';

interface StoredKey {
  readonly key: string;
  readonly origin: string;
}

export class ApiKeyStore {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /**
   * The key for this endpoint and address: if a setting moves an id to another server, neither the stored key nor that of
   * the environment moves with it.
   */
  async get(id: string, baseURL: string): Promise<string | undefined> {
    const origin = addressOrigin(baseURL);
    const stored = readKey(await this.#secrets.get(nameOf(id)));
    if (stored?.origin === origin) return stored.key;
    return environmentKey(id, origin)?.key;
  }

  async set(id: string, baseURL: string, key: string): Promise<void> {
    const stored: StoredKey = { key, origin: addressOrigin(baseURL) };
    await this.#secrets.store(nameOf(id), JSON.stringify(stored));
  }

  async clear(id: string): Promise<void> {
    await this.#secrets.delete(nameOf(id));
  }
}

/** The key in a well-known server's environment variable, for its id and address only. */
export function environmentKey(id: string, baseURL: string): { readonly variable: string; readonly key: string } | undefined {
  const preset = presets.find((one) => one.id === id && addressOrigin(one.baseURL) === addressOrigin(baseURL));
  for (const variable of preset?.variables ?? []) {
    // A variable filled from a file ends in a line break.
    const key = process.env[variable]?.trim();
    if (key !== undefined && key !== '') return { variable, key };
  }
  return undefined;
}

function nameOf(id: string): string {
  return `rivulet.key.${id}`;
}

/** Undefined for a damaged entry: the user is asked for the key again. */
function readKey(entry: string | undefined): StoredKey | undefined {
  const stored = entry === undefined ? undefined : jsonOf(entry);
  if (!isRecord(stored)) return undefined;
  const { key, origin } = stored;
  return typeof key === 'string' && typeof origin === 'string' ? { key, origin } : undefined;
}

/** The origin of an address; anything else stands for itself. */
export function addressOrigin(baseURL: string): string {
  return isHttp(baseURL) ? new URL(baseURL).origin : baseURL;
}
