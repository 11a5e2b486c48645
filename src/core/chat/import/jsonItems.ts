/** The items of the list in a JSON file, found without parsing the whole file at once. */

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Yields the bytes of each item, or of the whole file if it holds no list. If the list is broken, one of them is no JSON. */
export function* jsonItems(file: Uint8Array): Generator<Uint8Array, void, undefined> {
  const bytes = file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? file.subarray(3) : file;
  const list = bytes.findIndex((byte) => !isSpace(byte));
  if (bytes[list] !== openBracket) return yield bytes;
  let start = list + 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === quote && !escaped) inString = false;
      escaped = byte === backslash && !escaped;
    } else if (byte === quote) inString = true;
    else if (byte === openBracket || byte === openBrace) depth++;
    else if ((byte === closeBracket || byte === closeBrace) && depth > 0) depth--;
    else if (byte === closeBracket) {
      const last = bytes.subarray(start, at);
      if (start > list + 1 || !isBlank(last)) yield last;
      if (!isBlank(bytes.subarray(at + 1))) yield bytes.subarray(at);
      return;
    } else if (byte === comma && depth === 0) {
      yield bytes.subarray(start, at);
      start = at + 1;
    }
  }
  // The end is missing. With the sign before it, the last item is no JSON.
  yield bytes.subarray(start - 1);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(isSpace);
}
