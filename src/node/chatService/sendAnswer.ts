/**
 * Sends an answer to one reader, from any of its events on. A reader is a place on the tape: every one gets the same
 * events with the same numbers, and one that reads slowly slows the server that writes the answer, so that nothing piles up.
 */
import type { ServerResponse } from 'node:http';
import type { StreamEvent } from '../../api.ts';
import type { Clock } from '../../core/request/clock.ts';
import type { ServedAnswer } from './answers.ts';
import type { Frame } from './doors/door.ts';
import { sendJson, write } from './http.ts';
import { final } from './refuse.ts';
import { type Problem, problemOf } from './problem.ts';
import { type Said, Speech } from './speech.ts';

/** Most events of the tape that are spelled in one go. */
const maxTaken = 256;

const eventStream = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

export interface Sending {
  /** The number of the last event that the client has; -1 for none. */
  readonly after: number;
  /** The status is sent at once; otherwise an answer that fails before its first word is an error of HTTP. */
  readonly atOnce: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Until the end of the answer, or until the client leaves or reads no more. Resolves to false, with nothing sent, where the
 * answer has no event `after` yet: a client cannot have what was never sent.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: ServedAnswer,
  { after, atOnce, headers }: Sending,
  clock: Pick<Clock, 'timer'>,
): Promise<boolean> {
  const { stream, dialect, door } = answer;
  const gone = new AbortController();
  const reader = stream.tape.read({ pacing: true });
  const leave = (): void => {
    gone.abort();
    reader.leave();
  };
  response.once('close', leave);
  if (response.destroyed) leave();
  const numbered = new Numbered(after);
  const speech = new Speech(stream);
  const encoder = dialect.encoder();
  let isOpen = false;
  const begin = (): string => {
    if (isOpen) return '';
    isOpen = true;
    return numbered.spell(encoder.open());
  };
  let out = atOnce ? begin() : '';
  let unread = stream.tape.length;
  const isMissing = (): boolean => after >= 0 && after >= numbered.count;
  while (!reader.finished) {
    const events: readonly StreamEvent[] = reader.take(maxTaken);
    unread -= events.length;
    for (const event of events) {
      const said = speech.take(event);
      const problem = isOpen || door.errorsInStream === true ? undefined : problemIn(said);
      if (problem !== undefined) {
        sendJson(response, problem.status, door.refusal(problem), { ...headers, ...final });
        return true;
      }
      for (const one of said) out += begin() + numbered.spell(encoder.take(one));
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

/** What is wrong with an answer of which nothing else was said. */
function problemIn(said: readonly Said[]): Problem | undefined {
  const [only] = said;
  return said.length === 1 && only?.type === 'end' ? problemOf(only.end) : undefined;
}

/** Gives each event its number, and spells those that the client does not have. */
class Numbered {
  readonly #after: number;
  #count = 0;

  constructor(after: number) {
    this.#after = after;
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  spell(frames: readonly Frame[]): string {
    let out = '';
    for (const { event, data } of frames) {
      const id = this.#count++;
      if (id <= this.#after) continue;
      const name = event === undefined ? '' : `event: ${event}\n`;
      out += `id: ${id}\n${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
    }
    return out;
  }
}
