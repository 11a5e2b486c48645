/** API keys, one per endpoint, in SecretStorage. A key is bound to the origin that it was entered for. */
import type * as vscode from 'vscode';

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
   * The key for this endpoint, if there is one for this address: when a setting moves an id to another server, the
   * key does not move with it. `OPENAI_API_KEY` of the environment serves the endpoint `openai`.
   */
  async get(id: string, baseURL: string): Promise<string | undefined> {
    const stored = await this.#secrets.get(nameOf(id));
    if (stored !== undefined) {
      const { key, origin } = JSON.parse(stored) as StoredKey;
      if (origin === originOf(baseURL)) return key;
    }
    return id === 'openai' ? process.env['OPENAI_API_KEY'] || undefined : undefined;
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

function originOf(baseURL: string): string {
  return new URL(baseURL).origin;
}
