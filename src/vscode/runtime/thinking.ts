/** VS Code's part type for reasoning. The public types lack it, so it is looked up at run time. */
import * as vscode from 'vscode';
import type { Part } from '../../api.ts';

type Reasoning = Extract<Part, { type: 'reasoning' }>;

interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

type Class = new (value: string, id?: string, metadata?: object) => ThinkingPart;

/** Metadata field with the reasoning of Rivulet's models, in the form that goes back to the model. */
const field = 'rivulet';

function thinkingClass(): Class | undefined {
  const found: unknown = (vscode as unknown as Readonly<Record<string, unknown>>)['LanguageModelThinkingPart'];
  return typeof found === 'function' ? (found as Class) : undefined;
}

/**
 * Undefined if this VS Code has no such part.
 * @param parts the whole reasoning of an answer, to be sent with the next request; for its last piece only
 */
export function thinkingPart(text: string, id: string, parts: readonly Reasoning[] = []): vscode.LanguageModelResponsePart | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined) return undefined;
  const metadata = parts.length === 0 ? undefined : { [field]: parts };
  return new Thinking(text, id, metadata) as unknown as vscode.LanguageModelResponsePart;
}

/** The `parts` given to {@link thinkingPart}; undefined for any other part. */
export function ownReasoning(part: unknown): readonly Reasoning[] | undefined {
  const Thinking = thinkingClass();
  const own = Thinking !== undefined && part instanceof Thinking ? part.metadata?.[field] : undefined;
  return Array.isArray(own) ? own : undefined;
}

/** The reasoning of any model, with the part's other data as `opaque`; undefined for any other part. */
export function reasoningOf(part: unknown): Reasoning | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined || !(part instanceof Thinking)) return undefined;
  const { value, id, metadata } = part;
  const text = typeof value === 'string' ? value : value.join('');
  return { type: 'reasoning', text, ...(id === undefined && metadata === undefined ? {} : { opaque: { id, metadata } }) };
}

/** The inverse of {@link reasoningOf}. */
export function asThinking({ text, opaque }: Reasoning): vscode.LanguageModelResponsePart | undefined {
  const Thinking = thinkingClass();
  if (Thinking === undefined) return undefined;
  const { id, metadata } = (opaque ?? {}) as Pick<ThinkingPart, 'id' | 'metadata'>;
  return new Thinking(text, id, metadata) as unknown as vscode.LanguageModelResponsePart;
}
