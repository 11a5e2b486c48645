/**
 * Streams an answer into the message box of source control. The box is not a document: its value can only be set as a
 * whole, and it reports no changes, so any difference from the last value set here was typed by the user.
 */
import type { StreamEvent } from '../../api.ts';
import { changeBetween, follow, type OffsetRange } from '../../core/insert/trackedRange.ts';
import type { Reader } from '../../core/answer/tape/tape.ts';

/** `Repository.inputBox` of the Git extension's API, or `SourceControl.inputBox`. */
export interface ScmInput {
  value: string;
}

/**
 * Appends the answer to the text in the box. A fence around the whole message and the line ends at its edges are removed.
 * `deleted`: the user emptied the box or committed, and the reader has left.
 * @param windowMs minimum time between two updates of the box, in ms
 */
export async function insertIntoScmInput(reader: Reader<StreamEvent>, box: ScmInput, windowMs = 50): Promise<'ended' | 'deleted'> {
  let last = box.value;
  let span: OffsetRange = { start: last.length, end: last.length };
  let raw = '';
  let inserted = '';
  while (!reader.finished) {
    // Wakes up without new text too: looking seldom would merge several edits of the user into one.
    await Promise.race([reader.more(), new Promise((resolve) => setTimeout(resolve, windowMs))]);
    for (const event of reader.take()) if (event.type === 'text') raw += event.text;
    const text = messageIn(raw, reader.finished);
    const piece = text.slice(inserted.length);
    const change = changeBetween(last, box.value);
    const followed = change === undefined ? span : follow(span, change);
    if (followed === undefined || (inserted !== '' && followed.start === followed.end)) {
      reader.leave();
      return 'deleted';
    }
    span = { start: followed.start, end: followed.end + piece.length };
    if (piece !== '') box.value = box.value.slice(0, followed.end) + piece + box.value.slice(followed.end);
    last = box.value;
    inserted = text;
    if (!reader.finished) await new Promise((resolve) => setTimeout(resolve, windowMs));
  }
  return 'ended';
}

/** The part of `raw` that certainly belongs to the message. Later calls only append to it. */
function messageIn(raw: string, isWhole: boolean): string {
  let text = raw.replace(/^\s+/, '').replace(/\r\n?/g, '\n');
  // The first line may still become a fence.
  if (!isWhole && /^`{0,3}[^\n`]*$/.test(text) && text.startsWith('`'.repeat(Math.min(3, text.length)))) return '';
  text = text.replace(/^```[^\n`]*(?:\n|$)/, '').trimEnd();
  // The last line may be a closing fence, or the start of one.
  return text.replace(/\n`{1,3}$/, (fence) => (isWhole && fence !== '\n```' ? fence : '')).trimEnd();
}
