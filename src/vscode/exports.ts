/** The API that `activate()` returns to other extensions; the words are in api.ts. */
import type { RivuletApi, StreamEvent, StreamManyOptions, StreamOptions, StreamRequest } from '../api.ts';
import { iterate, merge } from '../core/engine/many.ts';
import { refusedStream } from '../core/engine/refused.ts';
import type { LiveStream } from '../core/engine/job.ts';
import { triggerProblem } from '../core/engine/triggers.ts';
import type { Answers } from './answers.ts';
import type { Endpoints } from './endpoints.ts';

export function exportApi(answers: Answers, endpoints: Endpoints): RivuletApi {
  const start = async (request: StreamRequest, options: StreamOptions): Promise<LiveStream> => {
    const problem = problemOf(request, options);
    if (problem !== undefined) return refusedStream(request.model ?? '', { kind: 'bad-request', message: problem });
    const stream = await answers.begin({ ...request, byProgram: true }, options);
    stopWith(stream, options);
    return stream;
  };
  return {
    version: 1,
    listModels: async () => (await endpoints.list()).map(({ endpoint, model }) => ({ endpoint, model })),
    stream: (request: StreamRequest, options: StreamOptions = {}): AsyncIterable<StreamEvent> => iterate(() => start(request, options)),
    streamMany: (requests: readonly StreamRequest[], options: StreamManyOptions = {}) =>
      merge(
        requests.map((request) => () => start(request, options)),
        options.order ?? 'as-arrives',
        Math.max(1, options.maxConcurrent ?? requests.length),
      ),
  };
}

function problemOf(request: StreamRequest, { triggers = [] }: StreamOptions): string | undefined {
  if (!Array.isArray(request.messages) || request.messages.length === 0) return 'A request needs at least one message.';
  for (const trigger of triggers) {
    if (typeof trigger.action === 'object') return `Trigger "${trigger.name}": commands are taken from the user's settings only.`;
    const problem = triggerProblem(trigger);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Ties a caller's signal and token to the stream, and lets go of both when it has ended. */
function stopWith(stream: LiveStream, { signal, token }: StreamOptions): void {
  const stop = (): void => stream.stop();
  if (signal?.aborted === true || token?.isCancellationRequested === true) stop();
  signal?.addEventListener('abort', stop);
  const listening = token?.onCancellationRequested(stop);
  void stream.ended.then(() => {
    signal?.removeEventListener('abort', stop);
    listening?.dispose();
  });
}
