// The event stream reader against another program's: eventsource-parser reads the same text to the same events.
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventReader, nameInFields } from '../../../src/core/provider/reading/sse.ts';

interface Seen {
  readonly events: (readonly [data: string, name: string])[];
  readonly strays: string[];
  refused: number;
}

function ours(pieces: readonly string[], maxCharacters = 1_000): Seen {
  const seen: Seen = { events: [], strays: [], refused: 0 };
  const reader = new EventReader(
    {
      event: (data, name) => seen.events.push([data, name]),
      stray: (line) => seen.strays.push(line),
      comment: (words) => seen.strays.push(`: ${words}`),
      tooLong: () => seen.refused++,
    },
    maxCharacters,
  );
  for (const piece of pieces) reader.feed(piece);
  reader.end();
  return seen;
}

function theirs(text: string): (readonly [string, string])[] {
  const events: (readonly [string, string])[] = [];
  const parser = createParser({ onEvent: ({ data, event = '' }) => events.push([data, event]) });
  parser.feed(`${text}\n\n`);
  return events;
}

const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`) },
  fc.constantFrom(
    'data',
    'data:',
    'data:x',
    'data:  two',
    'event: ping',
    'event:',
    ': note',
    'id: 7',
    'retry: 10',
    'foo: bar',
    'datax: 1',
    '',
  ),
);
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r');

describe('the event stream reader', () => {
  it('reads any lines, with any line ends, cut anywhere, to the events that eventsource-parser finds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, lineEnd), { maxLength: 20 }), fc.array(fc.nat({ max: 9 }), { minLength: 1 }), (lines, sizes) => {
        const text = lines.flat().join('');
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const size = 1 + (sizes[turn % sizes.length] as number);
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        // Only ours reports an event that has a name and no data.
        const withData = (events: Seen['events']): Seen['events'] => events.filter(([data]) => data !== '');
        expect(withData(ours(pieces).events)).toEqual(withData(theirs(text)));
      }),
      { numRuns: 2_000, seed: 11 },
    );
  });

  it('reports an event with a name and no data, and lines that are no field', () => {
    expect(ours(['event: error\n\n{"a":\n 1}\n<html>\nerror: no\ndata: x\n'])).toEqual({
      events: [
        ['', 'error'],
        ['x', ''],
      ],
      strays: ['{"a":', ' 1}', '<html>', 'error: no'],
      refused: 0,
    });
  });

  it.each([
    ['a data line', 'data: '],
    ['a line that begins with a letter', 'x'],
    ['a comment', ': '],
    ['many data lines of one event', 'data: 123456789\n'],
  ])('refuses %s without end, once, and keeps none of it', (_, start) => {
    const pieces = [start, ...Array.from({ length: 500 }, () => (start.endsWith('\n') ? start : 'x'.repeat(10)))];
    expect(ours(pieces)).toEqual({ events: [], strays: [], refused: 1 });
  });
});

it('reads field names that stand side by side, however many, with a sentence behind them or without', () => {
  const fields = 'event: delta data: data '.repeat(10_000);
  expect([nameInFields(fields), nameInFields(`${fields}!`), nameInFields('data'.repeat(10_000)), nameInFields('id: 5 6')]).toEqual([
    'delta',
    undefined,
    '',
    undefined,
  ]);
});
