/** Running answers: from the request until the answer has settled, each with one promise and one stop. */
import type { Message } from '../../api.ts';
import { failedAnswer } from '../answer/failedAnswer.ts';
import type { EndEvent, KeptJob, LiveStream } from '../answer/liveStream.ts';
import { present } from '../present.ts';
import type { Parameters } from '../provider/parameters.ts';
import { type Answer, outcomeOf, readTape, type SettledAnswer } from './entries.ts';

/**
 * Begins an answer to `messages`; `partial` is the part of it that exists, after
 * `reasoned` characters of reasoning. It should not reject, since a failure belongs on
 * the tape, but it may: the answer then ends with that error. A fired signal means that the answer is no longer wanted.
 * `kept`: a server may have all of the answer, which is then read there.
 */
export type Begin = (
  model: string,
  messages: readonly Message[],
  partial: string,
  signal: AbortSignal,
  reasoned: number,
  parameters: Parameters,
  kept: KeptJob | undefined,
) => Promise<LiveStream>;

export interface RunsPorts {
  readonly begin: Begin;
  /** Puts the answer as it is now into the conversation. */
  readonly put: (answer: Answer) => void;
  /** An answer has settled and no longer counts as running. */
  readonly settled: () => void;
}

/** What is asked; a promise where pictures have to be loaded. */
export type Messages = () => readonly Message[] | Promise<readonly Message[]>;

/** What an answer is before anything of it exists. */
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

  /** The settled answer that a running one will be; undefined for one that does not run. */
  ended(id: string): Promise<Answer> | undefined {
    return this.#runs.get(id)?.ended;
  }

  /** One that has not begun settles at once, however long its beginning takes. */
  stop(id: string): void {
    this.#runs.get(id)?.stop();
  }

  /**
   * Asks for an answer. It counts as running when this returns, before there is a stream.
   * @param before answers that are part of the messages and are still running: they settle first
   * @param resumed how the answer had ended, for one that is continued
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

  /** Takes in a stream that was begun elsewhere. */
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
      // One that has settled may have been resumed while another was waited for.
      for (let running = before(); running.length > 0 && !signal.aborted; running = before()) await Promise.all(running);
      if (signal.aborted) return failedAnswer(model, { kind: 'connection', message: '' }, previous.text);
      const said = messages();
      // Where nothing has to be loaded, the request goes out in this turn.
      return await this.#ports.begin(
        model,
        said instanceof Promise ? await said : said,
        previous.text,
        signal,
        previous.reasoning.length,
        parameters,
        kept,
      );
    } catch (error) {
      return failedAnswer(model, { kind: 'server', message: messageOf(error) }, previous.text);
    }
  }

  /** @param wasCutOff whether it is read on after the end of a window, which is why it broke off if nothing comes of that */
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

/** A stream whose end fails has a bug; the answer must settle all the same. */
function endOf(stream: LiveStream): Promise<EndEvent> {
  return stream.ended.catch(
    (error: unknown) => failedAnswer(stream.model, { kind: 'server', message: messageOf(error) }, stream.text).ended,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
