/** The pinned conversations of this workspace, which are listed first. */
import type * as vscode from 'vscode';

const key = 'pinnedConversations';

export class Pins {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  async toggle(id: string): Promise<void> {
    const ids = this.#ids;
    await this.#memento.update(key, ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
  }

  get #ids(): readonly string[] {
    return this.#memento.get<readonly string[]>(key, []);
  }
}
