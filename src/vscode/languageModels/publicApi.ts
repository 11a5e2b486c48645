/** The API that `activate()` returns to other extensions; its types are in api.ts. */
import type { RivuletApi, StreamEvent, StreamManyOptions, StreamOptions, StreamRequest } from '../../api.ts';
import { toAsyncIterable, mergeStreams } from '../../core/answer/tape/mergeStreams.ts';
import { failedAnswer } from '../../core/answer/failedAnswer.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { type ExtensionAccess, refusalSentence } from '../access/extensionAccess.ts';
import type { Answers } from '../models/answers.ts';
import type { Endpoints } from '../models/endpoints.ts';
import { requestProblem } from './requestSchema.ts';

export function createPublicApi(answers: Answers, endpoints: Endpoints, access: ExtensionAccess): RivuletApi {
  const start = async (caller: string | undefined, request: StreamRequest, options: StreamOptions): Promise<LiveStream> => {
    const problem = requestProblem(request, options);
    if (problem !== undefined) return failedAnswer(modelOf(request), { kind: 'bad-request', message: problem });
    if (!(await access.allows(caller, 'models'))) return failedAnswer(request.model ?? '', { kind: 'auth', message: refusalSentence() });
    return answers.begin({ ...request, byProgram: true }, options);
  };
  return {
    version: 1,
    listModels: async () => (await endpoints.list()).map(({ endpoint, model }) => ({ endpoint, model })),
    stream: (request: StreamRequest, options: StreamOptions = {}): AsyncIterable<StreamEvent> => {
      const caller = access.caller();
      return toAsyncIterable(() => start(caller, request, options));
    },
    streamMany: (requests: readonly StreamRequest[], options: StreamManyOptions = {}) => {
      const caller = access.caller();
      return mergeStreams(
        requests.map((request) => () => start(caller, request, options)),
        options.order ?? 'as-arrives',
        Math.max(1, options.maxConcurrent ?? requests.length),
      );
    },
  };
}

/** A refused request may be anything. */
function modelOf(request: unknown): string {
  const model = (request as { readonly model?: unknown } | null | undefined)?.model;
  return typeof model === 'string' ? model : '';
}
