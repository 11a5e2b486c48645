/** Google's Interactions stream: steps by their place, each of a thought, of text or of one function call. */
import { type Failure, fromErrorObject } from '../failures/failure.ts';
import { ownFailure } from '../failures/ownFailures.ts';
import type { DeltaSink, Ending } from '../provider.ts';
import { isRecord, type JsonFields, numberIn, recordIn, recordsIn, spelled, wordIn } from '../reading/json.ts';
import { citationDelta, givenCounts, responseDelta } from '../reading/deltas.ts';
import type { ObjectReader } from '../reading/jsonDecoder.ts';

/** Sent back with the next request; JSON, so that it can be stored anywhere. */
export type KeptStep =
  | { readonly on: 'step'; readonly signature: string }
  /** For the rest of an answer that the server has paused. */
  | { readonly on: 'continuation'; readonly token: string; readonly interaction: string };

interface Step {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** What was delivered of it: text, a thought's summary, or a call's arguments. */
  said: string;
  isSigned: boolean;
}

/** Steps of the model itself; of others, such as a hosted search, only the name is known. */
const said: ReadonlySet<string> = new Set(['model_output', 'thought', 'function_call']);

export class InteractionsReader implements ObjectReader {
  readonly #sink: DeltaSink;
  readonly #steps = new Map<number, Step>();
  /** The ids of all events: a stream that was taken up again may repeat some. */
  readonly #events = new Set<string>();
  cursor: string | undefined;
  #id = '';
  #hasThought = false;
  #ending: Ending | undefined;
  failure: Failure | undefined;

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  get state(): ObjectReader['state'] {
    return this.#ending === undefined ? 'open' : 'done';
  }

  rejoin(): void {
    // The ids are all that it needs, and they are kept from the start.
  }

  end(): Ending {
    return this.#ending ?? { type: 'cut' };
  }

  take(event: JsonFields): boolean {
    const id = wordIn(event, 'event_id');
    if (id !== '') {
      if (this.#events.has(id)) return true;
      this.#events.add(id);
      this.cursor = id;
    }
    const name = wordIn(event, 'event_type');
    if (name === '' && event['object'] === 'interaction') {
      this.#whole(event);
      return true;
    }
    const index = numberIn(event, 'index') ?? 0;
    switch (name) {
      case 'interaction.created':
        this.#info(recordIn(event, 'interaction'));
        return true;
      case 'step.start':
        this.#start(index, recordIn(event, 'step'));
        return true;
      case 'step.delta':
        this.#delta(index, recordIn(event, 'delta'));
        return true;
      case 'interaction.completed':
        this.#whole(recordIn(event, 'interaction'));
        return true;
      case 'error':
        this.failure ??= fromErrorObject(isRecord(event['error']) ? event['error'] : event);
        return true;
      default:
        return name.startsWith('step.') || name.startsWith('interaction.');
    }
  }

  #info(interaction: JsonFields): void {
    const id = wordIn(interaction, 'id');
    const model = wordIn(interaction, 'model');
    if (this.#id !== '' && id !== '' && id !== this.#id) this.failure ??= ownFailure('rejoin-differs', [id]);
    this.#id ||= id;
    this.#sink(responseDelta(id, model));
  }

  #start(index: number, step: JsonFields): Step {
    const known = this.#steps.get(index);
    if (known !== undefined) return known;
    const type = wordIn(step, 'type');
    const begun: Step = { type, id: wordIn(step, 'id'), name: wordIn(step, 'name'), said: '', isSigned: false };
    this.#steps.set(index, begun);
    if (type === 'function_call') this.#sink({ type: 'tool', index, id: begun.id, name: begun.name, arguments: '' });
    else if (type !== '' && !said.has(type)) this.#sink({ type: 'unshown', what: type });
    return begun;
  }

  #delta(index: number, delta: JsonFields): void {
    const step = this.#steps.get(index) ?? this.#start(index, {});
    switch (delta['type']) {
      case 'text':
        return this.#say(index, step, delta['text']);
      case 'thought_summary':
        return this.#think(step, wordIn(recordIn(delta, 'content'), 'text'));
      case 'thought_signature':
        return this.#sign(index, step, wordIn(delta, 'signature'));
      case 'arguments_delta':
        // Those of no call are a hole.
        return this.#say(index, step, step.type === 'function_call' ? delta['arguments'] : undefined);
      case 'text_annotation_delta':
        for (const { url, title } of recordsIn(delta, 'annotations')) {
          if (typeof url === 'string') this.#sink(citationDelta(url, typeof title === 'string' ? title : ''));
        }
        return undefined;
      default:
        if (typeof delta['type'] !== 'string') this.failure ??= ownFailure('unreadable', ['delta']);
        else if (said.has(step.type)) this.#sink({ type: 'unshown', what: delta['type'] });
    }
  }

  #say(index: number, step: Step, said: unknown): void {
    if (said === undefined || said === null) this.failure ??= ownFailure('unreadable', [step.type]);
    const piece = spelled(said);
    if (piece === '') return;
    step.said += piece;
    if (step.type !== 'function_call') this.#sink({ type: 'text', text: piece });
    else this.#sink({ type: 'tool', index, id: step.id, name: step.name, arguments: piece });
  }

  /** Each thought is a paragraph. */
  #think(step: Step, text: string): void {
    if (text === '') return;
    this.#sink({ type: 'reasoning', text: step.said === '' && this.#hasThought ? `\n\n${text}` : text });
    step.said += text;
    this.#hasThought = true;
  }

  #sign(index: number, step: Step, signature: string): void {
    if (signature === '' || step.isSigned) return;
    step.isSigned = true;
    const kept: KeptStep = { on: 'step', signature };
    this.#sink({ type: 'opaque', value: kept, anchor: `step:${index}` });
  }

  /** The whole answer, with how it ended; its steps stand in it where the server does not stream. */
  #whole(interaction: JsonFields): void {
    this.#info(interaction);
    for (const [index, step] of recordsIn(interaction, 'steps').entries()) this.#step(index, step);
    this.#usage(recordIn(interaction, 'usage'));
    const word = wordIn(interaction, 'status');
    switch (word) {
      case 'completed':
        this.#ending = { type: 'finish', reason: 'stop', word };
        return;
      case 'requires_action':
        this.#ending = { type: 'finish', reason: 'tool-calls', word };
        return;
      case 'incomplete':
      case 'budget_exceeded':
        this.#ending = { type: 'finish', reason: 'length', word };
        return;
      case 'requires_continuation': {
        const kept: KeptStep = { on: 'continuation', token: wordIn(interaction, 'continuation_token'), interaction: this.#id };
        this.#sink({ type: 'opaque', value: kept, anchor: 'continuation' });
        this.#ending = { type: 'finish', reason: 'pause', word };
        return;
      }
      case 'failed':
        this.failure ??= fromErrorObject(isRecord(interaction['error']) ? interaction['error'] : interaction);
        return;
      default:
        this.#ending = { type: 'cut', ...(word === '' ? {} : { word }) };
    }
  }

  /** Delivers the rest of a complete step. A step that differs from what was shown is a hole. */
  #step(index: number, whole: JsonFields): void {
    const type = wordIn(whole, 'type');
    const step = this.#start(index, whole);
    if (!said.has(type)) return;
    if (type === 'function_call') {
      if (step.said === '') this.#say(index, step, JSON.stringify(whole['arguments'] ?? {}));
      return;
    }
    const text = recordsIn(whole, type === 'thought' ? 'summary' : 'content')
      .map((part) => wordIn(part, 'text'))
      .join('');
    const missing = text.slice(step.said.length);
    if (!text.startsWith(step.said)) this.failure ??= ownFailure('text-differs');
    else if (type === 'thought') this.#think(step, missing);
    else this.#say(index, step, missing);
    this.#sign(index, step, wordIn(whole, 'signature'));
  }

  #usage(usage: JsonFields): void {
    const input = numberIn(usage, 'total_input_tokens');
    const output = numberIn(usage, 'total_output_tokens');
    if (input === undefined && output === undefined) return;
    const reasoning = numberIn(usage, 'total_thought_tokens') ?? 0;
    const counts = givenCounts({
      prompt: input === undefined ? undefined : input + (numberIn(usage, 'total_tool_use_tokens') ?? 0),
      completion: output === undefined ? undefined : output + reasoning,
      total: numberIn(usage, 'total_tokens'),
      reasoning,
      cached: numberIn(usage, 'total_cached_tokens') ?? 0,
    });
    if (counts !== undefined) this.#sink({ type: 'usage', usage: counts });
  }
}
