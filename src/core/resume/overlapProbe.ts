/**
 * Asks a server for text that is already known, to learn how much it repeats when it continues an answer: the request
 * leaves the last characters of the answer out, and where they turn up in the reply is the measure.
 */
import type { ChatRequest, Provider, Continuation, Endpoint, EndpointMemory } from '../provider/provider.ts';
import { attempt } from '../request/attempt.ts';
import type { Clock } from '../request/clock.ts';
import { continueRequest } from './continuation.ts';
import { anchorLength, dropByProbe, maxProbeOverlap } from './overlap.ts';
import type { AttemptMeter } from '../tokens/usageMeter.ts';
import type { Timeouts } from '../request/timeouts.ts';

export interface ProbePorts {
  readonly client: Provider;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** A probe is billed like any other request, and is counted like one. */
  readonly begin: (messages: ChatRequest['messages']) => AttemptMeter;
}

export interface ProbeQuestion {
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  readonly request: ChatRequest;
  readonly way: Continuation;
  /** The answer as far as it was delivered. */
  readonly old: string;
  /** The possible numbers of repeated characters, ascending. */
  readonly drops: readonly number[];
}

/** The answer waits while the question is open; after this long the likeliest cut is taken. */
const maxProbeSeconds = 10;
/** How often the question is asked while its connections break. */
const maxProbes = 3;

/** Which of `drops` the server repeats; undefined when it does not show that, `unreachable` when its answers broke off. */
export async function probeOverlap(
  ports: ProbePorts,
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
  { client, clock, timeouts, begin }: ProbePorts,
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
