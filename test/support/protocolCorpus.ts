// Bodies in the style of recordings for each protocol, with what a client must read in them, and a reader that says what
// Rivulet reads. The expectations were checked with the vendors' own clients when they were written.
import { readdirSync, readFileSync } from 'node:fs';
import type { Decoder, Delta, DeltaSink, Ending } from '../../src/core/provider/provider.ts';
import { ToolCalls } from '../../src/core/request/toolCalls.ts';
import { assembled } from './assembled.ts';

export interface ProtocolExpectation {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal?: string;
  readonly opaque: readonly { readonly on?: string; readonly value: unknown }[];
  readonly tools: readonly { readonly id: string | null; readonly name: string; readonly arguments: string }[];
  readonly usage: Readonly<Record<string, number>> | null;
  readonly error: { readonly kind: string; readonly message: string; readonly retryAfterMs?: number; readonly status?: number } | null;
  readonly finish: string;
  readonly finishRaw?: string;
  readonly citations?: readonly { readonly url: string; readonly title?: string }[];
  readonly model?: string;
}

export interface ProtocolBody {
  readonly name: string;
  readonly what: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of an answer that is no stream. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: ProtocolExpectation;
}

/** @param folder of test/fixtures/protocols */
export function protocolBodies(folder: string): readonly ProtocolBody[] {
  const url = new URL(`../fixtures/protocols/${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.json') && !file.endsWith('.body.json'))
    .sort()
    .map((file) => {
      const about = JSON.parse(readFileSync(new URL(file, url), 'utf8')) as {
        readonly what: string;
        readonly body: string;
        readonly expect: ProtocolExpectation;
        readonly response?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };
      };
      return {
        name: file.slice(0, -5),
        what: about.what,
        bytes: Uint8Array.from(readFileSync(new URL(about.body, url))),
        status: about.response?.status ?? 200,
        headers: about.response?.headers ?? {},
        expect: about.expect,
      };
    });
}

export interface ProtocolReading {
  text: string;
  reasoning: string;
  refusal: string;
  opaque: Extract<Delta, { type: 'opaque' }>[];
  citations: { url: string; title?: string }[];
  tools: { id: string; name: string; arguments: string }[];
  usage: Record<string, number>;
  model: string;
  ending: Ending;
}

/** Feeds the pieces to a fresh decoder. */
export function readProtocol(decoderOf: (sink: DeltaSink) => Decoder<Uint8Array>, pieces: Iterable<Uint8Array>): ProtocolReading {
  const calls = new ToolCalls();
  const reading: ProtocolReading = {
    text: '',
    reasoning: '',
    refusal: '',
    opaque: [],
    citations: [],
    tools: [],
    usage: {},
    model: '',
    ending: { type: 'cut' },
  };
  const decoder = decoderOf((delta) => {
    switch (delta.type) {
      case 'text':
      case 'reasoning':
      case 'refusal':
        reading[delta.type] += delta.text;
        return;
      case 'opaque':
        reading.opaque.push(delta);
        return;
      case 'tool':
        calls.push(delta);
        return;
      case 'usage':
        Object.assign(reading.usage, delta.usage);
        return;
      case 'response':
        reading.model = delta.model ?? reading.model;
        return;
      case 'unshown':
        return;
      case 'citation':
        reading.citations.push({ url: delta.url, ...(delta.title === undefined ? {} : { title: delta.title }) });
        return;
      default:
        delta satisfies never;
    }
  });
  for (const piece of pieces) {
    if (decoder.state === 'done' || decoder.state === 'failed') break;
    decoder.feed(piece);
  }
  reading.ending = decoder.end();
  const all = assembled(calls);
  if (reading.ending.type === 'finish' && all.type === 'calls') reading.tools = [...all.calls];
  return reading;
}

/** How the answer ended, in the terms of the expectations. */
export function finishWord(ending: Ending): string {
  if (ending.type === 'failure') return 'error';
  if (ending.type === 'cut') return 'truncated';
  return ending.reason.replaceAll('-', '_');
}
