// Shortens a long name in the middle, so that its beginning and its end stay readable.

/** Names up to this many characters are not shortened. */
const SHORT = 20;
/** Number of characters at the end that stay as long as there is room. */
const TAIL = 16;

/** A long name in two parts that shrink alike; the tooltip has the whole name. */
export function midCut(name: string, classes = ''): HTMLElement {
  const characters = [...name];
  const { length } = characters;
  const at = length <= SHORT ? length : Math.max(Math.ceil(length / 2), length - TAIL);
  const element = document.createElement('span');
  element.className = `mid-cut ${classes}`;
  element.title = name;
  const head = document.createElement('span');
  head.textContent = characters.slice(0, at).join('');
  head.className = 'mid-cut-head';
  element.append(head);
  if (at === length) return element;
  const tail = document.createElement('span');
  tail.className = 'mid-cut-tail';
  // Isolated, because its parent is right-to-left, so that its beginning is cut off.
  tail.append(Object.assign(document.createElement('bdi'), { textContent: characters.slice(at).join('') }));
  element.append(tail);
  return element;
}
