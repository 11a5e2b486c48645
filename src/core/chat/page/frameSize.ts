/** Bounds the size of a message to the page: VS Code writes each as JSON, which holds up the extension host. */
import type { PageChange } from './protocol.ts';

/** UTF-16 units of text in one message. */
export const mostText = 512 * 1024;
/** What a row costs besides its text, in the same unit. */
export const perMessage = 1024;

/** The beginning of a text; no character is cut in half. */
export function beginningOf(text: string, most = mostText): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}

/** The changes of the next frame, and those that are left for later ones. A long text is divided, a row is not. */
export function firstFrame(changes: readonly PageChange[]): readonly [now: PageChange[], later: PageChange[]] {
  let room = mostText;
  for (const [index, change] of changes.entries()) {
    const size = sizeOf(change);
    if (size > room) {
      const before = changes.slice(0, index);
      const after = changes.slice(index + 1);
      if (change.type !== 'append') return index === 0 ? [[change], after] : [before, [change, ...after]];
      const text = beginningOf(change.text, room);
      const rest = { ...change, at: change.at + text.length, text: change.text.slice(text.length) };
      return [
        [...before, { ...change, text }],
        [rest, ...after],
      ];
    }
    room -= size;
  }
  return [[...changes], []];
}

function sizeOf(change: PageChange): number {
  if (change.type === 'append') return change.text.length;
  return change.type === 'add' ? perMessage + change.message.text.length + change.message.reasoning.length : 0;
}
