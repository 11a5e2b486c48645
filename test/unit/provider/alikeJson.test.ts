// What is read out of objects that are alike is what JSON.parse reads, object by object.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlikeJson } from '../../../src/core/provider/reading/alikeJson.ts';

/** As servers write them, and with words, names and numbers that look like what differs. */
const shapes: readonly ((text: string, more: string, number: string) => string)[] = [
  (text, more, number) => `{"type":"delta","n":${number},"delta":${text},"more":${more}}`,
  (text, more) => `{"model": "m", "at": ${more}, "message": {"role": "assistant", "content": ${text}}, "done": false}`,
  (text, _, number) => `{"list":[{"parts":[{"text":${text}}],"index":0}],"usage":{"a":9,"b":${number},"c":${number}}}`,
  (text) => `{"a":"old","a":${text}}`,
  (text) => `{"a":${text},"a":"new"}`,
  (text, more) => `{${text}:1,"b":${more}}`,
  (text, _, number) => `{"a":-${number},"b":1.${number},"c":${number}.5,"d":1e${number},"e":${text}}`,
  (text) => `{"__proto__":${text},"a":{"__proto__":{"b":${text}}}}`,
  (text, more) => `{"b":"our text 0","a":${text},"c":[${more},"our text 1"]}`,
  (text, more) => `[${text},{"a":${more}}]`,
];
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 20 }).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.constantFrom('"a","b":"c"', '"\\u00e9\\n"', '"\\x"', '"a\nb"', '"\\', '"\\"', '"', 'null', '3', '"\\ud83d"') },
);
const number = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('0', '00', '07', '-1', '1.5', '2e3', '', '9007199254740993', '"4"', '123456789012345678'),
);

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return 'no JSON';
  }
};

it('is what JSON.parse gives, or is left to it', () => {
  let hits = 0;
  const row = fc.record({
    shape: fc.nat({ max: shapes.length - 1 }),
    values: fc.array(fc.tuple(text, text, number), { minLength: 3, maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
      const alike = new AlikeJson(new Set());
      for (const { shape, values } of rows) {
        for (const value of values) {
          const json = (shapes[shape] as (typeof shapes)[number])(...value);
          const read = alike.read(json);
          if (read !== undefined) hits++;
          expect(read ?? parsed(json)).toEqual(parsed(json));
          if (read === undefined && parsed(json) !== 'no JSON') alike.learn(json);
        }
      }
    }),
    { numRuns: 1_500, seed: 7 },
  );
  expect(hits).toBeGreaterThan(1_000);
});

it('reads a stream of tokens without parsing more than its first objects', () => {
  const alike = new AlikeJson(new Set(['padding']));
  const left: number[] = [];
  const texts: unknown[] = [];
  for (let at = 0; at < 1_000; at++) {
    const json = JSON.stringify({ type: 'delta', at, delta: ` w${at}`, padding: 'x'.repeat(at % 40) });
    const read = alike.read(json);
    if (read === undefined) {
      left.push(at);
      alike.learn(json);
    } else texts.push([read['at'], read['delta']]);
  }
  expect([left, texts]).toEqual([[0, 1], Array.from({ length: 998 }, (_, at) => [at + 2, ` w${at + 2}`])]);
});

it('gives up a stream whose objects never repeat', () => {
  const alike = new AlikeJson(new Set());
  let read = 0;
  for (let at = 0; at < 1_000; at++) {
    const json = JSON.stringify({ [`name${at}`]: at, delta: 'a' });
    if (alike.read(json) !== undefined) read++;
    alike.learn(json);
  }
  expect(read).toBe(0);
});
