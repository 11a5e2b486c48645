/** How the tokenizer's vocabulary is kept in one file: a line for each token. As JSON it would be a twentieth larger. */

/** A token: its text, or its bytes where they are no text of their own. Its place in the list is its rank. */
export type Token = string | readonly number[];

/** Of the private use area, so in no token; `packVocabulary` makes sure of it. */
const lineEnd = '\ue000';
const bytesFollow = '\ue001';

export function packVocabulary(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (typeof token !== 'string') return bytesFollow + String.fromCharCode(...token).replaceAll('\n', lineEnd);
      if (token.includes(lineEnd) || token.startsWith(bytesFollow)) throw new Error(`The token ${JSON.stringify(token)} needs other marks.`);
      return token.replaceAll('\n', lineEnd);
    })
    .join('\n');
}

export function unpackVocabulary(packed: string): Token[] {
  return packed.split('\n').map((line) => {
    const token = line.replaceAll(lineEnd, '\n');
    return token.startsWith(bytesFollow) ? Array.from(token.slice(1), (byte) => byte.charCodeAt(0)) : token;
  });
}
