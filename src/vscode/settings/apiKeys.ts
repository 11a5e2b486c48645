/** API keys, one per endpoint, in SecretStorage. A key is bound to the origin that it was entered for. */
import type * as vscode from 'vscode';
import { isHttp } from '../../core/provider/baseURL.ts';

interface StoredKey {
  readonly key: string;
  readonly origin: string;
}

/** The key of the environment, and the only endpoint and address that it is for. */
const ofEnvironment = { variable: 'OPENAI_API_KEY', id: 'openai', origin: 'https://api.openai.com' };

export class ApiKeyStore {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /**
   * The key for this endpoint, if there is one for this address: when a setting moves an id to another server, neither
   * the stored key nor that of the environment moves with it.
   */
  async get(id: string, baseURL: string): Promise<string | undefined> {
    const origin = originOf(baseURL);
    const stored = readKey(await this.#secrets.get(nameOf(id)));
    if (stored?.origin === origin) return stored.key;
    if (id !== ofEnvironment.id || origin !== ofEnvironment.origin) return undefined;
    // A file that was read into the variable ends in a line break.
    return process.env[ofEnvironment.variable]?.trim() || undefined;
  }

  async set(id: string, baseURL: string, key: string): Promise<void> {
    const stored: StoredKey = { key, origin: originOf(baseURL) };
    await this.#secrets.store(nameOf(id), JSON.stringify(stored));
  }

  async clear(id: string): Promise<void> {
    await this.#secrets.delete(nameOf(id));
  }
}

function nameOf(id: string): string {
  return `rivulet.key.${id}`;
}

/** Undefined for an entry that is damaged: the person is asked for the key again, as if there were none. */
function readKey(entry: string | undefined): StoredKey | undefined {
  if (entry === undefined) return undefined;
  try {
    const { key, origin } = JSON.parse(entry) as Partial<StoredKey>;
    return typeof key === 'string' && typeof origin === 'string' ? { key, origin } : undefined;
  } catch {
    return undefined;
  }
}

function originOf(baseURL: string): string {
  return isHttp(baseURL) ? new URL(baseURL).origin : baseURL;
}
