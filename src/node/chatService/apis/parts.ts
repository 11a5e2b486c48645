/** Helpers shared by all dialects for reading messages: pictures, ignored fields, and plain texts. */
import type { Part } from '../../../api.ts';
import { fromBase64 } from '../../../core/provider/parts.ts';
import type { JsonFields } from '../../../core/provider/reading/json.ts';
import { RequestError } from '../requestError.ts';

const mimes = /^image\/(?:png|jpeg|gif|webp)$/;

export function pictureAt(url: unknown, place: string): Part {
  const [, mime = '', encoded = ''] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(typeof url === 'string' ? url : '') ?? [];
  return picture(mime, encoded, `${place} must hold the picture itself: data:image/png;base64,… (or jpeg, gif, webp); none is fetched.`);
}

export function picture(mime: string, encoded: string, mistake: string): Part {
  const data = mimes.test(mime) && encoded !== '' ? fromBase64(encoded) : undefined;
  if (data === undefined) throw new RequestError(mistake);
  return { type: 'image', mime, data };
}

/** Maximum number of field names reported to the client. */
const maxNamed = 20;

export class IgnoredFields {
  readonly #names = new Set<string>();

  /** @param rest fields that no schema knows; fields without a value are skipped */
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
