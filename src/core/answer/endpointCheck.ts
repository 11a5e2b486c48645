/**
 * Checks what a server can do with two or three small requests: whether it answers, streams, counts tokens, and continues
 * its own message at the exact character.
 */
import type { ChatRequest, Endpoint, EndpointMemory, KeptAnswer } from '../provider/provider.ts';
import type { Failure } from '../provider/failures/failure.ts';
import { ownFailure } from '../provider/failures/ownFailures.ts';
import { attempt, type AttemptEnd } from '../request/attempt.ts';
import { continuationFor, continueRequest } from '../resume/continuation.ts';
import type { SideRequestPorts } from '../resume/overlapProbe.ts';

export type EndpointReport =
  | { readonly type: 'failed'; readonly failure: Failure }
  | {
      readonly type: 'works';
      /** Milliseconds from the request to the first text or reasoning. */
      readonly firstTokenMs: number;
      /** The text came in pieces while the server wrote it, not all at once at the end. */
      readonly streams: boolean;
      /** The server counts tokens, so that usage is exact. */
      readonly usage: boolean;
      /**
       * `rejoins`: it keeps an answer while writing it and lets us read it again after a break. `exactly`: it continues at
       * the exact character. `asked`: it is prompted to continue, and repeated text is removed.
       */
      readonly continues: 'rejoins' | 'exactly' | 'asked';
      /** Number of models it lists; undefined if it lists none. */
      readonly models: number | undefined;
    };

export interface EndpointCheckTarget {
  readonly endpoint: Endpoint;
  /** Remembers how the server continues an answer, as a broken answer would. */
  readonly memory: EndpointMemory;
  readonly model: string;
}

const question = 'Write the numbers from one to ten as English words, separated by commas. Write nothing else.';
/** Inside a word, so that a new answer is distinguished from a continued one. */
const begun = 'one, two, three, fo';
/** A model that keeps talking has shown enough. */
const enoughCharacters = 600;
const modelsMs = 5_000;

export async function checkEndpoint(ports: SideRequestPorts, target: EndpointCheckTarget, signal: AbortSignal): Promise<EndpointReport> {
  const request: ChatRequest = { model: target.model, messages: [{ role: 'user', content: question }] };
  const listing = ports.client.models(target.endpoint, AbortSignal.any([signal, AbortSignal.timeout(modelsMs)]));
  const first = await ask(ports, target, { ...request, mayBeKept: true }, signal);
  if (first.end.type === 'failed') return { type: 'failed', failure: first.end.failure };
  if (first.firstTokenMs === undefined) return { type: 'failed', failure: ownFailure('no-text') };
  const list = await listing;
  return {
    type: 'works',
    firstTokenMs: first.firstTokenMs,
    streams: first.pieces > 1,
    usage: first.usage,
    continues: (await rejoins(first, signal)) ? 'rejoins' : await continues(ports, target, request, signal),
    models: list.type === 'models' ? list.models.length : undefined,
  };
}

/** Requests what follows the end of a kept answer: this costs nothing and shows whether the server keeps answers. */
async function rejoins({ kept, end }: Asked, signal: AbortSignal): Promise<boolean> {
  if (kept === undefined) return false;
  if (end.type !== 'finished') await kept.stop();
  const again = await kept.rejoin(signal);
  if (again.type === 'opened') void again.body.cancel().catch(() => undefined);
  return again.type === 'opened' || again.type === 'later';
}

async function continues(
  ports: SideRequestPorts,
  target: EndpointCheckTarget,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<'exactly' | 'asked'> {
  const { endpoint, memory } = target;
  const way = continuationFor(endpoint, memory);
  if (way === 'ask') return 'asked';
  const { text } = await ask(ports, target, continueRequest(request, begun, way), signal);
  const exactly = /^ur\b/.test(text);
  if (!signal.aborted) memory.continuation = exactly ? way : 'ask';
  return exactly ? 'exactly' : 'asked';
}

interface Asked {
  readonly end: AttemptEnd;
  readonly text: string;
  readonly pieces: number;
  readonly usage: boolean;
  readonly firstTokenMs: number | undefined;
  /** The answer as the server kept it, if it was asked to. */
  readonly kept: KeptAnswer | undefined;
}

async function ask(
  { client, clock, timeouts, begin }: SideRequestPorts,
  { endpoint, memory }: EndpointCheckTarget,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Asked> {
  const fromMs = clock.now();
  const meter = begin(request.messages);
  let text = '';
  let pieces = 0;
  let usage = false;
  let firstTokenMs: number | undefined;
  let kept: KeptAnswer | undefined;
  const { end } = await attempt(
    {
      open: async (own, sent) => {
        sent();
        const opened = await client.open(endpoint, request, memory, own);
        kept = opened.kept;
        return opened;
      },
      sink: (delta) => {
        if (delta.type === 'usage') {
          usage = true;
          meter.server(delta.usage);
        }
        if (delta.type !== 'text' && delta.type !== 'reasoning') return;
        meter[delta.type](delta.text);
        firstTokenMs ??= clock.now() - fromMs;
        pieces++;
        if (delta.type === 'text') text += delta.text;
      },
      halted: () => text.length > enoughCharacters,
      room: () => undefined,
      clock,
      timeouts,
    },
    signal,
  );
  return { end, text, pieces, usage, firstTokenMs, kept };
}
