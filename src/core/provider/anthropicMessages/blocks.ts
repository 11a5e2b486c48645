/** The blocks of a message while they are open: which deltas belong to what, and what is whole only at a block's end. */
import type { RawContentBlockDelta } from '@anthropic-ai/sdk/resources/messages/messages';
import { jsonIn, type JsonFields, recordIn, recordsIn, spelled, wordIn } from '../reading/json.ts';
import { citationDelta } from '../reading/deltas.ts';
import { type Failure, ownFailure } from '../failures/ownFailures.ts';
import { argumentsObject } from '../parts.ts';
import { argumentsIn } from '../reading/objectText.ts';
import type { DeltaSink } from '../provider.ts';

type Kind = 'text' | 'thinking' | 'redacted' | 'call' | 'hosted';

/** `hosted` tools are called and answered by the server; what they say goes back unread with the next request. */
function kindOf(type: string): Kind | undefined {
  if (type === 'text' || type === 'thinking') return type;
  if (type === 'redacted_thinking') return 'redacted';
  if (type === 'tool_use') return 'call';
  return /_tool_(?:use|result)$|^container_upload$/.test(type) ? 'hosted' : undefined;
}

type Open =
  | { readonly kind: 'text' | 'unknown' }
  | { readonly kind: 'thinking'; words: string; signature: string }
  | { readonly kind: 'call'; readonly index: number; readonly input: string; hasPieces: boolean }
  | { readonly kind: 'hosted'; readonly block: JsonFields; json: string };

/** What a delta cannot do without. */
const fields: Readonly<Partial<Record<RawContentBlockDelta['type'], string>>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  input_json_delta: 'partial_json',
};

/** Some relays leave the type out. */
function typeByField(delta: JsonFields): string | undefined {
  return Object.entries(fields).find(([, field]) => delta[field] !== undefined)?.[0];
}

const text: Open = { kind: 'text' };
const unknown: Open = { kind: 'unknown' };

export class MessageBlocks {
  readonly #sink: DeltaSink;
  readonly #open = new Map<number, Open>();
  #begun = false;
  #calls = 0;
  #hasReasoning = false;
  failure: Failure | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  /** A block is still open, or none has ended yet. */
  get areOpen(): boolean {
    return this.#open.size > 0 || !this.#begun;
  }

  start(index: number, block: JsonFields): void {
    const type = wordIn(block, 'type');
    const kind = kindOf(type);
    switch (kind) {
      case 'text':
        this.#open.set(index, text);
        for (const citation of recordsIn(block, 'citations')) this.#citation(citation);
        return this.#text(spelled(block['text']));
      case 'thinking': {
        const open: Open = { kind, words: '', signature: wordIn(block, 'signature') };
        this.#open.set(index, open);
        return this.#thinking(open, spelled(block['thinking']));
      }
      case 'redacted':
        this.#open.set(index, unknown);
        return this.#sink({ type: 'opaque', value: block, anchor: `block:${index}` });
      case 'call': {
        const open: Open = { kind, index: this.#calls++, input: argumentsIn(block), hasPieces: false };
        this.#open.set(index, open);
        return this.#sink({ type: 'tool', index: open.index, id: wordIn(block, 'id'), name: wordIn(block, 'name'), arguments: '' });
      }
      case 'hosted':
        this.#open.set(index, { kind, block, json: '' });
        return undefined;
      case undefined:
        this.#open.set(index, unknown);
        return type === '' ? undefined : this.#sink({ type: 'unshown', what: type });
      default:
        return kind satisfies never;
    }
  }

  delta(index: number, delta: JsonFields): void {
    const type = (delta['type'] ?? typeByField(delta)) as RawContentBlockDelta['type'];
    const open = this.#open.get(index) ?? this.#unannounced(index, type);
    if (open.kind === 'unknown') return undefined;
    const field = fields[type];
    if (field !== undefined && (delta[field] === undefined || delta[field] === null)) this.failure ??= ownFailure('unreadable', [type]);
    switch (type) {
      case 'text_delta':
        return open.kind === 'hosted' ? undefined : this.#text(spelled(delta['text']));
      case 'thinking_delta':
        return this.#thinking(open, spelled(delta['thinking']));
      case 'signature_delta':
        if (open.kind === 'thinking') open.signature = wordIn(delta, 'signature');
        return undefined;
      case 'input_json_delta':
        return this.#json(open, jsonIn(delta, 'partial_json'));
      case 'citations_delta':
        return this.#citation(recordIn(delta, 'citation'));
      default:
        return this.#newer(type, open);
    }
  }

  /** Without a piece of its arguments, a call would be another one. */
  #newer(type: never, open: Open): void {
    if (open.kind === 'call' || type === undefined) this.failure ??= ownFailure('unreadable', [String(type ?? 'delta')]);
    else this.#sink({ type: 'unshown', what: String(type) });
  }

  /** Delivers what is complete only now; a block that is cut delivers none of it. */
  stop(index: number): void {
    const open = this.#open.get(index);
    this.#begun = true;
    this.#open.delete(index);
    switch (open?.kind) {
      case 'thinking': {
        const block = { type: 'thinking', thinking: open.words, signature: open.signature };
        return this.#sink({ type: 'opaque', value: block, anchor: `block:${index}` });
      }
      case 'call':
        // Without pieces, the block's start holds the input.
        return open.hasPieces ? undefined : this.#arguments(open.index, open.input);
      case 'hosted': {
        const block = open.json === '' ? open.block : { ...open.block, input: argumentsObject(open.json) };
        return this.#sink({ type: 'opaque', value: block, anchor: `block:${index}` });
      }
      case 'text':
      case 'unknown':
      case undefined:
        return undefined;
      default:
        return open satisfies never;
    }
  }

  /** Some gateways leave the start of a block out. */
  #unannounced(index: number, type: string): Open {
    const open: Open = type === 'text_delta' ? text : type === 'thinking_delta' ? { kind: 'thinking', words: '', signature: '' } : unknown;
    this.#open.set(index, open);
    return open;
  }

  #text(words: string): void {
    if (words === '') return;
    this.#sink({ type: 'text', text: words });
  }

  #thinking(open: Open, words: string): void {
    if (words === '') return;
    // Each block is a paragraph.
    const isNext = open.kind === 'thinking' && open.words === '' && this.#hasReasoning;
    if (open.kind === 'thinking') open.words += words;
    this.#hasReasoning = true;
    this.#sink({ type: 'reasoning', text: isNext ? `\n\n${words}` : words });
  }

  #json(open: Open, piece: string): void {
    if (piece === '') return;
    if (open.kind === 'hosted') open.json += piece;
    if (open.kind !== 'call') return;
    open.hasPieces = true;
    this.#arguments(open.index, piece);
  }

  #arguments(index: number, piece: string): void {
    this.#sink({ type: 'tool', index, id: '', name: '', arguments: piece });
  }

  #citation(citation: JsonFields): void {
    const url = wordIn(citation, 'url');
    const title = wordIn(citation, 'title') || wordIn(citation, 'document_title');
    if (url !== '') this.#sink(citationDelta(url, title));
  }
}
