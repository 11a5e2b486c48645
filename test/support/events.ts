// Parses the events of a stream with a third-party parser.
import { createParser } from 'eventsource-parser';

export interface ReadEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  /** Parsed where it is JSON. */
  readonly data: unknown;
}

export function eventsIn(body: string): readonly ReadEvent[] {
  const events: ReadEvent[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => events.push({ id, event, data: data.startsWith('{') ? JSON.parse(data) : data }),
  });
  parser.feed(body);
  return events;
}
