import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expected, read, type Reading, recordedStreams } from '../../support/corpus.ts';

const streams = recordedStreams();

/** The words of a page that is no stream are our own, so only their kind is compared. */
function comparable(reading: Reading): Reading {
  return reading.error?.kind === 'malformed' ? { ...reading, error: { kind: 'malformed', message: '' } } : reading;
}

describe.each(streams.map((stream) => [stream.name, stream] as const))('%s', (_, stream) => {
  const want = expected(stream);

  it('is read as expected when it comes whole', () => {
    expect(comparable(read([stream.bytes]))).toEqual(want);
  });

  it('is read the same byte by byte', () => {
    expect(comparable(read(Array.from(stream.bytes, (byte) => Uint8Array.of(byte))))).toEqual(want);
  });

  it('is read the same when cut in two at every place', () => {
    for (let at = 1; at < stream.bytes.length; at++) {
      const got = comparable(read([stream.bytes.subarray(0, at), stream.bytes.subarray(at)]));
      if (JSON.stringify(got) !== JSON.stringify(want)) expect({ at, got }).toEqual({ at, got: want });
    }
  });

  it('is read the same in random pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const pieces: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.bytes.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          pieces.push(stream.bytes.subarray(at, at + size));
          at += size;
        }
        expect(comparable(read(pieces))).toEqual(want);
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

it('holds all of the servers it was made for', () => {
  expect(streams.length).toBeGreaterThanOrEqual(42);
});
