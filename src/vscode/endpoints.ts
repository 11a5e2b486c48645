/** The endpoints one can ask: those of the settings, the demo, and servers found on this machine. */
import type { StreamError } from '../api.ts';
import type { Client, Endpoint, EndpointMemory } from '../core/wire/client.ts';
import { demoLabel, demoModel } from '../core/wire/demo.ts';
import { presets } from '../core/wire/presets.ts';
import type { Keys } from './keys.ts';
import type { EndpointSetting, Settings } from './settings.ts';

export interface Found {
  readonly type: 'found';
  readonly endpoint: Endpoint;
  readonly memory: EndpointMemory;
  /** The model's name without the endpoint's id. */
  readonly model: string;
}

export interface ListedModel {
  readonly endpoint: string;
  readonly endpointName: string;
  readonly model: string;
}

export interface LocalServer {
  readonly name: string;
  readonly id: string;
  readonly baseURL: string;
  readonly models: readonly string[];
}

export interface EndpointPorts {
  readonly client: Client;
  readonly keys: Keys;
  readonly settings: () => Settings;
  readonly demoBaseURL: () => Promise<string>;
}

/** Where the usual servers listen when nobody has told them otherwise. */
const localServers = presets.filter(({ kind }) => kind === 'local');

const localAnswerMs = 600;
const modelsAnswerMs = 5_000;

export class Endpoints {
  readonly #ports: EndpointPorts;
  /** What was learnt about each address; a changed address is learnt anew. */
  readonly #memories = new Map<string, EndpointMemory>();

  constructor(ports: EndpointPorts) {
    this.#ports = ports;
  }

  /** @param id `"<endpoint id>/<model>"`; the model's own name may hold slashes */
  async find(id: string): Promise<Found | StreamError> {
    const slash = id.indexOf('/');
    const endpointId = slash === -1 ? id : id.slice(0, slash);
    const model = slash === -1 ? '' : id.slice(slash + 1);
    if (endpointId === 'demo') {
      const endpoint = await this.#demo();
      return { type: 'found', endpoint, memory: this.#memory(endpoint), model: demoModel };
    }
    const setting = this.#ports.settings().endpoints.find((endpoint) => endpoint.id === endpointId);
    if (setting === undefined || model === '') {
      return { kind: 'not-found', message: `There is no model "${id}" among rivulet.endpoints.` };
    }
    // Without an address of its own the client would send the question to its default server.
    if (setting.baseURL === '') {
      return { kind: 'not-found', message: `The endpoint "${endpointId}" has no baseURL, so nothing was sent; add one to rivulet.endpoints.` };
    }
    const endpoint = await this.#endpoint(setting);
    return { type: 'found', endpoint, memory: this.#memory(endpoint), model };
  }

  /** As people read it. */
  label(id: string): string {
    if (id === 'demo' || id.startsWith('demo/')) return demoLabel;
    const slash = id.indexOf('/');
    const setting = this.#ports.settings().endpoints.find((endpoint) => endpoint.id === id.slice(0, slash));
    return setting === undefined ? id : `${id.slice(slash + 1)} (${setting.name})`;
  }

  /** Tokens that a model can read and write together, where the settings say so. */
  contextWindow(id: string): number | undefined {
    const endpointId = id.slice(0, Math.max(0, id.indexOf('/')));
    return this.#ports.settings().endpoints.find((endpoint) => endpoint.id === endpointId)?.contextWindow;
  }

  /** Models named in the settings or, where none are, those that the server lists within five seconds. */
  async list(): Promise<readonly ListedModel[]> {
    const listed = await Promise.all(
      this.#ports.settings().endpoints.map(async (setting) => {
        const models = await this.#models(setting);
        return models.map((model) => ({ endpoint: setting.id, endpointName: setting.name, model }));
      }),
    );
    return [...listed.flat(), { endpoint: 'demo', endpointName: demoLabel, model: demoModel }];
  }

  /** The same for one endpoint; empty where it lists none. */
  async modelsOf(id: string): Promise<readonly string[]> {
    const setting = this.#ports.settings().endpoints.find((endpoint) => endpoint.id === id);
    return setting === undefined ? [] : this.#models(setting);
  }

  /** Servers on this machine's usual ports that answer now and are not in the settings. */
  async discover(): Promise<readonly LocalServer[]> {
    const { endpoints } = this.#ports.settings();
    const unknown = localServers.filter(
      (server) => !endpoints.some(({ id, baseURL }) => id === server.id || new URL(baseURL).port === new URL(server.baseURL).port),
    );
    const found = await Promise.all(
      unknown.map(async (server) => ({ ...server, models: await this.#ask({ ...server, continuation: 'auto' }, localAnswerMs) })),
    );
    return found.filter((server) => server.models.length > 0);
  }

  async #models(setting: EndpointSetting): Promise<readonly string[]> {
    if (setting.baseURL === '') return [];
    return setting.models.length > 0 ? setting.models : this.#ask(await this.#endpoint(setting), modelsAnswerMs);
  }

  async #ask(endpoint: Endpoint, withinMs: number): Promise<readonly string[]> {
    const list = await this.#ports.client.models(endpoint, AbortSignal.timeout(withinMs));
    return list.type === 'models' ? list.models : [];
  }

  async #endpoint(setting: EndpointSetting): Promise<Endpoint> {
    const apiKey = await this.#ports.keys.get(setting.id, setting.baseURL);
    return {
      id: setting.id,
      name: setting.name,
      baseURL: setting.baseURL,
      headers: setting.headers,
      continuation: setting.continuation,
      ...(apiKey === undefined ? {} : { apiKey }),
    };
  }

  async #demo(): Promise<Endpoint> {
    return { id: 'demo', name: demoLabel, baseURL: await this.#ports.demoBaseURL(), continuation: 'ask' };
  }

  #memory(endpoint: Endpoint): EndpointMemory {
    const key = `${endpoint.id} ${endpoint.baseURL}`;
    const known = this.#memories.get(key);
    if (known !== undefined) return known;
    const made: EndpointMemory = {};
    this.#memories.set(key, made);
    return made;
  }
}
