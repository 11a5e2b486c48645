// A name that is cut in its middle when it has no room: both its maker and its variant stay readable.

/** So many characters at the end stay as long as there is any room. */
const TAIL = 16;

/** The name in two parts, for an element of the class `mid-cut`; the whole name goes into a tooltip. */
export function midCut(name: string): readonly [head: string, tail: string] {
  const characters = [...name];
  const at = Math.max(Math.ceil(characters.length / 2), characters.length - TAIL);
  return [characters.slice(0, at).join(''), characters.slice(at).join('')];
}
