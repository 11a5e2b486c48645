// The recorded responses of test/fixtures/streams, and a function that decodes bytes as Rivulet does.
import { readdirSync, readFileSync } from 'node:fs';
import { ChatCompletionsDecoder } from '../../src/core/provider/openaiChat/decoder.ts';

const folder = new URL('../fixtures/streams/', import.meta.url);

/** What a client must read, in the terms of INDEX.md: `text`, `finish`, and so on. */
export interface Expected {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal?: string;
  readonly finish: string;
  readonly usage: { prompt: number; completion: number; reasoning?: number; cached?: number } | null;
  readonly error: { kind: string; message: string | null } | null;
}

export interface RecordedStream {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly expect: Expected;
}

export function recordedStreams(): RecordedStream[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sse'))
    .sort()
    .map((file) => {
      const about = JSON.parse(readFileSync(new URL(file.replace('.sse', '.json'), folder), 'utf8')) as {
        expect: Expected;
        response?: { contentType?: string };
      };
      return {
        name: file.slice(0, -4),
        bytes: readFileSync(new URL(file, folder)),
        contentType: about.response?.contentType ?? 'text/event-stream',
        expect: about.expect,
      };
    });
}

/** What Rivulet reads from a body, in the same form as `Expected`. */
export interface Reading {
  text: string;
  reasoning: string;
  finish: string;
  usage: { prompt: number; completion: number; reasoning: number; cached: number } | null;
  error: { kind: string; message: string } | null;
}

/** Feeds the pieces to a new reader, which must not throw for any bytes. */
export function read(pieces: Iterable<Uint8Array>): Reading {
  const reading: Reading = { text: '', reasoning: '', finish: '', usage: null, error: null };
  const decoder = new ChatCompletionsDecoder((delta) => {
    if (delta.type === 'text' || delta.type === 'refusal') reading.text += delta.text;
    else if (delta.type === 'reasoning') reading.reasoning += delta.text;
    else if (delta.type === 'usage') {
      const { prompt = 0, completion = 0, reasoning = 0, cached = 0 } = delta.usage;
      reading.usage = { prompt, completion, reasoning, cached };
    }
  });
  for (const piece of pieces) if (decoder.state === 'open' || decoder.state === 'finished') decoder.feed(piece);
  const ending = decoder.end();
  if (ending.type === 'failure') reading.error = { kind: ending.failure.kind, message: ending.failure.message };
  reading.finish = ending.type === 'failure' ? 'error' : ending.type === 'finish' ? ending.reason : 'truncated';
  return reading;
}

/** The expectation of the corpus in that form. */
export function expected({ expect }: RecordedStream): Reading {
  return {
    text: expect.text + (expect.refusal ?? ''),
    reasoning: expect.reasoning,
    finish: expect.finish.replace('_', '-'),
    usage: expect.usage && { reasoning: 0, cached: 0, ...expect.usage },
    error: expect.error && {
      kind: expect.error.kind === 'not_a_stream' ? 'malformed' : expect.error.kind.replace('_', '-'),
      message: expect.error.message ?? '',
    },
  };
}
