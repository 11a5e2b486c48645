/**
 * An answer that streams into the message box of source control. The box is no document: it has a value that is set as
 * a whole and says nothing of its changes, so what the person typed meanwhile is what differs from our last value.
 */
import type { EndReason, StreamEvent } from '../../api.ts';
import { changeBetween, follow, type OffsetRange } from '../../core/insert/trackedRange.ts';
import type { Reader } from '../../core/answer/tape.ts';

/** `Repository.inputBox` of the Git extension's API, or `SourceControl.inputBox`. */
export interface ScmInput {
  value: string;
}

export type ScmOutcome =
  | { readonly type: 'ended'; readonly reason: EndReason }
  /** The person emptied the box or sent the message off; the reader has left. */
  | { readonly type: 'deleted' };

/**
 * Appends the answer behind what is in the box; settles when it has ended. The text is taken as it is, but for a fence
 * around the whole of it and the line ends at its edges, which models like to add to commit messages.
 * @param windowMs the box is set once in this time at most
 */
export async function insertIntoScmInput(
  reader: Reader<StreamEvent>,
  box: ScmInput,
  windowMs = 50,
): Promise<{ readonly inserted: string; readonly outcome: ScmOutcome }> {
  let last = box.value;
  let span: OffsetRange = { start: last.length, end: last.length };
  let reason: EndReason = 'cancelled';
  let raw = '';
  let inserted = '';
  while (!reader.finished) {
    // Also while no text comes: two edits of the user are told apart only by looking between them.
    await Promise.race([reader.more(), new Promise((resolve) => setTimeout(resolve, windowMs))]);
    for (const event of reader.take()) {
      if (event.type === 'text') raw += event.text;
      else if (event.type === 'end') reason = event.reason;
    }
    const text = messageIn(raw, reader.finished);
    const piece = text.slice(inserted.length);
    const change = changeBetween(last, box.value);
    const followed = change === undefined ? span : follow(span, change);
    if (followed === undefined || (inserted !== '' && followed.start === followed.end)) {
      reader.leave();
      return { inserted, outcome: { type: 'deleted' } };
    }
    span = { start: followed.start, end: followed.end + piece.length };
    if (piece !== '') box.value = box.value.slice(0, followed.end) + piece + box.value.slice(followed.end);
    last = box.value;
    inserted = text;
    if (!reader.finished) await new Promise((resolve) => setTimeout(resolve, windowMs));
  }
  return { inserted, outcome: { type: 'ended', reason } };
}

/** What of `raw` is message for certain; grows only at its end. */
function messageIn(raw: string, isWhole: boolean): string {
  let text = raw.replace(/^\s+/, '').replace(/\r\n?/g, '\n');
  // The first line may still become a fence.
  if (!isWhole && /^`{0,3}[^\n`]*$/.test(text) && text.startsWith('`'.repeat(Math.min(3, text.length)))) return '';
  text = text.replace(/^```[^\n`]*(?:\n|$)/, '').trimEnd();
  // The last one may be the fence that closes it, or its beginning.
  return text.replace(/\n`{1,3}$/, (fence) => (isWhole && fence !== '\n```' ? fence : '')).trimEnd();
}
