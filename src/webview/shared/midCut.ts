// Shortens a long name in the middle, so that its beginning and its end stay readable.
import { create } from './create.ts';

/** Names up to this many characters are not shortened. */
const SHORT = 20;
/** Number of characters at the end that stay as long as there is room. */
const TAIL = 16;

/** A long name in two parts that shrink alike; the tooltip has the whole name. */
export function midCut(name: string, classes = ''): HTMLElement {
  const characters = [...name];
  const { length } = characters;
  const at = length <= SHORT ? length : Math.max(Math.ceil(length / 2), length - TAIL);
  const head = create('span', { className: 'mid-cut-head' }, characters.slice(0, at).join(''));
  const element = create('span', { className: `mid-cut ${classes}`, title: name }, head);
  // Isolated, because its parent is right-to-left, so that its beginning is cut off.
  const tail = create('bdi', {}, characters.slice(at).join(''));
  if (at < length) element.append(create('span', { className: 'mid-cut-tail' }, tail));
  return element;
}
