/** The pinned models and the recently selected ones. */
import type * as vscode from 'vscode';

const pinnedKey = 'rivulet.pinnedModels';
const recentKey = 'rivulet.recentModels';
const maxKept = 20;

export class ModelMemory {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get pinned(): readonly string[] {
    return this.#read(pinnedKey);
  }

  /** Newest first. */
  get recent(): readonly string[] {
    return this.#read(recentKey);
  }

  async togglePin(id: string): Promise<void> {
    const { pinned } = this;
    await this.#memory.update(pinnedKey, pinned.includes(id) ? pinned.filter((other) => other !== id) : [...pinned, id].slice(-maxKept));
  }

  async chosen(id: string): Promise<void> {
    await this.#memory.update(recentKey, [id, ...this.recent.filter((other) => other !== id)].slice(0, maxKept));
  }

  #read(key: string): readonly string[] {
    const kept = this.#memory.get<unknown>(key);
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  }
}
