/**
 * Learns how much a server repeats when it continues an answer, by asking for text that is known: the request leaves out the
 * last characters of the answer, and their place in the reply is the measure.
 */
import type { ChatRequest, Provider, Continuation, Endpoint, EndpointMemory } from '../provider/provider.ts';
import { attempt } from '../request/attempt.ts';
import type { Clock } from '../request/clock.ts';
import { continueRequest } from './continuation.ts';
import { anchorLength, dropByProbe, maxProbeOverlap } from './overlap.ts';
import type { AttemptMeter } from '../tokens/usageMeter.ts';
import type { Timeouts } from '../request/timeouts.ts';

/** For short requests beside the answer itself. */
export interface SideRequestPorts {
  readonly client: Provider;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** These requests are billed and counted like any others. */
  readonly begin: (messages: ChatRequest['messages']) => AttemptMeter;
}

export interface ProbeQuestion {
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  readonly request: ChatRequest;
  readonly way: Continuation;
  /** The answer delivered so far. */
  readonly old: string;
  /** The possible numbers of repeated characters, ascending. */
  readonly drops: readonly number[];
}

/** The answer waits for the probe; after this time the most likely cut is used. */
const maxProbeSeconds = 10;
/** Attempts, if connections break. */
const maxProbes = 3;

/** The one of `drops` that the server repeats. Undefined if its reply does not tell, `unreachable` if all replies broke off. */
export async function probeOverlap(
  ports: SideRequestPorts,
  question: ProbeQuestion,
  signal: AbortSignal,
): Promise<number | 'unreachable' | undefined> {
  const anchor = anchorLength(question.old);
  if (anchor === undefined) return undefined;
  for (let probe = 1; ; probe++) {
    const found = await probeOnce(ports, question, anchor, signal);
    if (found !== 'unreachable' || probe === maxProbes || signal.aborted) return found;
  }
}

async function probeOnce(
  { client, clock, timeouts, begin }: SideRequestPorts,
  { endpoint, memory, request, way, old, drops }: ProbeQuestion,
  anchor: number,
  signal: AbortSignal,
): Promise<number | 'unreachable' | undefined> {
  const asked = continueRequest(request, old.slice(0, -anchor), way);
  const meter = begin(asked.messages);
  let answer = '';
  let late = false;
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener('abort', stop);
  const offTime = clock.timer(maxProbeSeconds * 1000, () => {
    late = true;
    stop();
  });
  const { end } = await attempt(
    {
      open: (inner, sent) => {
        sent();
        return client.open(endpoint, asked, memory, inner);
      },
      sink: (delta) => {
        if (delta.type === 'usage') meter.server(delta.usage);
        else if (delta.type === 'reasoning') meter.reasoning(delta.text);
        else if (delta.type === 'tool') meter.text(delta.arguments);
        else if (delta.type === 'text') {
          meter.text(delta.text);
          answer += delta.text;
        }
      },
      halted: () => late || answer.length > anchor + maxProbeOverlap || dropByProbe(old, anchor, answer, drops) !== undefined,
      room: () => undefined,
      clock,
      timeouts,
    },
    own.signal,
  );
  offTime();
  signal.removeEventListener('abort', stop);
  const drop = dropByProbe(old, anchor, answer, drops);
  if (drop !== undefined) return drop;
  return end.type === 'cut' || (end.type === 'failed' && end.failure.kind === 'connection') ? 'unreachable' : undefined;
}
