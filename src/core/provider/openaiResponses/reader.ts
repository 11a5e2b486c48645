/** OpenAI's Responses stream: events by type, items by their place, parts by their place in the item. */
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { clipped } from '../reading/clipped.ts';
import { isRecord, type JsonFields, jsonIn, numberIn, partsIn, recordIn, recordsIn, spelled, wordIn } from '../reading/json.ts';
import { citationDelta, responseDelta } from '../reading/deltas.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import type { DeltaSink, Ending } from '../provider.ts';
import { endingOfWord, meaningOf } from '../reading/finishWords.ts';
import { countsOf } from '../reading/tokenCounts.ts';
import { argumentsIn } from '../reading/objectText.ts';
import { errorIn, saysSomething } from '../reading/streamErrors.ts';
import { ItemPlaces } from './itemPlaces.ts';
import { Sequence } from './sequence.ts';

/** Signs of life: their content is repeated in the items and in the last event, or an answer keeps none of it. */
type PassedOver = `response.${
  | 'audio'
  | 'code_interpreter_call'
  | 'code_interpreter_call_code'
  | 'compaction'
  | 'content_part'
  | 'custom_tool_call_input'
  | 'file_search_call'
  | 'image_generation_call'
  | 'mcp_call'
  | 'mcp_call_arguments'
  | 'mcp_list_tools'
  | 'reasoning_summary_part'
  | 'shell_call_command'
  | 'shell_call_output_content'
  | 'web_search_call'}.${string}`;

type PartKind = 'text' | 'refusal' | 'summary' | 'thought';

export class ResponsesReader implements ObjectReader {
  readonly unread: ReadonlySet<string> = new Set(['obfuscation']);
  readonly #sink: DeltaSink;
  /** The delivered text of each part, by kind and place: the events that end a part repeat all of it. */
  readonly #parts = new Map<string, string>();
  /** The delivered arguments of each call, by the place of its item. */
  readonly #calls = new Map<number, { readonly id: string; readonly name: string; text: string }>();
  #ending: Ending | undefined;
  readonly #places = new ItemPlaces();
  failure: Failure | undefined;
  /** The current event belongs to this protocol. */
  #known = false;
  /** An event with words of the answer that cannot be placed; a message that is whole repeats them. */
  #unread: string | undefined;
  #id = '';
  readonly #sequence = new Sequence();
  /** Reads what a rejoined stream repeats, for comparison with what was delivered. */
  #again: ResponsesReader | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get state(): ObjectReader['state'] {
    return this.#ending === undefined ? 'open' : 'done';
  }

  end(): Ending {
    return this.#ending ?? { type: 'cut' };
  }

  get cursor(): string | undefined {
    return this.#sequence.cursor;
  }

  rejoin(): void {
    this.#sequence.rejoin();
  }

  take(event: JsonFields): boolean {
    this.#known = true;
    const place = this.#sequence.take(event['sequence_number']);
    switch (place) {
      case 'next':
        if (this.#again !== undefined) this.#compare(this.#again);
        this.#event(event);
        break;
      case 'again':
        // The end of a part repeats all of it, but this stream may begin in its middle.
        this.#again ??= new ResponsesReader(() => undefined);
        if (/delta$|item\.added$/.test(String(event['type']))) this.#again.#event(event);
        else this.#sameId(event['response']);
        break;
      case 'gap':
        this.failure ??= ownFailure('rejoin-gap');
        break;
      default:
        place satisfies never;
    }
    return this.#known;
  }

  #compare(again: ResponsesReader): void {
    this.#again = undefined;
    for (const [place, text] of again.#parts) this.#mustEnd(this.#parts.get(place), text);
    for (const [index, { text }] of again.#calls) this.#mustEnd(this.#calls.get(index)?.text, text);
  }

  #mustEnd(delivered: string | undefined, again: string): void {
    if (delivered?.endsWith(again) !== true && again !== '') this.#differs(again);
  }

  #sameId(response: unknown): void {
    const id = isRecord(response) ? wordIn(response, 'id') : '';
    if (this.#sequence.rejoined && id !== '' && this.#id !== '' && id !== this.#id) this.#differs(id);
    this.#id ||= id;
  }

  #differs(what: string): void {
    this.failure ??= ownFailure('rejoin-differs', [clipped(what, 120)]);
  }

  #event(event: JsonFields): void {
    // The answer of a server that does not stream.
    if (event['object'] === 'response') return this.#whole(event);
    const name = event['type'] as ResponseStreamEvent['type'];
    switch (name) {
      case 'response.output_text.delta':
        return this.#text(event, 'text', event['delta']);
      case 'response.output_text.done':
        return this.#missing('text', this.#placeOf(event, 'text'), event['text']);
      case 'response.refusal.delta':
        return this.#text(event, 'refusal', event['delta']);
      case 'response.refusal.done':
        return this.#missing('refusal', this.#placeOf(event, 'refusal'), event['refusal']);
      case 'response.reasoning_summary_text.delta':
        return this.#text(event, 'summary', event['delta']);
      case 'response.reasoning_summary_text.done':
        return this.#missing('summary', this.#placeOf(event, 'summary'), event['text']);
      case 'response.reasoning_text.delta':
        return this.#text(event, 'thought', event['delta']);
      case 'response.reasoning_text.done':
        return this.#missing('thought', this.#placeOf(event, 'thought'), event['text']);
      case 'response.function_call_arguments.delta':
        if (event['delta'] === undefined) this.failure ??= ownFailure('unreadable', [name]);
        return this.#arguments(this.#itemOf(event), jsonIn(event, 'delta'));
      case 'response.function_call_arguments.done':
        return this.#missingArguments(this.#itemOf(event), jsonIn(event, 'arguments'));
      case 'response.output_item.added':
        return this.#added(event['item'], this.#itemOf(event, true));
      case 'response.output_item.done':
        return this.#item(event['item'], this.#itemOf(event));
      case 'response.content_part.done':
        return this.#part(event['part'], this.#itemOf(event), numberIn(event, 'content_index') ?? 0);
      case 'response.output_text.annotation.added':
        return this.#annotation(event['annotation']);
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.#info(event['response']);
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return this.#whole(event['response'] ?? { error: event['error'] }, name.slice('response.'.length));
      case 'error':
        // OpenAI nests the error; its published type has it flat.
        this.failure = fromErrorObject(isRecord(event['error']) ? event['error'] : event);
        return undefined;
      default:
        name satisfies PassedOver;
        return this.#other(event, String(name));
    }
  }

  /** An event that no type of OpenAI's explains: an error in another spelling, or a newer event, which the last one may repeat. */
  #other(event: JsonFields, name: string): void {
    this.#known = name.startsWith('response.') && errorIn(event, undefined) === undefined;
    if (!this.#known) return;
    // Older names of the last event.
    if (/^response\.(?:done|cancell?ed)$/.test(name)) this.#whole(event['response']);
    else if (spelled(event['delta']) + spelled(event) === '') return;
    else if (name.startsWith('response.function_call')) this.failure ??= ownFailure('unreadable', [name]);
    else if (/^response\.(?:output_text|refusal)\./.test(name)) this.#unread = name;
    else this.#sink({ type: 'unshown', what: name });
  }

  #info(response: unknown): void {
    if (!isRecord(response)) return;
    this.#sameId(response);
    this.#sink(responseDelta(wordIn(response, 'id'), wordIn(response, 'model')));
  }

  /** Identifies the part of an answer that an event belongs to: its kind, its item's place, and its place in the item. */
  #placeOf(event: JsonFields, kind: PartKind): string {
    const part = numberIn(event, kind === 'summary' ? 'summary_index' : 'content_index') ?? 0;
    return `${kind} ${this.#itemOf(event)} ${part}`;
  }

  #itemOf(event: JsonFields, begins = false): number {
    const { item } = event;
    const ownId = isRecord(item) ? wordIn(item, 'id') || wordIn(item, 'call_id') : '';
    return this.#places.of(event['output_index'], wordIn(event, 'item_id') || ownId, begins);
  }

  #text(event: JsonFields, kind: PartKind, delta: unknown): void {
    const text = spelled(delta ?? event['text']);
    if (delta === undefined && text === '' && kind === 'text') this.#unread = String(event['type']);
    if (text !== '') this.#deliver(kind, this.#placeOf(event, kind), text);
  }

  #deliver(kind: PartKind, place: string, text: string): void {
    const before = this.#parts.get(place);
    this.#parts.set(place, (before ?? '') + text);
    switch (kind) {
      case 'text':
      case 'refusal':
        return this.#sink({ type: kind, text });
      case 'thought':
        return this.#sink({ type: 'reasoning', text });
      case 'summary':
        // Each part of a summary is a paragraph.
        return this.#sink({ type: 'reasoning', text: before === undefined && !place.endsWith(' 0') ? `\n\n${text}` : text });
      default:
        return kind satisfies never;
    }
  }

  /** Delivers the rest of a part. A part that differs from what was shown is a hole. */
  #missing(kind: PartKind, place: string, whole: unknown): void {
    if (typeof whole !== 'string') return;
    const delivered = this.#parts.get(place) ?? '';
    if (!whole.startsWith(delivered)) {
      if (kind === 'text' || kind === 'refusal') this.failure ??= ownFailure('text-differs');
    } else if (whole.length > delivered.length) this.#deliver(kind, place, whole.slice(delivered.length));
  }

  #added(item: unknown, index: number): void {
    if (!isRecord(item) || item['type'] !== 'function_call' || this.#calls.has(index)) return;
    const call = { id: wordIn(item, 'call_id') || wordIn(item, 'id'), name: wordIn(item, 'name'), text: '' };
    this.#calls.set(index, call);
    this.#sink({ type: 'tool', index, id: call.id, name: call.name, arguments: '' });
    this.#arguments(index, argumentsIn(item));
  }

  #arguments(index: number, piece: string): void {
    const call = this.#calls.get(index);
    if (call === undefined || piece === '') return;
    call.text += piece;
    this.#sink({ type: 'tool', index, id: call.id, name: call.name, arguments: piece });
  }

  #missingArguments(index: number, whole: string): void {
    const delivered = this.#calls.get(index)?.text ?? '';
    if (!whole.startsWith(delivered)) this.failure ??= ownFailure('text-differs');
    else this.#arguments(index, whole.slice(delivered.length));
  }

  /** An item that is whole. */
  #item(item: unknown, index: number): void {
    if (!isRecord(item)) return;
    switch (item['type'] ?? 'message') {
      case 'function_call':
        this.#added(item, index);
        return this.#missingArguments(index, argumentsIn(item));
      case 'message':
        return this.#message(item, index);
      case 'reasoning':
        return this.#reasoning(item, index);
      default:
        return this.#unshown(item);
    }
  }

  #message(item: JsonFields, index: number): void {
    const parts = partsIn(item, 'content');
    for (const [place, part] of parts.entries()) this.#part(part, index, place);
    if (parts.length > 0) this.#unread = undefined;
  }

  /** A part of an item that is whole. */
  #part(part: unknown, index: number, place: number): void {
    if (!isRecord(part)) return;
    switch (part['type']) {
      case 'output_text':
      case 'text':
        return this.#missing('text', `text ${index} ${place}`, part['text']);
      case 'refusal':
        return this.#missing('refusal', `refusal ${index} ${place}`, part['refusal']);
      case 'reasoning_text':
        return this.#missing('thought', `thought ${index} ${place}`, part['text']);
      default:
        return this.#unshown(part);
    }
  }

  #unshown(item: JsonFields): void {
    const what = wordIn(item, 'type');
    if (what !== '') this.#sink({ type: 'unshown', what });
  }

  #reasoning(item: JsonFields, index: number): void {
    for (const [place, part] of recordsIn(item, 'summary').entries()) this.#missing('summary', `summary ${index} ${place}`, part['text']);
    for (const [place, part] of recordsIn(item, 'content').entries()) this.#missing('thought', `thought ${index} ${place}`, part['text']);
    const key = `opaque ${index}`;
    // Complete only here; the last event repeats the item.
    if (typeof item['encrypted_content'] !== 'string' || this.#parts.has(key)) return;
    this.#parts.set(key, '');
    this.#sink({ type: 'opaque', value: item, anchor: wordIn(item, 'id') });
  }

  #annotation(annotation: unknown): void {
    if (!isRecord(annotation) || typeof annotation['url'] !== 'string') return;
    this.#sink(citationDelta(annotation['url'], wordIn(annotation, 'title')));
  }

  /** The complete answer with its end. */
  #whole(response: unknown, said = ''): void {
    if (!isRecord(response)) return;
    this.#info(response);
    for (const [index, item] of recordsIn(response, 'output').entries()) this.#item(item, this.#places.inList(index, wordIn(item, 'id')));
    const usage = countsOf(response['usage']);
    if (usage !== undefined) this.#sink({ type: 'usage', usage });
    if (this.failure !== undefined) return;
    const status = wordIn(response, 'status');
    // Some gateways send the response as it was at its beginning.
    const word = said !== '' && /^(?:|queued|in_progress)$/i.test(status) ? said : status;
    if (saysSomething(response['error']) || word === 'failed') {
      this.failure = fromErrorObject(response['error'] ?? response);
      return;
    }
    switch (word.toLowerCase()) {
      case 'completed':
        if (this.#unread !== undefined) this.failure = ownFailure('unreadable', [this.#unread]);
        this.#ending = { type: 'finish', reason: this.#calls.size > 0 ? 'tool-calls' : 'stop', word };
        return;
      case 'incomplete':
        this.#ending = incomplete(wordIn(recordIn(response, 'incomplete_details'), 'reason') || word);
        return;
      default:
        this.#ending = incomplete(word);
    }
  }
}

/** `cancelled` and unknown words do not mean that the answer is complete. */
function incomplete(word: string): Ending {
  const meaning = meaningOf(word);
  if (meaning === 'length' || meaning === 'content-filter' || meaning === 'error') return endingOfWord(word, meaning);
  return { type: 'cut', ...(word === '' ? {} : { word }) };
}
