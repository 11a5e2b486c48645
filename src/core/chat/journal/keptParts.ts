/**
 * The parts of an answer as its journal keeps them: a text that stands in the journal already is named by its place, and
 * what only the model can read is kept byte for byte.
 */
import type { Part } from '../../../api.ts';
import { isRecord } from '../../provider/reading/json.ts';
import type { AnswerText } from '../entries.ts';
import { ofExactJson, toExactJson } from './exactJson.ts';

/** `at`: from where to where the words stand in the answer's text, or in its reasoning. */
export type KeptPart =
  | { readonly type: 'text' | 'reasoning'; readonly at: readonly [number, number]; readonly opaque?: unknown }
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly opaque?: unknown }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly arguments: string };

type Texts = Pick<AnswerText, 'text' | 'reasoning'>;

/** Parts of other types are no answer's. */
export function keptParts(parts: readonly Part[], texts: Texts): readonly KeptPart[] {
  const next = { text: 0, reasoning: 0 };
  return parts.flatMap((part): readonly KeptPart[] => {
    switch (part.type) {
      case 'text':
      case 'reasoning': {
        const at = texts[part.type].indexOf(part.text, next[part.type]);
        const opaque = part.type === 'reasoning' && part.opaque !== undefined ? { opaque: toExactJson(part.opaque) } : {};
        if (at === -1) return [{ type: part.type, text: part.text, ...opaque }];
        const end = (next[part.type] = at + part.text.length);
        return [{ type: part.type, at: [at, end], ...opaque }];
      }
      case 'tool-call': {
        const { type, id, name, arguments: json } = part;
        return [{ type, id, name, arguments: json }];
      }
      case 'image':
      case 'tool-result':
        return [];
      default:
        return part satisfies never;
    }
  });
}

/**
 * Undefined where one of them is of a kind that is not known here, or names a place that was lost: parts of what a model
 * said are not what it said, and its text is used in their place.
 */
export function partsOfKept(kept: readonly unknown[], texts: Texts): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const one of kept) {
    const part = isRecord(one) ? partOf(one, texts) : undefined;
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function partOf(kept: Readonly<Record<string, unknown>>, texts: Texts): Part | undefined {
  const { type } = kept;
  if (type === 'tool-call') {
    const { id, name, arguments: json } = kept;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof json !== 'string') return undefined;
    return { type, id, name, arguments: json };
  }
  if (type !== 'text' && type !== 'reasoning') return undefined;
  const text = wordsOf(kept, texts[type]);
  if (text === undefined) return undefined;
  return type === 'text' || kept['opaque'] === undefined ? { type, text } : { type, text, opaque: ofExactJson(kept['opaque']) };
}

function wordsOf({ at, text }: Readonly<Record<string, unknown>>, from: string): string | undefined {
  if (!Array.isArray(at)) return typeof text === 'string' ? text : undefined;
  const [begin, end] = at as readonly unknown[];
  if (typeof begin !== 'number' || typeof end !== 'number' || begin < 0 || begin > end || end > from.length) return undefined;
  return from.slice(begin, end);
}
