// A question as it is sent: the user's text without surrounding empty lines.

/** The first line keeps its indentation, which is part of pasted code. Empty if there is nothing to ask. */
export function questionFrom(written: string): string {
  return written.trim() === '' ? '' : written.replace(/^\s*\n/, '').trimEnd();
}
