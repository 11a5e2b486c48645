/** Shortens long texts for display. */

/** At most `most` UTF-16 units, with `…` for the rest; no character or joined emoji is cut in half. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF\u200D]+$/, '')}…`;
}

/** Length of the data that a failure shows, in UTF-16 units. */
export const shownCharacters = 120;

/** The beginning of a server's data on one line. */
export const shown = (data: string): string => clipped(data.replace(/\s+/g, ' ').trim(), shownCharacters);
