/** The unread events of a reader with neighbouring texts joined: a slow reader gets fewer and longer ones. */
import type { StreamEvent } from '../../../api.ts';
import type { Reader } from './tape.ts';

/** Each text or reasoning of the result is followed by something else; the order is kept. */
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
