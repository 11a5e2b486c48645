/** Facts about the available models, from settings and servers; kept across restarts. */
import * as vscode from 'vscode';
import type { EndEvent } from '../../core/answer/liveStream.ts';
import { FactBook, type EndpointKey, type KnownFacts } from '../../core/models/factBook.ts';
import { partsOfId } from '../../core/models/modelId.ts';
import { knownFacts, type ToldFacts } from '../../core/provider/facts/modelFacts.ts';
import type { Endpoint, Provider } from '../../core/provider/provider.ts';
import { modelSettingOf } from '../../core/settings/modelSettings.ts';
import { vscodeModelsAddress } from '../runtime/vscodeModels.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';

export interface KnownModelPorts {
  readonly client: Pick<Provider, 'facts'>;
  readonly settings: Pick<LiveSettings, 'now'>;
  readonly memory: vscode.Memento;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

const memoryKey = 'rivulet.modelFacts';
/** Time limit for the facts of a server, in ms. */
const answerMs = 5_000;
/** Facts older than this, in ms, are requested again when a model of the server is used. */
const freshMs = 10 * 60_000;

export class KnownModels implements vscode.Disposable {
  readonly #ports: KnownModelPorts;
  readonly #book: FactBook;
  readonly #changed = new vscode.EventEmitter<void>();
  /** When the facts of each model or endpoint were last requested. */
  readonly #askedMs = new Map<string, number>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly onChange = this.#changed.event;

  constructor(ports: KnownModelPorts) {
    this.#ports = ports;
    this.#book = new FactBook({
      wall: ports.wall,
      read: () => ports.memory.get<unknown>(memoryKey),
      write: (written) => void ports.memory.update(memoryKey, written),
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** @param id `"<endpoint id>/<model>"` */
  of(id: string): KnownFacts {
    const { endpoint, model, contextWindow } = this.#place(id);
    const told = this.#book.of(endpoint, model);
    const setting = modelSettingOf(this.#ports.settings.now().models, id);
    const { maxOutput, vision, tools, efforts } = setting;
    const own = knownFacts({ contextWindow: setting.contextWindow ?? contextWindow, maxOutput, vision, tools, efforts });
    const names = Object.keys(own);
    return {
      facts: { ...told.facts, ...own },
      sources: { ...told.sources, ...Object.fromEntries(names.map((name) => [name, { by: 'settings' }])) },
    };
  }

  /** Length of the longest accepted prompt in tokens; 0 if none is known. */
  accepted(id: string): number {
    const { endpoint, model } = this.#place(id);
    return this.#book.accepted(endpoint, model);
  }

  /** Stores facts that came with an endpoint's list of models. */
  listed(endpoint: EndpointKey, told: readonly ToldFacts[]): void {
    if (this.#book.listed(endpoint, told)) this.#changed.fire();
  }

  /**
   * Requests the facts of a server. Never rejects.
   * @param model default: all models of the server
   * @param olderMs facts requested less than this long ago are not requested again
   */
  async refresh(endpoint: Endpoint, model?: string, olderMs = 0): Promise<void> {
    const key = `${endpoint.id} ${endpoint.baseURL} ${model ?? ''}`;
    const running = this.#asking.get(key);
    if (running !== undefined) return running;
    const now = this.#ports.wall();
    if (now - (this.#askedMs.get(key) ?? Number.NEGATIVE_INFINITY) < olderMs) return;
    this.#askedMs.set(key, now);
    const asking = this.#ask(endpoint, model).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    await asking;
  }

  /** The user selected the model. */
  chosen(endpoint: Endpoint, model: string): void {
    this.#book.use(endpoint, model);
    void this.refresh(endpoint, model);
  }

  /** An answer has ended: the model is loaded now, and its prompt was accepted or refused. */
  answered(endpoint: Endpoint, model: string, { error, usage }: EndEvent): void {
    if (error?.contextWindow !== undefined) {
      this.#book.refusedLength(endpoint, model, error.contextWindow);
      this.#changed.fire();
    } else if (error === undefined && !usage.estimated && usage.attempts === 1) {
      this.#book.acceptedLength(endpoint, model, usage.prompt);
    }
    if (error === undefined) void this.refresh(endpoint, model, freshMs);
  }

  async #ask(endpoint: Endpoint, model: string | undefined): Promise<void> {
    const report = await this.#ports.client.facts(endpoint, model, AbortSignal.timeout(answerMs));
    if (this.#book.reported(endpoint, report)) this.#changed.fire();
  }

  #place(id: string): { readonly endpoint: EndpointKey; readonly model: string; readonly contextWindow: number | undefined } {
    const { endpoint: endpointId, model } = partsOfId(id);
    const setting = this.#ports.settings.now().endpoints.find((endpoint) => endpoint.id === endpointId);
    const isForeign = setting === undefined || setting.kind === 'vscode';
    return {
      endpoint: { id: endpointId, baseURL: isForeign ? vscodeModelsAddress : setting.baseURL },
      model,
      contextWindow: setting?.contextWindow,
    };
  }
}
