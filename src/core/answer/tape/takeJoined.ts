/** Joins the unread text of a reader: a slow reader gets fewer, longer events. */
import type { StreamEvent } from '../../../api.ts';
import type { Reader } from './tape.ts';

/** Neighbouring text or reasoning events are merged; the order is kept. */
export function takeJoined(reader: Reader<StreamEvent>): readonly StreamEvent[] {
  const joined: StreamEvent[] = [];
  let type: 'text' | 'reasoning' = 'text';
  let held = '';
  const put = (): void => {
    if (held !== '') joined.push({ type, text: held });
    held = '';
  };
  for (const event of reader.take()) {
    if (event.type === 'text' || event.type === 'reasoning') {
      if (event.type !== type) put();
      type = event.type;
      held += event.text;
    } else {
      put();
      joined.push(event);
    }
  }
  put();
  return joined;
}
