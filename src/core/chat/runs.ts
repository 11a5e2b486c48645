/** Running answers: from the request until the answer has settled, each with one promise and one stop. */
import type { Message } from '../../api.ts';
import { failedAnswer } from '../answer/failedAnswer.ts';
import type { EndEvent, KeptJob, LiveStream } from '../answer/liveStream.ts';
import { present } from '../present.ts';
import type { Parameters } from '../provider/parameters.ts';
import { type Answer, outcomeOf, readTape, type SettledAnswer } from './entries.ts';

/** An answer that a conversation wants. */
export interface WantedAnswer {
  readonly model: string;
  readonly messages: readonly Message[];
  /** Text that exists already; the answer continues it. */
  readonly partial: string;
  /** Characters of reasoning that exist already. */
  readonly reasoned: number;
  readonly parameters: Parameters;
  /** Where a server may still have the whole answer; it is read from there. */
  readonly kept: KeptJob | undefined;
  /** Fires when the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Should not reject, since a failure belongs on the tape. If it does, the answer ends with that error. */
export type Begin = (wanted: WantedAnswer) => Promise<LiveStream>;

export interface RunsPorts {
  readonly begin: Begin;
  /** Replaces the answer in the conversation by this state of it. */
  readonly put: (answer: Answer) => void;
  /** An answer has settled and no longer counts as running. */
  readonly settled: () => void;
}

/** The prompt; a promise if pictures have to be loaded. */
export type Messages = () => readonly Message[] | Promise<readonly Message[]>;

/** An answer before it has begun. */
export type NewAnswer = Pick<Answer, 'id' | 'parent' | 'model' | 'askedAt' | 'parameters' | 'previous'>;

interface Run {
  readonly ended: Promise<Answer>;
  readonly stop: () => void;
}

export class Runs {
  readonly #ports: RunsPorts;
  readonly #runs = new Map<string, Run>();

  constructor(ports: RunsPorts) {
    this.#ports = ports;
  }

  /** Resolves with the settled answer; undefined if the answer is not running. */
  ended(id: string): Promise<Answer> | undefined {
    return this.#runs.get(id)?.ended;
  }

  /** Stops an answer. One that has not begun settles at once. */
  stop(id: string): void {
    this.#runs.get(id)?.stop();
  }

  /**
   * Requests an answer. It counts as running when this returns, before its stream exists.
   * @param before running answers that the prompt contains; the request waits for them
   * @param resumed how a resumed answer had ended
   */
  start(
    answer: NewAnswer,
    before: () => readonly Promise<Answer>[],
    messages: Messages,
    resumed?: SettledAnswer,
    kept?: KeptJob,
  ): Promise<Answer> {
    const cancelled = new AbortController();
    const begun = new Promise<LiveStream | undefined>((resolve) => {
      cancelled.signal.addEventListener('abort', () => resolve(undefined));
      void this.#begin(answer, before, messages, cancelled.signal, kept).then((stream) => {
        // A stream that arrives after the stop is no longer wanted.
        if (cancelled.signal.aborted) stream.stop();
        resolve(stream);
      });
    });
    const ended = begun.then((stream) => {
      if (stream === undefined) return this.#settle({ ...answer, role: 'assistant', state: neverBegun(answer, resumed) });
      // Stopped between the arrival of the stream and this turn.
      if (cancelled.signal.aborted) stream.stop();
      return this.#follow(answer, stream, kept?.only === true);
    });
    this.#runs.set(answer.id, { ended, stop: () => cancelled.abort() });
    this.#ports.put({ ...answer, role: 'assistant', state: { type: 'asked', begun } });
    return ended;
  }

  /** Adopts a stream that was started elsewhere. */
  adopt(answer: NewAnswer, stream: LiveStream): Promise<Answer> {
    return this.#follow(answer, stream);
  }

  async #begin(
    { model, parameters = {}, previous }: NewAnswer,
    before: () => readonly Promise<Answer>[],
    messages: Messages,
    signal: AbortSignal,
    kept: KeptJob | undefined,
  ): Promise<LiveStream> {
    try {
      // While one answer was awaited, another may have been resumed.
      for (let running = before(); running.length > 0 && !signal.aborted; running = before()) await Promise.all(running);
      if (signal.aborted) return failedAnswer(model, { kind: 'connection', message: '' }, previous.text);
      const said = messages();
      // If nothing has to be loaded, the request is sent in this turn.
      return await this.#ports.begin({
        model,
        messages: said instanceof Promise ? await said : said,
        partial: previous.text,
        reasoned: previous.reasoning.length,
        parameters,
        kept,
        signal,
      });
    } catch (error) {
      return failedAnswer(model, { kind: 'server', message: messageOf(error) }, previous.text);
    }
  }

  /** @param wasCutOff the end of a window had cut the answer off; if nothing more can be read, that stays the reason */
  #follow(answer: NewAnswer, stream: LiveStream, wasCutOff = false): Promise<Answer> {
    const live: Answer = { ...answer, role: 'assistant', state: { type: 'live', stream } };
    const ended = Promise.resolve().then(() => this.#untilEnd(live, stream, wasCutOff));
    this.#runs.set(answer.id, { ended, stop: () => stream.stop() });
    this.#ports.put(live);
    return ended;
  }

  async #untilEnd(live: Answer, stream: LiveStream, wasCutOff: boolean): Promise<Answer> {
    const end = await endOf(stream);
    return this.#settle({
      ...live,
      state: {
        type: 'settled',
        ...readTape(stream.tape, live.previous),
        ...outcomeOf(end),
        text: end.text,
        ...(wasCutOff && end.reason === 'truncated' && end.error === undefined ? { interrupted: true } : {}),
        ...(stream.handle === undefined || (end.reason !== 'truncated' && end.reason !== 'error') ? {} : { handle: stream.handle }),
      },
    });
  }

  #settle(answer: Answer): Answer {
    this.#runs.delete(answer.id);
    this.#ports.put(answer);
    this.#ports.settled();
    return answer;
  }
}

/** An answer that was stopped before it began; a resumed one stays as it was, except for the reason. */
function neverBegun({ previous }: NewAnswer, resumed: SettledAnswer | undefined): SettledAnswer {
  const { text, reasoning, seams, citations } = resumed ?? previous;
  const { usage, timing, parts, handle } = resumed ?? nothingUsed;
  return { type: 'settled', reason: 'cancelled', text, reasoning, seams, citations, usage, timing, ...present({ parts, handle }) };
}

const nothingUsed: Pick<SettledAnswer, 'usage' | 'timing' | 'parts' | 'handle'> = {
  usage: { prompt: 0, completion: 0, total: 0, estimated: false, attempts: 0 },
  timing: { totalMs: 0, waitsMs: 0 },
};

/** A stream whose `ended` rejects has a bug; the answer must settle anyway. */
function endOf(stream: LiveStream): Promise<EndEvent> {
  return stream.ended.catch(
    (error: unknown) => failedAnswer(stream.model, { kind: 'server', message: messageOf(error) }, stream.text).ended,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
