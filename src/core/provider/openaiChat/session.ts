/**
 * llama.cpp's stream sessions: an answer that was asked for under a name is written on without its reader, and read on from
 * any byte. Other servers ignore the header, which shows when they are asked for the rest.
 */
import { ownFailure } from '../failures/ownFailures.ts';
import type { KeptDecoder, KeptForm } from '../kept.ts';
import { below, withQuery } from '../baseURL.ts';
import type { Protocol } from '../protocol.ts';
import type { DeltaSink, Ending, Endpoint, UnopenedThoughts } from '../provider.ts';
import { ChatCompletionsDecoder } from './decoder.ts';

const nameHeader = 'x-conversation-id';

export function chatSession(ask: Protocol['ask']): KeptForm {
  return {
    namedBy: 'client',
    ask: (endpoint, request, remedies, id) => ({ ...ask(endpoint, request, remedies), headers: { [nameHeader]: id } }),
    decoder: (sink, thoughts) => new SessionDecoder(sink, thoughts),
    rest: (endpoint, id, cursor = '0') => addresses(endpoint, id).map((url) => withQuery(url, { from: cursor })),
    stop: (endpoint, id) => ({ method: 'DELETE', urls: addresses(endpoint, id) }),
  };
}

/** The server's source has the first form, the proposal that led to it the second. */
function addresses({ baseURL }: Endpoint, id: string): readonly string[] {
  return [withQuery(below(baseURL, '/stream'), { conv_id: id }), below(baseURL, `/stream/${encodeURIComponent(id)}`)];
}

/** So much of a body's beginning tells it from others: it holds the answer's id. */
const headBytes = 256;

class SessionDecoder implements KeptDecoder {
  readonly #decoder: ChatCompletionsDecoder;
  #bytes = 0;
  /** The beginning of the first body. */
  #head = new Uint8Array(0);
  /** The beginning of the current body, as far as it is being compared. */
  #compared: Uint8Array | undefined;
  #differs: string | undefined;

  constructor(sink: DeltaSink, thoughts: UnopenedThoughts | undefined) {
    this.#decoder = new ChatCompletionsDecoder(sink, thoughts);
  }

  get cursor(): string {
    return String(this.#bytes);
  }

  get state(): KeptDecoder['state'] {
    return this.#differs === undefined ? this.#decoder.state : 'failed';
  }

  rejoin(): void {
    if (this.#bytes > 0) this.#compared = new Uint8Array(0);
  }

  feed(bytes: Uint8Array): void {
    if (this.#compared !== undefined) {
      this.#compare(bytes);
      return;
    }
    this.#take(bytes);
  }

  end(): Ending {
    if (this.#differs !== undefined) return { type: 'failure', failure: ownFailure('rejoin-differs', [this.#differs]) };
    if (this.#compared !== undefined) this.#settle(this.#compared);
    return this.#decoder.end();
  }

  #take(bytes: Uint8Array): void {
    if (this.#head.length < headBytes) this.#head = joined(this.#head, bytes).slice(0, headBytes);
    this.#bytes += bytes.length;
    this.#decoder.feed(bytes);
  }

  /** The rest may be that of another answer, or begin at the beginning: then nothing of it is taken. */
  #compare(bytes: Uint8Array): void {
    const start = joined(this.#compared ?? new Uint8Array(0), bytes);
    this.#compared = start;
    if (start.length >= headBytes) this.#settle(start);
  }

  #settle(start: Uint8Array): void {
    this.#compared = undefined;
    const text = new TextDecoder().decode(start);
    const id = idIn(text);
    const known = idIn(new TextDecoder().decode(this.#head));
    const repeats = known !== undefined && start.length >= this.#head.length && this.#head.every((byte, at) => byte === start[at]);
    if (repeats || (id !== undefined && known !== undefined && id !== known)) this.#differs = text.slice(0, 120);
    else this.#take(start);
  }
}

function idIn(text: string): string | undefined {
  return /"id"\s*:\s*"(chatcmpl-[^"]*)"/.exec(text)?.[1];
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
