/**
 * Remembers the reasoning before each tool call, by call id. Clients that cannot carry reasoning send calls and results
 * back without it; this puts it in again. The size is bounded; the oldest entries go first.
 */
import type { Message, Part } from '../../api.ts';
import { partsOf, partsOfType, textOf } from '../provider/parts.ts';

const maxAnswers = 500;
/** Maximum total size, in UTF-16 units. */
const maxCharacters = 16 * 1024 * 1024;

interface Kept {
  readonly parts: readonly Part[];
  readonly characters: number;
}

export class KeptReasoning {
  /** By the id of an answer's first call. */
  readonly #answers = new Map<string, Kept>();
  #characters = 0;

  /** @param parts of an answer that has ended; without calls, or without reasoning, there is nothing to keep */
  keep(parts: readonly Part[]): void {
    const id = partsOfType(parts, 'tool-call')[0]?.id;
    if (id === undefined || partsOfType(parts, 'reasoning').length === 0) return;
    this.#drop(id);
    const characters = parts.reduce((sum, part) => sum + sizeOf(part), 0);
    this.#answers.set(id, { parts, characters });
    this.#characters += characters;
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= maxAnswers && this.#characters <= maxCharacters) return;
      this.#drop(oldest);
    }
  }

  /** Returns the messages with reasoning restored for every known call. */
  restored(messages: readonly Message[]): readonly Message[] {
    return messages.map((message) => {
      const { role, content } = message;
      if (role !== 'assistant') return message;
      const calls = partsOfType(content, 'tool-call');
      const kept = calls[0] === undefined ? undefined : this.#answers.get(calls[0].id)?.parts;
      if (kept === undefined) return message;
      return { role, content: isSame(kept, message) ? kept : [...partsOfType(kept, 'reasoning'), ...withoutReasoning(message)] };
    });
  }

  #drop(id: string): void {
    this.#characters -= this.#answers.get(id)?.characters ?? 0;
    this.#answers.delete(id);
  }
}

/** The client changed nothing, so each part returns to its place. */
function isSame(kept: readonly Part[], { content }: Message): boolean {
  const ids = (parts: readonly Part[]): string => JSON.stringify(partsOfType(parts, 'tool-call').map(({ id }) => id));
  return textOf(kept) === textOf(content) && ids(kept) === ids(partsOf(content));
}

function withoutReasoning({ content }: Message): readonly Part[] {
  return partsOf(content).filter(({ type }) => type !== 'reasoning');
}

function sizeOf(part: Part): number {
  if (part.type === 'text') return part.text.length;
  if (part.type === 'tool-call') return part.arguments.length;
  return part.type === 'reasoning' ? part.text.length + (JSON.stringify(part.opaque ?? null)?.length ?? 0) : 0;
}
