/** Values as JSON that reads back as what they were: bytes and large integers, which JSON does not have, are marked. */
import { base64, fromBase64 } from '../../provider/parts.ts';
import { isRecord } from '../../provider/reading/json.ts';

/** The name of the field that marks what is written otherwise than it is. */
const mark = '$rivulet';

/** A value that JSON can hold. */
export function toExactJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { [mark]: 'bytes', base64: base64(value) };
  if (typeof value === 'bigint') return { [mark]: 'bigint', digits: String(value) };
  if (Array.isArray(value)) return value.map(toExactJson);
  if (!isRecord(value)) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toExactJson(field)]));
  return Object.hasOwn(value, mark) ? { [mark]: 'object', fields } : fields;
}

export function ofExactJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ofExactJson);
  if (!isRecord(value)) return value;
  const opened = (fields: object): unknown => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, ofExactJson(field)]));
  switch (value[mark]) {
    case 'bytes':
      return fromBase64(String(value['base64'])) ?? value;
    case 'bigint':
      return /^-?\d+$/.test(String(value['digits'])) ? BigInt(String(value['digits'])) : value;
    case 'object':
      return opened(isRecord(value['fields']) ? value['fields'] : {});
    default:
      return opened(value);
  }
}
