/** What all dialects share in reading messages: pictures, names of fields that are left out, and texts that stay texts. */
import type { Message, Part } from '../../../api.ts';
import { fromBase64 } from '../../../core/provider/parts.ts';
import type { JsonFields } from '../../../core/provider/reading/json.ts';
import { Mistake } from './schema.ts';

const mimes = /^image\/(?:png|jpeg|gif|webp)$/;

/** A text alone stays a text. */
export function simplest(parts: readonly Part[]): Message['content'] {
  return parts.every((part) => part.type === 'text') ? parts.map(({ text }) => text).join('') : parts;
}

export function pictureAt(url: unknown, place: string): Part {
  const [, mime = '', encoded = ''] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(typeof url === 'string' ? url : '') ?? [];
  return picture(mime, encoded, `${place} must hold the picture itself: data:image/png;base64,… (or jpeg, gif, webp); none is fetched.`);
}

export function picture(mime: string, encoded: string, mistake: string): Part {
  const data = mimes.test(mime) && encoded !== '' ? fromBase64(encoded) : undefined;
  if (data === undefined) throw new Mistake(mistake);
  return { type: 'image', mime, data };
}

/** Most fields that are named to the client. */
const maxNamed = 20;

/** Collects the fields of messages that say nothing to the model. */
export class Ignored {
  readonly #names = new Set<string>();

  /** @param rest what no schema knows; fields without a value are none */
  add(place: string, rest: JsonFields): void {
    for (const name in rest) if (rest[name] !== undefined && rest[name] !== null) this.name(place === '' ? name : `${place}.${name}`);
  }

  name(name: string): void {
    if (this.#names.size < maxNamed) this.#names.add(name);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }
}
