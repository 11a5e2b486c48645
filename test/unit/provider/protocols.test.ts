// Every recorded body of every protocol is read as the vendor's own client reads it: whole, byte by byte and in random cuts.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { messages } from '../../../src/core/provider/anthropicMessages/protocol.ts';
import { chatCompletions } from '../../../src/core/provider/openaiChat/protocol.ts';
import { gemini } from '../../../src/core/provider/gemini/protocol.ts';
import { ollama } from '../../../src/core/provider/ollama/protocol.ts';
import { responses } from '../../../src/core/provider/openaiResponses/protocol.ts';
import { type Protocol, providerOf, type Transport } from '../../../src/core/provider/protocol.ts';
import { fetchTransport } from '../../../src/core/provider/http/fetchTransport.ts';
import { finishWord, protocolBodies, type ProtocolReading, readProtocol } from '../../support/protocolCorpus.ts';
import { seeded } from '../../support/random.ts';

/** `opaqueOf`: what the expectations call the value of an opaque piece, if they do; `noise`: an event that says nothing. */
const protocols: readonly {
  readonly folder: string;
  readonly protocol: Protocol;
  readonly opaqueOf: (value: any) => unknown;
  readonly noise: string;
}[] = [
  {
    folder: 'responses',
    protocol: responses,
    opaqueOf: (value) => value.encrypted_content,
    noise: 'data: {"type":"response.in_progress","response":{}}\n\n: ping\n\n',
  },
  {
    folder: 'messages',
    protocol: messages,
    opaqueOf: (value) => value.signature ?? value.data,
    noise: 'event: ping\ndata: {"type":"ping"}\n\n: ping\n\n',
  },
  {
    folder: 'gemini',
    protocol: gemini,
    opaqueOf: (value) => value.thoughtSignature,
    noise: 'data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"index":0}]}\n\n: ping\n\n',
  },
  {
    folder: 'ollama',
    protocol: ollama,
    opaqueOf: (value) => value,
    noise: '{"model":"m","message":{"role":"assistant","content":""},"done":false}\n',
  },
];

const kinds: Readonly<Record<string, string>> = {
  rate_limit: 'rate-limit',
  bad_request: 'bad-request',
  not_found: 'not-found',
  context_length: 'context-length',
};

describe.each(protocols)('$folder', ({ folder, protocol, opaqueOf, noise }) => {
  const bodies = protocolBodies(folder);
  const streams = bodies.filter(({ status, name }) => status === 200 && !name.startsWith('18b-'));

  /** The reading in the words of the expectation; only what the expectation names. */
  function told(reading: ProtocolReading, { expect: wanted }: (typeof bodies)[number]): object {
    const { ending } = reading;
    return {
      text: reading.text,
      reasoning: reading.reasoning,
      ...(wanted.refusal === undefined ? {} : { refusal: reading.refusal || (ending.type === 'finish' ? ending.detail : '') }),
      opaque: reading.opaque.map(({ value }) => opaqueOf(value)).filter((value) => value !== undefined),
      ...(wanted.citations === undefined ? {} : { citations: reading.citations }),
      tools: reading.tools.map(({ name, arguments: json }) => [name, json]),
      usage: wanted.usage === null ? null : Object.fromEntries(Object.keys(wanted.usage).map((key) => [key, reading.usage[key] ?? null])),
      error: ending.type === 'failure' ? [ending.failure.kind, ending.failure.message] : null,
      finish: finishWord(ending),
      model: wanted.model === undefined ? undefined : reading.model,
    };
  }

  function wantedOf({ expect: wanted }: (typeof bodies)[number]): object {
    return {
      text: wanted.text,
      reasoning: wanted.reasoning,
      ...(wanted.refusal === undefined ? {} : { refusal: expect.stringContaining(wanted.refusal) }),
      ...(wanted.citations === undefined ? {} : { citations: wanted.citations }),
      opaque: wanted.opaque.map(({ value }) => value),
      tools: wanted.finish === 'truncated' ? [] : wanted.tools.map(({ name, arguments: json }) => [name, json]),
      usage: wanted.usage,
      error: wanted.error === null ? null : [kinds[wanted.error.kind] ?? wanted.error.kind, wanted.error.message],
      finish: wanted.finish,
      model: wanted.model,
    };
  }

  it.each(streams)('$name is read as expected: $what', (body) => {
    expect(told(readProtocol(protocol.decoder, [body.bytes]), body)).toEqual(wantedOf(body));
  });

  it.each(streams)('$name is read the same byte by byte and in 1,000 random cuts', (body) => {
    const whole = readProtocol(protocol.decoder, [body.bytes]);
    const bytes = Array.from(body.bytes, (byte) => Uint8Array.of(byte));
    expect(readProtocol(protocol.decoder, bytes)).toEqual(whole);
    const random = seeded(folder.length * 1_000 + body.bytes.length);
    for (let round = 0; round < 1_000; round++) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < body.bytes.length;) {
        const next = at + 1 + Math.floor(random() * 700);
        pieces.push(body.bytes.subarray(at, next));
        at = next;
      }
      const reading = readProtocol(protocol.decoder, pieces);
      if (JSON.stringify(reading) !== JSON.stringify(whole)) expect({ round, reading }).toEqual({ round, reading: whole });
    }
  });

  it.each(bodies.filter(({ status }) => status !== 200))(
    '$name is a refusal with its kind: $what',
    async ({ bytes, status, headers, expect: wanted }) => {
      const fetch = async (): Promise<Response> =>
        new Response(bytes, { status, headers: { 'content-type': 'application/json', ...headers } });
      const transport: Transport = fetchTransport(fetch as typeof globalThis.fetch, protocol);
      const endpoint = { id: 'x', name: 'X', baseURL: 'http://127.0.0.1:1/v1', continuation: 'auto' } as const;
      const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const;
      const opened = await providerOf(protocol, transport, () => 0).open(endpoint, request, {}, new AbortController().signal);
      expect(opened).toMatchObject({
        type: 'failed',
        failure: {
          kind: kinds[wanted.error?.kind ?? ''] ?? wanted.error?.kind,
          status,
          message: expect.stringContaining(wanted.error?.message ?? ''),
        },
      });
    },
  );

  it('an answer that is cut anywhere never ends well with less than all of it', () => {
    for (const { bytes, expect: wanted } of streams) {
      if (wanted.error !== null || wanted.finish === 'truncated') continue;
      const whole = readProtocol(protocol.decoder, [bytes]);
      for (let at = 0; at < bytes.length; at += 7) {
        const reading = readProtocol(protocol.decoder, [bytes.subarray(0, at)]);
        const good = reading.ending.type === 'finish';
        const lacks = reading.text !== whole.text || reading.tools.length !== whole.tools.length;
        expect({ prefix: whole.text.startsWith(reading.text), good: good && lacks }).toEqual({ prefix: true, good: false });
      }
    }
  });

  it('passes a hundred thousand pieces that say nothing on to nobody', () => {
    const encode = new TextEncoder();
    let calls = 0;
    const decoder = protocol.decoder(() => calls++);
    const block = encode.encode(noise.repeat(1_000));
    for (let round = 0; round < 100; round++) decoder.feed(block);
    expect({ ended: decoder.end().type, few: calls <= 100_001 }).toEqual({ ended: 'cut', few: true });
  });
});

it('reads what the protocols have in common with the same reader: a web page is no answer in any of them', () => {
  const page = new TextEncoder().encode('<!doctype html><title>Sign in</title><p>Please sign in');
  const endings = [responses, ollama, chatCompletions].map(({ decoder }) => {
    const { ending } = readProtocol(decoder, [page]);
    return ending.type === 'failure' ? [ending.failure.kind, /Sign in/.test(ending.failure.message)] : ending.type;
  });
  expect(endings).toEqual([
    ['malformed', true],
    ['malformed', true],
    ['malformed', true],
  ]);
});

it('keeps the fields of each protocol in its own folder', () => {
  const fieldsOf: Readonly<Record<string, RegExp>> = {
    anthropicMessages: /content_block|stop_reason|input_schema|tool_use_id|cache_control|anthropic-version/,
    gemini: /generationConfig|functionCall|functionResponse|thoughtSignature|usageMetadata|inlineData|finishMessage|alt=sse/,
    ollama: /num_predict|num_ctx|done_reason|load_duration/,
    openaiResponses: /output_index|function_call_output|encrypted_content|incomplete_details|previous_response_id/,
  };
  /** Of chat completions, whose names others have taken over, and those that protocols share. */
  const taken =
    /\b(?:finish_reason|tool_call_id|reasoning_content|stream_options|image_url|prompt_tokens|final_message|eval_count|output_text)\b/;
  const folders = [...Object.keys(fieldsOf), 'openaiChat'];
  const root = fileURLToPath(new URL('../../../src/', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    // Names request fields of all dialects, to leave them out.
    .filter((file) => file !== 'node/chatService/apis/extras.ts');
  /** The chat service speaks three of the protocols from the other side, each in a folder of its own. */
  const apiFolderOf: Readonly<Record<string, string>> = {
    anthropicMessages: 'messages',
    openaiResponses: 'responses',
    openaiChat: 'chatCompletions',
  };
  const isIn = (file: string, folder: string): boolean =>
    file.startsWith(`core/provider/${folder}/`) || file.startsWith(`node/chatService/apis/${apiFolderOf[folder]}/`);
  const outside = (file: string): boolean => !folders.some((folder) => isIn(file, folder));
  const texts = files.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
  const astray = Object.entries(fieldsOf).flatMap(([folder, fields]) =>
    texts.filter(([file, text]) => !isIn(file, folder) && fields.test(text)),
  );
  astray.push(...texts.filter(([file, text]) => outside(file) && taken.test(text)));
  expect({ many: files.length > 300, astray: astray.map(([file]) => file) }).toEqual({ many: true, astray: [] });
});
