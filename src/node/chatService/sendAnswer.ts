/**
 * Sends an answer to one reader, from any event on. A reader is a place on the tape: all readers get the same events with
 * the same numbers, and a slow reader slows the model's server, so nothing piles up.
 */
import type { ServerResponse } from 'node:http';
import type { StreamEvent } from '../../api.ts';
import type { Clock } from '../../core/request/clock.ts';
import type { ServedAnswer } from './answers.ts';
import type { Frame } from './apis/serviceApi.ts';
import { sendJson, write } from './http.ts';
import { final } from './refuse.ts';
import { type Problem, problemOf } from './problem.ts';
import { type AnswerPiece, AnswerPieces } from './answerPieces.ts';

/** Maximum number of events encoded at once. */
const maxTaken = 256;

const eventStream = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

export interface Sending {
  /** Number of the last event that the client has; -1 for none. */
  readonly after: number;
  /** Sends the status at once; otherwise a failure before the first text becomes an HTTP error. */
  readonly atOnce: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends until the answer ends, or the client disconnects or stops reading. Resolves to false, with nothing sent, if the
 * answer has no event `after` yet: a client cannot have received it.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: ServedAnswer,
  { after, atOnce, headers }: Sending,
  clock: Pick<Clock, 'timer'>,
): Promise<boolean> {
  const { stream, dialect, api } = answer;
  const gone = new AbortController();
  const reader = stream.tape.read({ pacing: true });
  const leave = (): void => {
    gone.abort();
    reader.leave();
  };
  response.once('close', leave);
  if (response.destroyed) leave();
  const ordered = new AnswerPieces(stream);
  const encoder = dialect.encoder();
  /** Number of events so far. */
  let count = 0;
  const spell = (frames: readonly Frame[]): string => {
    const first = count;
    count += frames.length;
    return frames.map((frame, index) => (first + index > after ? eventText(first + index, frame) : '')).join('');
  };
  let isOpen = false;
  const begin = (): string => {
    if (isOpen) return '';
    isOpen = true;
    return spell(encoder.open());
  };
  let out = atOnce ? begin() : '';
  let unread = stream.tape.length;
  const isMissing = (): boolean => after >= 0 && after >= count;
  while (!reader.finished) {
    const events: readonly StreamEvent[] = reader.take(maxTaken);
    unread -= events.length;
    for (const event of events) {
      const pieces = ordered.take(event);
      const problem = isOpen || api.errorsInStream === true ? undefined : problemIn(pieces);
      if (problem !== undefined) {
        sendJson(response, problem.status, api.refusal(problem), { ...headers, ...final });
        return true;
      }
      for (const piece of pieces) out += begin() + spell(encoder.take(piece));
    }
    if (isMissing()) {
      if (unread > 0) continue;
      reader.leave();
      return false;
    }
    if (!response.headersSent && (out !== '' || atOnce)) response.writeHead(200, { ...eventStream, ...headers }).flushHeaders();
    if (out !== '') await write(response, out, gone.signal, clock);
    out = '';
    await reader.more();
  }
  if (isMissing()) return response.destroyed;
  response.end();
  return true;
}

/** The problem of an answer with no other output. */
function problemIn(pieces: readonly AnswerPiece[]): Problem | undefined {
  const [only] = pieces;
  return pieces.length === 1 && only?.type === 'end' ? problemOf(only.end) : undefined;
}

function eventText(id: number, { event, data }: Frame): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `id: ${id}\n${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
