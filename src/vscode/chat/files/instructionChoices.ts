/** The instructions of a conversation: all available ones except those that the user removed from it. */
import type * as vscode from 'vscode';
import { type Instruction, type Instructions, instructionsText } from './instructions.ts';

type Removed = Readonly<Record<string, readonly string[]>>;

const key = 'rivulet.removedInstructions';

export class InstructionChoices {
  readonly #memory: vscode.Memento;
  readonly #instructions: Instructions;
  readonly onChange: vscode.Event<void>;

  constructor(memory: vscode.Memento, instructions: Instructions) {
    this.#memory = memory;
    this.#instructions = instructions;
    this.onChange = instructions.onChange;
  }

  of(conversation: string): readonly Instruction[] {
    const removed = this.#removed[conversation] ?? [];
    return this.#instructions.current.filter(({ id }) => !removed.includes(id));
  }

  /** Returns whether there was such an instruction. */
  remove(conversation: string, id: string): boolean {
    if (!this.of(conversation).some((instruction) => instruction.id === id)) return false;
    const removed = this.#removed;
    void this.#memory.update(key, { ...removed, [conversation]: [...(removed[conversation] ?? []), id] });
    return true;
  }

  forget(conversation: string): void {
    const { [conversation]: forgotten, ...others } = this.#removed;
    if (forgotten !== undefined) void this.#memory.update(key, others);
  }

  /** Reads the files again and returns them as part of a prompt. */
  async textFor(conversation: string): Promise<string> {
    await this.#instructions.read();
    return instructionsText(this.of(conversation));
  }

  get #removed(): Removed {
    return this.#memory.get<Removed>(key, {});
  }
}
