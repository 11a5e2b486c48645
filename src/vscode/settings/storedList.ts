/** A list of names that VS Code stores, such as the pinned conversations. Each name occurs once. */
import type * as vscode from 'vscode';

export class StoredList {
  readonly #memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly #key: string;
  readonly #maxLength: number;

  constructor(memory: Pick<vscode.Memento, 'get' | 'update'>, key: string, maxLength = Number.POSITIVE_INFINITY) {
    this.#memory = memory;
    this.#key = key;
    this.#maxLength = maxLength;
  }

  get names(): readonly string[] {
    const stored = this.#memory.get<unknown>(this.#key);
    return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : [];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Puts the name first. */
  async put(name: string): Promise<void> {
    await this.#memory.update(this.#key, [name, ...this.#without(name)].slice(0, this.#maxLength));
  }

  /** Appends the name, or removes it. */
  async toggle(name: string): Promise<void> {
    const names = this.#without(name);
    await this.#memory.update(this.#key, this.has(name) ? names : [...names, name].slice(-this.#maxLength));
  }

  #without(name: string): readonly string[] {
    return this.names.filter((other) => other !== name);
  }
}
