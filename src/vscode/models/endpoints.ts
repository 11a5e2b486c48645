/** The available endpoints: those of the settings, the demo, and servers found on this machine. */
import * as vscode from 'vscode';
import type { StreamError } from '../../api.ts';
import type { Api, Provider, Endpoint, EndpointMemory, ModelList } from '../../core/provider/provider.ts';
import { demoModel } from '../../core/provider/demo/plan.ts';
import { demoAddress } from '../../core/provider/demo/provider.ts';
import { isHttp, isOwnNetwork } from '../../core/provider/baseURL.ts';
import { lacksPath } from '../../core/provider/detectApi.ts';
import { knownApiOf, type Preset, presets } from '../../core/provider/catalog.ts';
import { streamErrorOf } from '../../core/provider/failures/failure.ts';
import { ownFailure } from '../../core/provider/failures/ownFailures.ts';
import { windowOf } from '../../core/provider/facts/modelFacts.ts';
import type { KnownFacts } from '../../core/models/factBook.ts';
import { partsOfId } from '../../core/models/modelId.ts';
import { vscodeModelsAddress } from '../runtime/vscodeModels.ts';
import type { FoundApis } from './foundApis.ts';
import { mayKeep } from './keepConsent.ts';
import type { KnownModels } from './knownModels.ts';
import type { AskedOf } from '../ui/sentences/failureSentences.ts';
import type { ApiKeyStore } from '../settings/apiKeys.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { EndpointSetting } from '../../core/settings/endpointSettings.ts';

export interface FoundModel {
  readonly type: 'found';
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  /** The model's own name, without the endpoint's id. */
  readonly model: string;
}

export interface ListedModel {
  readonly endpoint: string;
  readonly endpointName: string;
  readonly model: string;
}

/** A server found on this machine. */
export type LocalServer = Required<Pick<Preset, 'id' | 'name' | 'baseURL' | 'models'>>;

export interface EndpointPorts {
  readonly client: Provider;
  readonly keys: ApiKeyStore;
  readonly settings: LiveSettings;
  /** Called before each request to an endpoint. */
  readonly warnOfPlainHttp: (endpoint: Endpoint) => void;
  readonly known: KnownModels;
  readonly foundApis: FoundApis;
}

/** The default addresses of well-known local servers. */
const localServers = presets.filter(({ kind }) => kind === 'local');

/** The models of other extensions in VS Code. An endpoint in the settings may use the same id. */
const foreign = { id: 'vscode', name: 'VS Code' };

/** Endpoint id of replayed recordings, which cannot be asked. */
export const replayId = 'replay';

const localAnswerMs = 600;
const modelsAnswerMs = 5_000;
/** VS Code lists the models often; facts are requested again only after this time, in ms. */
const factsFreshMs = 10 * 60_000;

export class Endpoints {
  readonly #ports: EndpointPorts;
  /** What was learned about each address; another address is another server. */
  readonly #memories = new Map<string, EndpointMemory>();

  constructor(ports: EndpointPorts) {
    this.#ports = ports;
  }

  /** @param id `"<endpoint id>/<model>"`; the name of a model may contain slashes */
  async find(id: string): Promise<FoundModel | StreamError> {
    const { endpoint: endpointId, model } = partsOfId(id);
    if (endpointId === 'demo') {
      const endpoint: Endpoint = { id: 'demo', name: demoLabel(), baseURL: demoAddress, continuation: 'ask' };
      return { type: 'found', endpoint, memory: this.#memory(endpoint), model: demoModel };
    }
    const setting = this.#setting(endpointId);
    const isForeign = setting === undefined ? endpointId === foreign.id : setting.kind === 'vscode';
    if (isForeign && model !== '') {
      const endpoint = foreignEndpoint(setting ?? foreign);
      return { type: 'found', endpoint, memory: this.#memory(endpoint), model };
    }
    if (setting === undefined || model === '') {
      return streamErrorOf(ownFailure('unknown-model', [id]));
    }
    const endpoint = await this.#endpoint(setting);
    // Ollama loads a model with the requested window, so it gets the announced one.
    const window = this.contextWindow(id);
    const told = window === undefined ? endpoint : { ...endpoint, contextWindow: window };
    return { type: 'found', endpoint: told, memory: this.#memory(endpoint), model };
  }

  /** Requests the facts of all models that are no longer fresh. Never rejects. */
  refreshFacts(): void {
    for (const setting of this.#ports.settings.now().endpoints) {
      if (setting.kind === 'vscode') continue;
      void this.#endpoint(setting).then((endpoint) => this.#ports.known.refresh(endpoint, undefined, factsFreshMs));
    }
  }

  /** Whether the endpoint's server is on this machine or its network. */
  isLocal(endpointId: string): boolean {
    const setting = this.#setting(endpointId);
    return setting !== undefined && isOwnNetwork(setting.baseURL);
  }

  /** Detects and remembers the server's protocol, if the setting names none. */
  async detect(endpoint: Endpoint): Promise<Api | undefined> {
    if (endpoint.apiBy !== 'guess') return endpoint.api;
    const api = await this.#ports.client.detect?.(endpoint, new AbortController().signal);
    if (api !== undefined) this.#memory(endpoint).api = api;
    return api;
  }

  /** The display names of the endpoint and the model of an id. */
  asked(id: string): AskedOf {
    const { endpoint, model } = partsOfId(id);
    return this.#named(id) ?? { server: endpoint, model };
  }

  label(id: string): string {
    if (partsOfId(id).endpoint === 'demo') return demoLabel();
    const named = this.#named(id);
    return named === undefined ? id : `${named.model} (${named.server})`;
  }

  #named(id: string): AskedOf | undefined {
    const { endpoint, model } = partsOfId(id);
    if (endpoint === 'demo') return { server: demoLabel(), model: demoLabel() };
    const setting = this.#setting(endpoint);
    if (setting !== undefined) return { server: setting.name, model };
    if (endpoint === replayId) return { server: vscode.l10n.t('Replay'), model };
    const [vendor = '', ...name] = model.split('/');
    return endpoint === foreign.id && name.length > 0 ? { server: vendor, model: name.join('/') } : undefined;
  }

  #setting(endpointId: string): EndpointSetting | undefined {
    return this.#ports.settings.now().endpoints.find(({ id }) => id === endpointId);
  }

  /** The known facts of a model, each with its source. */
  factsOf(id: string): KnownFacts {
    return this.#ports.known.of(id);
  }

  /** Context window of a model in tokens; undefined if unknown. */
  contextWindow(id: string): number | undefined {
    return windowOf(this.factsOf(id).facts);
  }

  /**
   * The models named in the settings of an endpoint or else those that its server lists within five seconds.
   * @param which `own`: without models of other extensions; `all`: with those that no setting names
   */
  async list(which: 'configured' | 'own' | 'all' = 'configured'): Promise<readonly ListedModel[]> {
    const listed = await Promise.all(
      this.lists(which).map(async ({ id, name, list }) => {
        const told = await list;
        return told.type === 'models' ? told.models.map((model) => ({ endpoint: id, endpointName: name, model })) : [];
      }),
    );
    return [...listed.flat(), { endpoint: 'demo', endpointName: demoLabel(), model: demoModel }];
  }

  /** The same by endpoint, without the demo; each list resolves as soon as its server answers. */
  lists(which: 'configured' | 'own' | 'all'): readonly { readonly id: string; readonly name: string; readonly list: Promise<ModelList> }[] {
    const { endpoints } = this.#ports.settings.now();
    const asked = which === 'own' ? endpoints.filter(({ kind }) => kind !== 'vscode') : endpoints;
    const unnamed = which === 'all' && !endpoints.some(({ id, kind }) => kind === 'vscode' || id === foreign.id);
    return [
      ...asked.map((setting) => ({ id: setting.id, name: setting.name, list: this.#list(setting) })),
      ...(unnamed ? [{ ...foreign, list: this.#listed(foreignEndpoint(foreign)) }] : []),
    ];
  }

  /** Servers on the usual ports of this machine that answer now and are not in the settings. */
  async discover(): Promise<readonly LocalServer[]> {
    const { endpoints } = this.#ports.settings.now();
    const unknown = localServers.filter(
      (server) =>
        !endpoints.some(
          ({ id, baseURL }) => id === server.id || (isHttp(baseURL) && new URL(baseURL).port === new URL(server.baseURL).port),
        ),
    );
    const found = await Promise.all(
      unknown.map(async (server) => {
        const list = await this.#ports.client.models({ ...server, continuation: 'auto' }, AbortSignal.timeout(localAnswerMs));
        return { ...server, models: list.type === 'models' ? list.models : [] };
      }),
    );
    return found.filter((server) => server.models.length > 0);
  }

  async #list(setting: EndpointSetting): Promise<ModelList> {
    if (setting.models.length > 0) return { type: 'models', models: setting.models };
    const endpoint = setting.kind === 'vscode' ? foreignEndpoint(setting) : await this.#endpoint(setting);
    return this.#listed(endpoint);
  }

  async #listed(endpoint: Endpoint): Promise<ModelList> {
    let list = await this.#ports.client.models(endpoint, AbortSignal.timeout(modelsAnswerMs));
    if (list.type === 'failed' && endpoint.apiBy === 'guess' && lacksPath(list.failure)) {
      const api = await this.detect(endpoint);
      if (api !== undefined && api !== endpoint.api)
        list = await this.#ports.client.models({ ...endpoint, api }, AbortSignal.timeout(modelsAnswerMs));
    }
    if (list.type === 'models') this.#ports.known.listed(endpoint, list.told ?? []);
    return list;
  }

  async #endpoint(setting: EndpointSetting): Promise<Endpoint> {
    const apiKey = await this.#ports.keys.get(setting.id, setting.baseURL);
    const endpoint: Endpoint = {
      id: setting.id,
      name: setting.name,
      baseURL: setting.baseURL,
      headers: setting.headers,
      continuation: setting.continuation,
      ...this.#apiOf(setting),
      resumable: mayKeep(setting),
      ...(apiKey === undefined ? {} : { apiKey }),
    };
    this.#ports.warnOfPlainHttp(endpoint);
    return endpoint;
  }

  /** The setting decides, then the address, then what was detected. */
  #apiOf({ api, baseURL }: EndpointSetting): Pick<Endpoint, 'api' | 'apiBy'> {
    if (api !== 'auto') return { api, apiBy: 'setting' };
    const known = knownApiOf(baseURL);
    return known === undefined ? { api: this.#ports.foundApis.get(baseURL) ?? 'chat', apiBy: 'guess' } : { api: known };
  }

  #memory(endpoint: Endpoint): EndpointMemory {
    const key = `${endpoint.id} ${endpoint.baseURL}`;
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const { foundApis } = this.#ports;
    const { baseURL, name } = endpoint;
    const made: EndpointMemory = {
      get api() {
        return foundApis.get(baseURL);
      },
      set api(found) {
        if (found !== undefined) foundApis.set(baseURL, found, name);
      },
    };
    this.#memories.set(key, made);
    return made;
  }
}

export function demoLabel(): string {
  return vscode.l10n.t('Demo (offline, no model)');
}

function foreignEndpoint({ id, name }: { readonly id: string; readonly name: string }): Endpoint {
  // VS Code's API cannot continue a partial answer.
  return { id, name, baseURL: vscodeModelsAddress, continuation: 'ask' };
}
