// A question as it is sent: what a person wrote, without the empty lines around it.

/** The first line keeps its indentation, which is part of pasted code. Empty when there is nothing to ask. */
export function questionFrom(written: string): string {
  return written.trim() === '' ? '' : written.replace(/^\s*\n/, '').trimEnd();
}
