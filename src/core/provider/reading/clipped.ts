/** Long texts shortened for people to read. */

/** At most so many UTF-16 units, with `…` in place of the rest; no character is cut in half, nor an emoji at its joint. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF\u200D]+$/, '')}…`;
}
