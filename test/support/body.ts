// Runs the whole engine on a response body and reports everything that is observable of the answer.
import type { StreamOptions, Usage } from '../../src/api.ts';
import type { ToolCall } from '../../src/core/request/toolCalls.ts';
import { collect, endOf, problemsOf, rig, TestClock } from './engine.ts';

export interface Seen {
  readonly text: string;
  readonly reasoning: string;
  readonly reason: string;
  readonly kind: string | undefined;
  readonly message: string | undefined;
  readonly calls: readonly ToolCall[];
  readonly usage: Usage;
  /** Number of requests. */
  readonly requests: number;
}

/** A chunk of the first choice. */
export function chunk(delta: unknown, finish: unknown = null, more: object = {}): object {
  return { choices: [{ index: 0, delta, finish_reason: finish }], ...more };
}

export const finished = (reason: unknown = 'stop'): object => chunk({}, reason);

/** Sends each value as one event, and text unchanged. */
export function body(...parts: readonly (object | string)[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : `data: ${JSON.stringify(part)}\n\n`)).join('');
}

export const doneEvent = 'data: [DONE]\n\n';

/** Each body answers one request; the last one answers all further requests. */
export async function seen(bodies: string | Uint8Array | readonly string[], options: StreamOptions = {}): Promise<Seen> {
  const list = typeof bodies === 'string' || bodies instanceof Uint8Array ? [bodies] : bodies;
  const clock = new TestClock();
  let requests = 0;
  const { start } = rig({ clock, fetch: async () => new Response(list[Math.min(requests++, list.length - 1)] as string) });
  const stream = start('http://127.0.0.1:1/v1', { options });
  const events = await collect(stream, (event) => {
    if (event.type === 'wait') queueMicrotask(() => clock.advance(event.seconds * 1000));
  });
  const { text, reason, error, usage } = endOf(events);
  const problems = problemsOf(events);
  if (problems.length > 0) throw new Error(problems.join(', '));
  return {
    text,
    reasoning: events.map((event) => (event.type === 'reasoning' ? event.text : '')).join(''),
    reason,
    kind: error?.kind,
    message: error?.message,
    calls: stream.toolCalls,
    usage,
    requests,
  };
}
