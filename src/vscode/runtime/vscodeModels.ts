/**
 * Models that other extensions offer to VS Code (Copilot's and others), as one more server. What they say is written
 * as the stream of a chat completions server, so that limits, retries, cancels and recordings work as everywhere.
 */
import * as vscode from 'vscode';
import type { ChatRequest, Client, ModelList, Opened } from '../../core/provider/openaiChat/client.ts';
import { type Failure, fromErrorObject } from '../../core/provider/failure.ts';
import { fromWire, toolOptions } from './messages.ts';

/** Stands in the place of an address; no request ever goes there. */
export const vscodeModelsAddress = 'vscode:models';

export interface VscodeModelPorts {
  /** Whether the user lets Rivulet ask this model; undefined when nobody has asked him yet. */
  readonly mayAsk: (model: vscode.LanguageModelChat) => boolean | undefined;
}

/** Rivulet's own models are in that list too; asking them by this road would be a circle. */
const ownVendor = 'rivulet';
const listMs = 5_000;

/** The client for servers, and these models beside it. */
export function withVscodeModels(client: Client, ports: VscodeModelPorts): Client {
  return {
    open: (endpoint, request, memory, signal) =>
      endpoint.baseURL === vscodeModelsAddress ? open(ports, request, signal) : client.open(endpoint, request, memory, signal),
    models: (endpoint, signal) => (endpoint.baseURL === vscodeModelsAddress ? list() : client.models(endpoint, signal)),
  };
}

/** `"<vendor>/<id>"` of each; asks nobody for anything, so it shows no dialog. */
async function list(): Promise<ModelList> {
  // Each vendor is asked for its models; one that never answers must not keep the others from being seen.
  const never = new Promise<readonly vscode.LanguageModelChat[]>((resolve) => {
    setTimeout(() => resolve([]), listMs).unref();
  });
  const models = await Promise.race([vscode.lm.selectChatModels(), never]).then(undefined, () => []);
  return { type: 'models', models: models.filter(({ vendor }) => vendor !== ownVendor).map(({ vendor, id }) => `${vendor}/${id}`) };
}

async function open({ mayAsk }: VscodeModelPorts, request: ChatRequest, signal: AbortSignal): Promise<Opened> {
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
    // VS Code asks the user for his consent; that must follow from something he has done himself.
    if (request.byProgram === true && mayAsk(model) !== true) {
      return failed(
        'auth',
        vscode.l10n.t('Rivulet has no permission to use "{0}" yet. Ask it a question in Rivulet\'s panel first.', request.model),
      );
    }
    if (signal.aborted) return failed('connection', '');
    const { temperature, maxTokens } = request;
    const response = await model.sendRequest(
      fromWire(request.messages),
      {
        justification: vscode.l10n.t('Rivulet sends it the questions that you ask.'),
        ...toolOptions(request.extra),
        modelOptions: {
          ...(temperature === undefined ? {} : { temperature }),
          ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
        },
      },
      source.token,
    );
    return { type: 'response', response: new Response(bodyOf(response, cancel)) };
  } catch (error) {
    return { type: 'failed', failure: fromErrorObject(errorOf(error)) };
  }
}

/** Read as far as the reader asks: a part is taken from VS Code when there is room for it. */
function bodyOf(response: vscode.LanguageModelChatResponse, cancel: () => void): ReadableStream<Uint8Array> {
  const parts = response.stream[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const line = (data: object): Uint8Array => encoder.encode(`data: ${JSON.stringify(data)}\n\n`);
  let calls = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await parts.next();
          if (done !== true) {
            // A part that says nothing still shows that the model lives.
            const said = contentOf(value, calls) ?? usageOf(value);
            if (value instanceof vscode.LanguageModelToolCallPart) calls++;
            controller.enqueue(said === undefined ? encoder.encode(': \n\n') : line(said));
            return;
          }
          controller.enqueue(line(delta({}, calls > 0 ? 'tool_calls' : 'stop')));
          controller.enqueue(encoder.encode('data: [DONE]\n\n'));
        } catch (error) {
          controller.enqueue(line({ error: errorOf(error) }));
        }
        controller.close();
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

function delta(fields: object, finish_reason: string | null): object {
  return { choices: [{ index: 0, delta: fields, finish_reason }] };
}

/** @param index how many tool calls came before */
function contentOf(part: unknown, index: number): object | undefined {
  if (part instanceof vscode.LanguageModelTextPart) return delta({ content: part.value }, null);
  if (!(part instanceof vscode.LanguageModelToolCallPart)) return undefined;
  const called = { name: part.name, arguments: JSON.stringify(part.input) };
  return delta({ tool_calls: [{ index, id: part.callId, type: 'function', function: called }] }, null);
}

/** Some extensions send the count of tokens behind the text, in the form of OpenAI's `usage`. */
function usageOf(part: unknown): object | undefined {
  if (!(part instanceof vscode.LanguageModelDataPart) || part.mimeType !== 'usage') return undefined;
  try {
    return { choices: [], usage: JSON.parse(new TextDecoder().decode(part.data)) as unknown };
  } catch {
    return undefined;
  }
}

/** An error of VS Code's as a server would send it: some of its few codes have a status, for the rest the words count. */
function errorOf(error: unknown): object {
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  const status = { NoPermissions: code, Blocked: 402, NotFound: 404 }[code];
  const message = error instanceof Error ? error.message : String(error);
  return { message: message || code, ...(status === undefined ? {} : { code: status }) };
}

function failed(kind: Failure['kind'], message: string): Opened {
  return { type: 'failed', failure: { kind, message } };
}
