/** Reads the content of a message: a text or a list of parts. */
import type { Content, Part } from '../../api.ts';
import { isFields, jsonOf } from './reading/json.ts';

export function partsOf(content: Content): readonly Part[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** The joined texts of a message, without pictures, calls, results and reasoning. */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Content that is only text becomes a string. */
export function simplest(parts: readonly Part[]): Content {
  return parts.every((part) => part.type === 'text') ? textOf(parts) : parts;
}

/** Only the parts of one type. */
export function partsOfType<T extends Part['type']>(content: Content, type: T): readonly Extract<Part, { type: T }>[] {
  return partsOf(content).filter((part): part is Extract<Part, { type: T }> => part.type === type);
}

/** The arguments of a call as an object; text that is not an object is stored under a separate name. */
export function argumentsObject(json: string): Readonly<Record<string, unknown>> {
  if (json.trim() === '') return {};
  const value = jsonOf(json);
  return isFields(value) ? value : { arguments: json };
}

/** All words of a message that the model reads, including tool arguments and results, for token counting. */
export function readableText(content: Content): string {
  return partsOf(content)
    .map((part): string => {
      switch (part.type) {
        case 'text':
        case 'reasoning':
          return part.text;
        case 'tool-call':
          return `${part.name}${part.arguments}`;
        case 'tool-result':
          return readableText(part.content);
        case 'image':
          return '';
        default:
          return part satisfies never;
      }
    })
    .join('');
}

/** The address of a picture that holds the picture. */
export function dataUrl({ mime, data }: Extract<Part, { type: 'image' }>): string {
  return `data:${mime};base64,${base64(data)}`;
}

export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(''));
}

/** Undefined if the text is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
