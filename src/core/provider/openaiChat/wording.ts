/** Words in fields of any JSON type: what a server should have sent as a string, and may have sent as something else. */
import { isRecord } from '../reading/json.ts';

/** Where the words of an object are, in the order of preference. */
const wordFields = [
  'text',
  'content',
  'value',
  'thinking',
  'reasoning',
  'summary',
  'output_text',
  'reasoningText',
  'refusal',
  'parts',
] as const;
/** Deeper than any server nests, and shallow enough for the stack. */
const maxDepth = 6;

/** All words in a value, joined; the empty string when there are none. Scalars are spelt out. */
export function wordsIn(value: unknown, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      if (depth >= maxDepth) return '';
      if (Array.isArray(value)) return value.map((item) => wordsIn(item, depth + 1)).join('');
      if (!isRecord(value)) return '';
      for (const field of wordFields) {
        const words = wordsIn(value[field], depth + 1);
        if (words !== '') return words;
      }
      return '';
  }
}
