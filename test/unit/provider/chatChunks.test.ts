// Chunks that are like the one before them are read without being parsed: what is made of them is compared with parsing, event by event.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChatCompletionsDecoder } from '../../../src/core/provider/openaiChat/decoder.ts';

/** Around one text, as servers write it: compact or spaced, padded or not, with words that look like its own keys. */
const shapes: readonly ((text: string, padding: string) => string)[] = [
  (text) => `{"id":"1","choices":[{"index":0,"delta":{"content":${text}},"finish_reason":null}]}`,
  (text) =>
    `{"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ${text}}, "finish_reason": null}], "usage": null}`,
  (text, padding) => `{"choices":[{"index":0,"delta":{"content":${text}},"finish_reason":null}],"usage":null,"obfuscation":${padding}}`,
  (text, padding) => `{"choices":[{"delta":{"content":${text},"note":{"obfuscation":${padding}}}}]}`,
  (text) => `{"echo":{"content":"old"},"choices":[{"delta":{"content":${text}}}]}`,
  (text) => `{"choices":[{"delta":{"content":"first","content":${text}}}]}`,
  (text) => `{"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":${text}}}]}`,
  (text) => `{"choices":[{"delta":{"content":${text},"reasoning":"why"}}]}`,
  (text) => `[{"choices":[{"delta":{"content":${text}}}]}]`,
];

/** A JSON string, most often a right one. */
const word = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 20 }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => JSON.stringify(text)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '"a","b"',
      '"\\u00e9\\n"',
      '"\\x"',
      '"a\nb"',
      '"\\',
      '"\\"',
      '"',
      'null',
      '3',
      '"a"},"x":{"b":"c"',
      '"\\ud83d"',
    ),
  },
);

/** A decoder after a first text, when nothing is held back that would join two events. */
function begun(sink: (delta: unknown) => void): ChatCompletionsDecoder {
  const decoder = new ChatCompletionsDecoder(sink);
  event(decoder, '{"choices":[{"delta":{"content":"x"}}]}');
  return decoder;
}

function event(decoder: ChatCompletionsDecoder, json: string): void {
  const lines = json.split(/\r\n|\n|\r/).map((line) => `data: ${line}\n`);
  decoder.feed(new TextEncoder().encode(`${lines.join('')}\n`));
}

/** What the plain way makes of an event. */
function plain(json: string): unknown {
  const seen: unknown[] = [];
  // Nothing is learnt from a first event, so the second one is parsed.
  const decoder = begun((delta) => seen.push(delta));
  event(decoder, json);
  return [seen.slice(1), decoder.state];
}

it('gives what parsing gives, for any row of events', () => {
  const row = fc.record({
    shape: fc.nat({ max: shapes.length - 1 }),
    events: fc.array(fc.tuple(word, word), { minLength: 2, maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
      const seen: unknown[] = [];
      let decoder = begun((delta) => seen.push(delta));
      for (const { shape, events } of rows) {
        for (const [text, padding] of events) {
          const json = (shapes[shape] as (typeof shapes)[number])(text, padding);
          seen.length = 0;
          event(decoder, json);
          if (/\\u[dD][89a-fA-F]|[\ud800-\udfff]|</.test(json)) {
            // Half a character or mark waits for its other half; both ways do that after this fast path.
            event(decoder, '{"choices":[{"delta":{"content":"."}}]}');
          } else expect({ json, seen: [[...seen], decoder.state] }).toEqual({ json, seen: plain(json) });
          // Nothing is read after an event that cannot be.
          if (decoder.state === 'failed') decoder = begun((delta) => seen.push(delta));
        }
      }
    }),
    { numRuns: 3_000, seed: 11 },
  );
});
