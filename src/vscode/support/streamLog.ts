/**
 * Logs each answer with numbers, names and kinds. Questions, answers and server messages, which may quote them, are logged
 * only while `rivulet.log.text` is on; keys never are.
 */
import type { AnswerStream } from '../../core/answer/answerStream.ts';
import { redact, secretsOf } from '../../core/provider/failures/secrets.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export type Log = Pick<Runtime['log'], 'debug' | 'info' | 'warn'>;

export interface StreamLogPorts extends Pick<Runtime, 'engine' | 'statistics'> {
  readonly log: Log;
  /** Whether the words may be logged too. */
  readonly withText: () => boolean;
}

export function logStreams({ engine, log, statistics, withText }: StreamLogPorts): { dispose(): void } {
  const known = new WeakSet<AnswerStream>();
  let count = 0;
  const follow = (stream: AnswerStream): void => {
    known.add(stream);
    const name = `#${++count} ${stream.model}`;
    const { request, endpoint } = stream.job;
    const words = (what: string, text: () => string): void => {
      // Long answers take a while to be written as text, so nothing is written that is not logged.
      if (withText()) log.debug(`${name}: ${what}: ${redact(text(), secretsOf(endpoint))}`);
    };
    log.debug(`${name}: asked with ${request.messages.length} messages.`);
    words('question', () => asJson(request.messages));
    // Read after the end, so that the log adds no reader to the hot path.
    void stream.ended.then((end) => {
      statistics.add(end, stream.tape);
      for (let place = 0; place < stream.tape.length; place++) {
        const event = stream.tape.at(place);
        if (event?.type === 'wait') log.debug(`${name}: waited ${event.seconds} s for attempt ${event.attempt} (${event.cause}).`);
        if (event?.type === 'seam')
          log.debug(`${name}: went on at character ${event.offset}; ${event.overlap} repeated ones were left out.`);
      }
      const { usage, timing, error } = end;
      const first = timing.firstTokenMs === undefined ? 'no token' : `first token after ${seconds(timing.firstTokenMs)}`;
      const after = seconds(timing.totalMs);
      const line = `${name}: ${end.reason} after ${after}, ${first}, ${usage.completion} tokens, ${usage.attempts} requests.`;
      if (error === undefined) log.info(line);
      else log.warn(`${line} ${error.kind}${error.status === undefined ? '' : `, status ${error.status}`}.`);
      if (error !== undefined) words('server said', () => error.message);
      words('answer', () => end.text);
    });
  };
  return engine.onChange(() => {
    for (const stream of engine.running) if (!known.has(stream)) follow(stream);
  });
}

/** Another extension may have put anything into its messages. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    return `cannot be written as JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
