/** Starts answers: finds the endpoint of the model, applies the current settings, and starts the engine. */
import * as vscode from 'vscode';
import type { Limits, Message, StreamOptions, Usage } from '../../api.ts';
import type { Engine } from '../../core/answer/engine.ts';
import { failedAnswer } from '../../core/answer/failedAnswer.ts';
import type { Fallback, KeptJob, LiveStream } from '../../core/answer/liveStream.ts';
import { mergeSettings } from '../../core/answer/mergeSettings.ts';
import { present } from '../../core/present.ts';
import { mergeParameters } from '../../core/provider/parameters.ts';
import { modelSettingOf } from '../../core/settings/modelSettings.ts';
import type { ChatRequest } from '../../core/provider/provider.ts';
import type { Endpoints } from './endpoints.ts';
import type { KnownModels } from './knownModels.ts';
import * as notify from '../ui/notify.ts';
import { leftOutSentence } from '../ui/sentences/parameterSentences.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';

/** Whether another request may be sent. */
export interface RequestBudget {
  /** Why no request may be sent now, as a sentence already shown to the user; undefined if one may. */
  refusal(): string | undefined;
  /** Counts a request that is no answer, such as a connection test. */
  used(model: string, usage: Usage): void;
}

export interface AnswerRequest extends Omit<ChatRequest, 'model' | 'continues'> {
  /** `"<endpoint id>/<model>"`. Default: the selected model. */
  readonly model?: string;
}

/** The part of an answer that exists already. */
export interface BegunAnswer {
  /** Text to continue. */
  readonly partial?: string;
  /** Characters of reasoning. */
  readonly reasoned?: number;
  /** Where a server may still have the whole answer; it is read from there. */
  readonly kept?: KeptJob | undefined;
  /** A journal stores the answer, so that it can be read again after a restart. */
  readonly inJournal?: true;
}

export interface AnswerPorts {
  readonly engine: Engine;
  readonly endpoints: Endpoints;
  readonly known: KnownModels;
  readonly settings: LiveSettings;
  readonly budget: RequestBudget;
}

export class Answers {
  readonly #ports: AnswerPorts;
  /** Parameters without effect that the user was told about, as `"<model> <parameter>"`. */
  readonly #told = new Set<string>();

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  /**
   * Never rejects: a request that cannot be sent is a stream whose only event says why. The signal and the token of the
   * options stop it.
   */
  async begin(request: AnswerRequest, options: StreamOptions = {}, begun: BegunAnswer = {}): Promise<LiveStream> {
    const settings = this.#ports.settings.now();
    const id = request.model ?? settings.model;
    const { partial = '', reasoned = 0, kept, inJournal } = begun;
    // An answer that is only read again is paid for already.
    const refusal = kept?.only === true ? undefined : this.#ports.budget.refusal();
    if (refusal !== undefined) return failedAnswer(id, { kind: 'quota', message: refusal }, partial);
    const found = await this.#ports.endpoints.find(id);
    if (!('type' in found)) return failedAnswer(id, found, partial);
    // Aborted while the key was being read: nothing is sent.
    if (options.signal?.aborted === true) return failedAnswer(id, { kind: 'connection', message: '' }, partial);
    const stream = this.#ports.engine.start(
      {
        endpoint: found.endpoint,
        memory: found.memory,
        request: this.#requestFor(id, found.model, request, options),
        ...(partial === '' ? {} : { partial }),
        ...(reasoned === 0 ? {} : { reasoned }),
        ...present({ inJournal, kept }),
        fallbacks: (settings.fallbacks[id] ?? []).map((model) => this.#fallback(model, request, options)),
      },
      mergeSettings(settings.stream, options),
    );
    stopWith(stream, options);
    void stream.ended.then((end) => {
      const isOwn = end.perAttempt?.every(({ model }) => model === stream.model) ?? true;
      if (isOwn) this.#ports.known.answered(found.endpoint, found.model, end);
      this.#tellLeftOut(id, end.leftOut ?? []);
    });
    return stream;
  }

  #fallback(model: string, request: AnswerRequest, options: StreamOptions): Fallback {
    return async () => {
      const found = await this.#ports.endpoints.find(model);
      if (!('type' in found) || this.#ports.budget.refusal() !== undefined) return undefined;
      return { endpoint: found.endpoint, memory: found.memory, request: this.#requestFor(model, found.model, request, options) };
    };
  }

  #requestFor(id: string, model: string, request: AnswerRequest, options: StreamOptions): ChatRequest {
    const settings = this.#ports.settings.now();
    const parameters = mergeParameters(modelSettingOf(settings.models, id), request);
    const maxTokens = parameters.maxTokens ?? mostTokens({ ...settings.stream.limits, ...options.limits });
    return { ...request, ...parameters, model, ...(maxTokens === undefined ? {} : { maxTokens }) };
  }

  /** Reports once each parameter of the settings that has no effect; parameters of a conversation are reported in its panel. */
  #tellLeftOut(id: string, leftOut: readonly string[]): void {
    const own: Readonly<Record<string, unknown>> = modelSettingOf(this.#ports.settings.now().models, id);
    const untold = leftOut.filter((name) => own[name] !== undefined && !this.#told.has(`${id} ${name}`));
    const sentence = leftOutSentence(untold, this.#ports.endpoints.label(id));
    if (sentence === undefined) return;
    for (const name of untold) this.#told.add(`${id} ${name}`);
    const openSettings = vscode.l10n.t('Open Settings');
    void notify.information(sentence, openSettings).then((chosen) => {
      if (chosen === openSettings) void vscode.commands.executeCommand('workbench.action.openSettings', 'rivulet.models');
    });
  }

  /** Puts the user's system prompt and the instructions before the messages. */
  withSystemPrompt(messages: readonly Message[], instructions = ''): readonly Message[] {
    const content = this.systemPrompt(instructions);
    return content === '' ? messages : [{ role: 'system', content }, ...messages];
  }

  systemPrompt(instructions: string): string {
    const { systemPrompt } = this.#ports.settings.now();
    return [systemPrompt, instructions].filter((text) => text !== '').join('\n\n');
  }
}

/** Stops the stream with the caller's signal and token; releases both at its end. */
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

/** The maximum sent to the server: our own limit and its grace, at 2 or more characters per token. */
function mostTokens({ maxTokens = 0, graceCharacters = 0 }: Limits): number | undefined {
  return maxTokens === 0 ? undefined : maxTokens + Math.ceil(graceCharacters / 2);
}
