/** VS Code's part type for reasoning. It is not in the public types yet, so it is looked up when used. */
import * as vscode from 'vscode';
import type { Part } from '../../api.ts';

type Reasoning = Extract<Part, { type: 'reasoning' }>;

interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

type Class = new (value: string, id?: string, metadata?: object) => ThinkingPart;

/** The field of the metadata that holds reasoning of Rivulet's own models, as it goes back to the model. */
const field = 'rivulet';

function thinkingClass(): Class | undefined {
  const found: unknown = (vscode as unknown as Readonly<Record<string, unknown>>)['LanguageModelThinkingPart'];
  return typeof found === 'function' ? (found as Class) : undefined;
}

/**
 * Undefined where this VS Code has no such part.
 * @param parts what goes back to the model with the next request, for the last piece of an answer's reasoning
 */
export function thinkingPart(text: string, id: string, parts: readonly Reasoning[] = []): vscode.LanguageModelResponsePart | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined) return undefined;
  const metadata = parts.length === 0 ? undefined : { [field]: parts };
  return new Thinking(text, id, metadata) as unknown as vscode.LanguageModelResponsePart;
}

/** What {@link thinkingPart} was given to send back; undefined for every other part. */
export function ownReasoning(part: unknown): readonly Reasoning[] | undefined {
  const Thinking = thinkingClass();
  const own = Thinking !== undefined && part instanceof Thinking ? part.metadata?.[field] : undefined;
  return Array.isArray(own) ? own : undefined;
}

/** Reasoning of any model, with what else the part holds; undefined for every other part. */
export function reasoningOf(part: unknown): Reasoning | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined || !(part instanceof Thinking)) return undefined;
  const { value, id, metadata } = part;
  const text = typeof value === 'string' ? value : value.join('');
  return { type: 'reasoning', text, ...(id === undefined && metadata === undefined ? {} : { opaque: { id, metadata } }) };
}

/** Reasoning that {@link reasoningOf} read, for the model that it came from. */
export function asThinking({ text, opaque }: Reasoning): vscode.LanguageModelResponsePart | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined) return undefined;
  const { id, metadata } = (opaque ?? {}) as Pick<ThinkingPart, 'id' | 'metadata'>;
  return new Thinking(text, id, metadata) as unknown as vscode.LanguageModelResponsePart;
}
