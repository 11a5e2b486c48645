/** The API that `activate()` returns to other extensions; its types are in api.ts. */
import type { RivuletApi, StreamEvent, StreamManyOptions, StreamOptions, StreamRequest } from '../../api.ts';
import { toAsyncIterable, mergeStreams } from '../../core/answer/tape/mergeStreams.ts';
import { failedAnswer } from '../../core/answer/failedAnswer.ts';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import { triggerProblem } from '../../core/inspect/triggers.ts';
import { type ExtensionAccess, refusalSentence } from '../access/extensionAccess.ts';
import type { Answers } from '../models/answers.ts';
import type { Endpoints } from '../models/endpoints.ts';

export function createPublicApi(answers: Answers, endpoints: Endpoints, access: ExtensionAccess): RivuletApi {
  const start = async (caller: string | undefined, request: StreamRequest, options: StreamOptions): Promise<LiveStream> => {
    const problem = problemOf(request, options);
    if (problem !== undefined) return failedAnswer(request.model ?? '', { kind: 'bad-request', message: problem });
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

function problemOf(request: StreamRequest, { triggers = [] }: StreamOptions): string | undefined {
  if (!Array.isArray(request.messages) || request.messages.length === 0) return 'A request needs at least one message.';
  for (const trigger of triggers) {
    if (typeof trigger.action === 'object') return `Trigger "${trigger.name}": commands are taken from the user's settings only.`;
    const problem = triggerProblem(trigger);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
