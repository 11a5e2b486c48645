/** A provider for the models of other extensions in VS Code, such as Copilot's. */
import * as vscode from 'vscode';
import { DeltaDecoder, type DeltaPiece } from '../../core/provider/reading/deltaDecoder.ts';
import type { ChatRequest, Delta, ModelList, Opened, Provider } from '../../core/provider/provider.ts';
import { type Failure, fromErrorObject } from '../../core/provider/failures/failure.ts';
import { knownFacts, tokensIn, type ToldFacts } from '../../core/provider/facts/modelFacts.ts';
import { countsOf } from '../../core/provider/reading/tokenCounts.ts';
import { originOf, sealed, unsealed } from '../../core/provider/opaque.ts';
import { fromNeutral, isMedia, toolOptions } from './messages.ts';
import { reasoningOf } from './thinking.ts';
import { present } from '../../core/present.ts';
import { jsonOf } from '../../core/provider/reading/json.ts';

/** Stands for an address; no request is sent to it. */
export const vscodeModelsAddress = 'vscode:models';

export interface VscodeModelPorts {
  /** Whether the user lets Rivulet use this model; undefined if the user was not asked yet. */
  readonly mayAsk: (model: vscode.LanguageModelChat) => boolean | undefined;
}

/** VS Code lists Rivulet's own models too; using them here would be a loop. */
const ownVendor = 'rivulet';
const listMs = 5_000;

export function vscodeModels(ports: VscodeModelPorts): Provider {
  return {
    open: (endpoint, request, _, signal) => open(ports, originOf(endpoint, request.model), request, signal),
    models: () => list(),
    facts: async () => ({ told: factsOfModels(await offered()), loaded: [] }),
  };
}

/** The models as `"<vendor>/<id>"`. Sends no request, so VS Code shows no dialog. */
async function list(): Promise<ModelList> {
  const models = await offered();
  return { type: 'models', models: models.map(nameOf), told: factsOfModels(models) };
}

async function offered(): Promise<readonly vscode.LanguageModelChat[]> {
  // VS Code asks each vendor; one that never answers must not hide the others.
  const never = new Promise<readonly vscode.LanguageModelChat[]>((resolve) => {
    setTimeout(() => resolve([]), listMs).unref();
  });
  const models = await Promise.race([vscode.lm.selectChatModels(), never]).then(undefined, () => []);
  return models.filter(({ vendor }) => vendor !== ownVendor);
}

const nameOf = ({ vendor, id }: vscode.LanguageModelChat): string => `${vendor}/${id}`;

function factsOfModels(models: readonly vscode.LanguageModelChat[]): readonly ToldFacts[] {
  return models.map((model) => ({
    model: nameOf(model),
    facts: knownFacts({ maxInput: tokensIn(model.maxInputTokens) }),
    route: 'vscode.lm',
  }));
}

async function open({ mayAsk }: VscodeModelPorts, origin: string, request: ChatRequest, signal: AbortSignal): Promise<Opened> {
  const slash = request.model.indexOf('/');
  const vendor = request.model.slice(0, Math.max(0, slash));
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const found =
      vendor === '' || vendor === ownVendor ? [] : await vscode.lm.selectChatModels({ vendor, id: request.model.slice(slash + 1) });
    const [model] = found;
    if (model === undefined)
      return failed(
        'not-found',
        vscode.l10n.t('VS Code has no model "{0}". The extension that provides it may be disabled.', request.model),
      );
    // VS Code asks the user for consent, which must follow from a user action.
    if (request.byProgram === true && mayAsk(model) !== true) {
      return failed(
        'auth',
        vscode.l10n.t('Rivulet has no permission to use "{0}" yet. Ask it a question in Rivulet\'s panel first.', request.model),
      );
    }
    if (signal.aborted) return failed('connection', '');
    const { temperature, topP, stop, maxTokens, body } = request;
    const response = await model.sendRequest(
      fromNeutral(unsealed(request, origin).messages),
      {
        justification: vscode.l10n.t('Rivulet sends it the questions that you ask.'),
        ...toolOptions(request),
        modelOptions: {
          ...present({ temperature, top_p: topP, stop, max_tokens: maxTokens }),
          ...body,
        },
      },
      source.token,
    );
    // VS Code passes these on only if the user chose them in its own model picker.
    const leftOut = (['effort', 'verbosity'] as const).filter((name) => request[name] !== undefined);
    return {
      type: 'opened',
      body: bodyOf(response, origin, cancel),
      decoder: (sink) => new DeltaDecoder(sink),
      ...(leftOut.length === 0 ? {} : { leftOut }),
    };
  } catch (error) {
    return { type: 'failed', failure: fromErrorObject(errorOf(error)) };
  }
}

/** Takes a part from VS Code only when the reader asks for one. */
function bodyOf(response: vscode.LanguageModelChatResponse, origin: string, cancel: () => void): ReadableStream<DeltaPiece> {
  const parts = response.stream[Symbol.asyncIterator]();
  let calls = 0;
  return new ReadableStream<DeltaPiece>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await parts.next();
          if (done !== true) {
            // An unknown part shows that the model is alive.
            const deltas = deltasOf(value, calls, origin);
            for (const delta of deltas.length === 0 ? [{ type: 'alive' } as const] : deltas) controller.enqueue(delta);
            if (value instanceof vscode.LanguageModelToolCallPart) calls++;
            return;
          }
          controller.enqueue({ type: 'end', ending: { type: 'finish', reason: calls > 0 ? 'tool-calls' : 'stop' } });
        } catch (error) {
          controller.enqueue({ type: 'end', ending: { type: 'failure', failure: fromErrorObject(errorOf(error)) } });
        }
        controller.close();
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

/** @param index number of earlier tool calls */
function deltasOf(part: unknown, index: number, origin: string): readonly Delta[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return [{ type: 'tool', index, id: part.callId, name: part.name, arguments: JSON.stringify(part.input) }];
  }
  if (part instanceof vscode.LanguageModelDataPart) {
    const { mimeType } = part;
    if (isMedia(mimeType)) return [{ type: 'unshown', what: mimeType }];
    const usage = mimeType === 'usage' ? usageOf(part) : undefined;
    return usage === undefined ? [] : [usage];
  }
  const { text = '', opaque } = reasoningOf(part) ?? {};
  return [
    ...(text === '' ? [] : [{ type: 'reasoning', text } as const]),
    ...(opaque === undefined ? [] : [{ type: 'opaque', value: sealed(opaque, origin) } as const]),
  ];
}

/** Some extensions send the token count after the text, in the form of OpenAI's `usage`. */
function usageOf({ data }: vscode.LanguageModelDataPart): Delta | undefined {
  const usage = countsOf(jsonOf(new TextDecoder().decode(data)));
  return usage === undefined ? undefined : { type: 'usage', usage };
}

/** VS Code's error in the form of a server's. Some of its codes have an equivalent; otherwise the message decides. */
function errorOf(error: unknown): object {
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  const status = { NoPermissions: code, Blocked: 402, NotFound: 404 }[code];
  const message = error instanceof Error ? error.message : String(error);
  return { message: message || code, ...present({ code: status }) };
}

function failed(kind: Failure['kind'], message: string): Opened {
  return { type: 'failed', failure: { kind, message } };
}
