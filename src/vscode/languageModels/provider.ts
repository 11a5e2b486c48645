/** Rivulet's models in VS Code's model picker and for other extensions, with retry and resume. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { toAsyncIterable } from '../../core/answer/tape/mergeStreams.ts';
import type { EndEvent } from '../../core/answer/liveStream.ts';
import { KeptReasoning } from '../../core/answer/keptReasoning.ts';
import { partsOfType } from '../../core/provider/parts.ts';
import { asUsage } from '../../core/provider/openaiChat/usage.ts';
import { mostPicturePixels } from '../../core/chat/pictures/pictureKind.ts';
import { pictureSize } from '../../core/chat/pictures/pictureSize.ts';
import { pictureTokens } from '../../core/chat/pictures/pictureTokens.ts';
import { countInPieces } from '../../core/tokens/draftCounter.ts';
import type { ToolCall } from '../../core/request/toolCalls.ts';
import type { Tokenizer } from '../../node/tokenizer/tokenizer.ts';
import type { AnswerRequest } from '../models/answers.ts';
import { filterSentence } from '../ui/sentences/answerSentences.ts';
import { failureText } from '../ui/sentences/failureSentences.ts';
import { plainText, withoutAutolinks } from '../ui/plainText.ts';
import { modelSettingOf } from '../../core/settings/modelSettings.ts';
import { isRecord, jsonOf } from '../../core/provider/reading/json.ts';
import { chosenEffort, informationOf, type ModelInformation } from './modelInformation.ts';
import { parametersIn } from './modelOptions.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { toNeutral, wordsOf } from '../runtime/messages.ts';
import { thinkingPart } from '../runtime/thinking.ts';
import { type ExtensionAccess, refusalSentence } from '../access/extensionAccess.ts';
import type { Models } from '../models/createModels.ts';

const vendor = 'rivulet';

export interface ProviderPorts extends Pick<Models, 'answers' | 'endpoints' | 'known'> {
  readonly settings: LiveSettings;
  readonly tokenizer: Tokenizer;
  readonly access: ExtensionAccess;
}

/** On an error, VS Code discards text that its reader has not taken, so the error waits this long. In ms. */
const errorAfterMs = 250;
/** VS Code's Chat and others read token counts from a part of this type, in the form of OpenAI's `usage`. */
const usageMime = 'usage';

type Info = vscode.LanguageModelChatInformation;

export class ModelProvider implements vscode.LanguageModelChatProvider {
  readonly #ports: ProviderPorts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  readonly #reasoning = new KeptReasoning();
  readonly #disposables: vscode.Disposable;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
    this.#disposables = vscode.Disposable.from(
      this.#changed,
      ports.settings.onChange(() => this.#changed.fire()),
      ports.known.onChange(() => this.#changed.fire()),
      vscode.lm.registerLanguageModelChatProvider(vendor, this),
    );
    // VS Code's Chat refuses every question until its picker has a model, and does not ask extensions for theirs by itself.
    if (!vscode.workspace.getConfiguration('chat').get('disableAIFeatures', false)) this.#changed.fire();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  async provideLanguageModelChatInformation(): Promise<ModelInformation[]> {
    const { endpoints, known, settings } = this.#ports;
    const models = await endpoints.list('own');
    // Requested in parallel without waiting: facts are announced when they arrive.
    endpoints.refreshFacts();
    return models.map(({ endpoint, endpointName, model }) => {
      const id = `${endpoint}/${model}`;
      const isDemo = endpoint === 'demo';
      return informationOf({
        id,
        model,
        endpointName,
        known: known.of(id),
        accepted: known.accepted(id),
        isLocal: endpoints.isLocal(endpoint),
        isDemo,
        effort: modelSettingOf(settings.now().models, id).effort,
      });
    });
  }

  async provideLanguageModelChatResponse(
    model: Info,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    if (token.isCancellationRequested) return;
    const initiator = initiatorOf(options);
    if (initiator !== undefined && !(await this.#ports.access.allows(initiator, 'models')))
      throw vscode.LanguageModelError.NoPermissions(refusalSentence());
    const { modelOptions: body = {} } = options;
    const effort = chosenEffort(options);
    const request = {
      model: model.id,
      messages: this.#reasoning.restored(toNeutral(messages)),
      ...toolsOf(options),
      ...parametersIn(body),
      ...(effort === undefined ? {} : { effort }),
    };
    // Requests of other programs never run the user's trigger commands.
    const stream = await this.#ports.answers.begin(request, { triggers: [], token });
    for await (const event of toAsyncIterable(() => stream)) {
      if (event.type === 'text') progress.report(new vscode.LanguageModelTextPart(event.text));
      if (event.type === 'reasoning') reportThinking(progress, event.text, stream.id);
      // VS Code joins the reasoning of an answer to one text: a new attempt starts a new paragraph.
      if (event.type === 'seam' && event.part === 'reasoning') reportThinking(progress, '\n\n', stream.id);
      if (event.type !== 'end') continue;
      this.#reasoning.keep(stream.parts);
      const back = partsOfType(stream.parts, 'reasoning').filter(({ opaque }) => opaque !== undefined);
      if (back.length > 0) reportThinking(progress, '', stream.id, back);
      for (const call of stream.toolCalls) progress.report(toPart(call));
      progress.report(vscode.LanguageModelDataPart.json(asUsage(event.usage), usageMime));
      const error = errorOf(event);
      if (error === undefined) continue;
      if (event.text !== '' && !token.isCancellationRequested) await sleep(errorAfterMs);
      throw error;
    }
  }

  async provideTokenCount({ id }: Info, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    const encoding = await this.#ports.tokenizer.load(id);
    const tokens = await countInPieces(typeof text === 'string' ? text : wordsOf(text), encoding, setImmediate);
    return tokens + (typeof text === 'string' ? 0 : tokensOfPictures(id, text));
  }
}

/** Reports nothing if this VS Code has no part for reasoning. */
function reportThinking(progress: vscode.Progress<vscode.LanguageModelResponsePart>, ...thought: Parameters<typeof thinkingPart>): void {
  const part = thinkingPart(...thought);
  if (part !== undefined) progress.report(part);
}

/** A picture whose size cannot be read counts as a large one. */
function tokensOfPictures(model: string, message: vscode.LanguageModelChatRequestMessage): number {
  const pictures = toNeutral([message]).flatMap(({ content }) => partsOfType(content, 'image'));
  const largest = { width: mostPicturePixels, height: mostPicturePixels };
  return pictures.reduce((tokens, { data }) => tokens + pictureTokens(model, pictureSize(data) ?? largest), 0);
}

/** The extension that asks; VS Code itself is `core`. The public types lack the field. */
function initiatorOf(options: vscode.ProvideLanguageModelChatResponseOptions): string | undefined {
  const { requestInitiator } = options as { readonly requestInitiator?: unknown };
  return typeof requestInitiator === 'string' && requestInitiator !== 'core' ? requestInitiator : undefined;
}

function toolsOf({ tools = [], toolMode }: vscode.ProvideLanguageModelChatResponseOptions): Pick<AnswerRequest, 'tools' | 'toolChoice'> {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      parameters: inputSchema ?? { type: 'object', properties: {} },
    })),
    toolChoice: toolMode === vscode.LanguageModelChatToolMode.Required ? 'required' : 'auto',
  };
}

function toPart({ id, name, arguments: json }: ToolCall): vscode.LanguageModelToolCallPart {
  const input = jsonOf(json.trim() === '' ? '{}' : json);
  if (isRecord(input)) return new vscode.LanguageModelToolCallPart(id, name, input);
  throw new Error(vscode.l10n.t('The model called the tool "{0}" with arguments that are not valid JSON. Try again.', name));
}

/** The error that reports an incomplete answer; undefined if the caller can see the reason or there is none. */
function errorOf(end: EndEvent): Error | undefined {
  const { reason, error } = end;
  // VS Code's Chat and other extensions show it.
  const message = error === undefined ? '' : withoutAutolinks(plainText(failureText(error)));
  switch (reason) {
    case 'stop':
    case 'length':
    case 'tool-calls':
      return undefined;
    case 'other':
      return error === undefined ? undefined : new Error(message);
    case 'cancelled':
      return new vscode.CancellationError();
    case 'content-filter':
      return vscode.LanguageModelError.Blocked(withoutAutolinks(plainText(filterSentence(end))));
    case 'limit':
    case 'trigger':
      return new Error(vscode.l10n.t("The answer was stopped at a limit in Rivulet's settings (rivulet.limits)."));
    case 'truncated':
      return new Error(vscode.l10n.t('The answer was interrupted and could not be resumed: {0}', message));
    case 'error':
      if (error?.kind === 'auth') return vscode.LanguageModelError.NoPermissions(message);
      if (error?.kind === 'quota') return vscode.LanguageModelError.Blocked(message);
      return error?.kind === 'not-found' ? vscode.LanguageModelError.NotFound(message) : new Error(message);
    default:
      return reason satisfies never;
  }
}
