/** Takes the deltas of an answer's requests, passes each to its place, and assembles the parts of the answer at its end. */
import type { EndReason, Limits, Part, StreamEvent } from '../../../api.ts';
import { limitHalt } from '../../inspect/inspector.ts';
import { streamErrorOf } from '../../provider/failures/failure.ts';
import { ownFailure } from '../../provider/failures/ownFailures.ts';
import type { Delta } from '../../provider/provider.ts';
import { nextTurn } from '../../nextTurn.ts';
import { type ToolCall, ToolCalls } from '../../request/toolCalls.ts';
import type { ReplayedAnswer } from '../../resume/replayedAnswer.ts';
import type { ResumedAnswer } from '../../resume/resumedAnswer.ts';
import type { AttemptMeter } from '../../tokens/usageMeter.ts';
import { AnswerParts } from './answerParts.ts';
import type { AnswerProgress } from './answerProgress.ts';
import { Citations } from './endDetails.ts';
import type { EndEvent } from '../liveStream.ts';
import type { OutputWriter } from './output.ts';
import type { ReasoningWriter } from './reasoningWriter.ts';
import type { Tape } from '../tape/tape.ts';

/** Maximum number of unshown parts that an end names, and maximum length of each name. */
const maxUnshown = 12;
const maxUnshownCharacters = 60;

export type Outcome = Pick<EndEvent, 'reason' | 'error' | 'word' | 'detail' | 'stoppedBy'>;

export interface IntakePorts {
  readonly limits: Limits;
  readonly tape: Tape<StreamEvent>;
  readonly delivery: OutputWriter;
  readonly progress: AnswerProgress;
  readonly reasoning: ReasoningWriter;
}

/** The role of the current request in the answer. */
export interface IntakeRole {
  /** It continues an interrupted answer. */
  readonly resumption?: ResumedAnswer | undefined;
  /** It reads an earlier answer again. */
  readonly replay?: ReplayedAnswer | undefined;
  /** Earlier parts that the request adds to. */
  readonly before: readonly Part[];
}

export class Intake {
  readonly #ports: IntakePorts;
  /** The sources that the answer cites. */
  readonly citations = new Citations();
  /** Parts of the answer that are not text. */
  readonly unshown = new Set<string>();
  #hasOther = false;
  /** The calls of the current attempt; a retried request makes its calls again. */
  #calls = new ToolCalls();
  #toolCalls: readonly ToolCall[] = [];
  #said = new AnswerParts([]);
  #role: IntakeRole = { before: [] };

  constructor(ports: IntakePorts) {
    this.#ports = ports;
  }

  /** Something other than text has arrived: reasoning, or a tool call. */
  get hasOther(): boolean {
    return this.#hasOther;
  }

  /** A call has begun in the current attempt. */
  get isCalling(): boolean {
    return this.#calls.begun;
  }

  /** The calls of an answer that ended well; an answer that broke off in a call has none. */
  get toolCalls(): readonly ToolCall[] {
    return this.#toolCalls;
  }

  /** Ends the current attempt. */
  get isFull(): boolean {
    const { resumption, replay } = this.#role;
    return (
      this.#ports.delivery.halt !== undefined ||
      resumption?.startedOver === true ||
      resumption?.unplaced === true ||
      replay?.differs !== undefined
    );
  }

  begin(role: IntakeRole): void {
    this.#role = role;
    this.#calls = new ToolCalls();
    this.#said = new AnswerParts(role.before);
    if (role.before.length === 0) this.unshown.clear();
  }

  /** The answer so far, for the request that lets the server continue. */
  saidBeforePause(): readonly Part[] {
    return this.#said.parts([]);
  }

  /** @param isOne whether the answer came from one request, or from the requests of one turn */
  partsOf(reason: EndReason, isOne: boolean): readonly Part[] {
    const asSaid = reason === 'stop' || reason === 'tool-calls' || reason === 'other' || reason === 'length';
    if (asSaid && isOne) return this.#said.parts(this.#toolCalls);
    // A limit, a break or a seam changes only the text.
    const { text } = this.#ports.delivery;
    const parts: readonly Part[] = text === '' ? [] : [{ type: 'text', text }];
    return [...parts, ...this.#toolCalls.map((call) => ({ type: 'tool-call', ...call }) as const)];
  }

  /** After a good end, hands out the tool calls if they are complete; otherwise the end is not good. */
  async withCalls(end: Outcome): Promise<Outcome> {
    if (end.reason !== 'stop' && end.reason !== 'tool-calls' && end.reason !== 'other') return end;
    const steps = this.#calls.assembling();
    let step = steps.next();
    while (step.done !== true) {
      await nextTurn();
      step = steps.next();
    }
    const assembled = step.value;
    if (assembled.type === 'broken') return { reason: 'error', error: streamErrorOf(assembled.failure) };
    this.#toolCalls = assembled.calls;
    if (assembled.calls.length > 0) return { ...end, reason: end.reason === 'stop' ? 'tool-calls' : end.reason };
    if (this.unshown.size > 0 && this.#ports.delivery.text === '') {
      return { reason: 'error', error: streamErrorOf(ownFailure('only-unshown', [[...this.unshown].join(', ')])) };
    }
    return end.reason === 'tool-calls' ? { reason: 'error', error: streamErrorOf(ownFailure('tools-missing')) } : end;
  }

  /** On the hot path. */
  take(delta: Delta, meter: AttemptMeter): void {
    if (this.isFull) return;
    this.#said.push(delta);
    switch (delta.type) {
      case 'text':
      case 'refusal':
        meter.text(delta.text);
        if (this.#role.replay !== undefined) this.#say(this.#role.replay.take('text', delta.text));
        else if (this.#role.resumption?.push(delta.text) !== true) this.deliver(delta.text);
        return;
      case 'reasoning':
        meter.reasoning(delta.text);
        this.#hasOther = true;
        this.#think(this.#role.replay === undefined ? delta.text : this.#role.replay.take('reasoning', delta.text), meter);
        return;
      case 'opaque':
        this.#hasOther = true;
        this.#ports.tape.write({ type: 'reasoning', text: '', opaque: delta.value });
        return;
      case 'citation':
        this.citations.push(delta);
        return;
      case 'unshown':
        this.#hasOther = true;
        if (this.unshown.size < maxUnshown) this.unshown.add(delta.what.slice(0, maxUnshownCharacters));
        return;
      case 'response':
        return;
      case 'usage':
        meter.server(delta.usage);
        return;
      case 'tool':
        // The model wrote this too, so it is billed like text.
        meter.text(delta.arguments);
        this.#hasOther ||= delta.name !== '' || delta.arguments.trim() !== '';
        this.#markLost();
        this.#ports.progress.begun();
        this.#calls.push(delta);
        return;
      default:
        delta satisfies never;
    }
  }

  deliver(text: string): void {
    this.#markLost();
    this.#ports.progress.speaks();
    this.#ports.delivery.push(text);
  }

  #say(text: string): void {
    if (text !== '') this.deliver(text);
  }

  #think(text: string, meter: AttemptMeter): void {
    if (text === '') return;
    const { limits, delivery, progress, reasoning } = this.#ports;
    this.#markLost();
    progress.reasons();
    reasoning.push(text);
    const { maxReasoningTokens = 0 } = limits;
    if (maxReasoningTokens > 0 && meter.reasoningTokens() > maxReasoningTokens) {
      delivery.haltAt(limitHalt('maxReasoningTokens', maxReasoningTokens));
    }
  }

  /** The attempt that replaces a lost one has delivered something. */
  #markLost(): void {
    const { reasoning, progress } = this.#ports;
    if (reasoning.isMarked) return;
    reasoning.mark();
    progress.forgetsReasoning();
  }
}
