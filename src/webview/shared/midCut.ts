// A name that is cut in its middle when it has no room: both its maker and its variant stay readable.

/** A name of so many characters is not cut in its middle. */
const SHORT = 20;
/** So many characters at the end stay as long as there is any room. */
const TAIL = 16;

/** A long name in two parts that give way alike; the whole is in a tooltip. */
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
  // Isolated, since the part around it is written from the right, so that it loses its beginning.
  tail.append(Object.assign(document.createElement('bdi'), { textContent: characters.slice(at).join('') }));
  element.append(tail);
  return element;
}
