/**
 * Facts about the models of all endpoints, each with its source and time. Facts from a server are stored per route, so that
 * a newer response replaces the older one of its route. A rejected long prompt corrects the window.
 */
import * as v from 'valibot';
import { present } from '../present.ts';
import { type ModelFacts, type ToldFacts, windowOf } from '../provider/facts/modelFacts.ts';
import type { FactsReport } from '../provider/provider.ts';

export interface KnownFacts {
  readonly facts: ModelFacts;
  readonly sources: { readonly [name in keyof ModelFacts]?: FactSource };
}

export type FactSource =
  | { readonly by: 'settings' }
  | { readonly by: 'server'; readonly route: string; readonly atMs: number }
  /** The server has refused a prompt and named its limit. */
  | { readonly by: 'refusal'; readonly atMs: number };

interface Entry {
  /** By route, from least to most exact. */
  readonly routes: Map<string, { readonly facts: ModelFacts; readonly atMs: number }>;
  refusal?: Refusal;
  /** Tokens of the longest prompt that was accepted. */
  accepted: number;
  /** The model was selected or used, so its facts are saved. */
  used: boolean;
}

interface Refusal {
  readonly window: number;
  /** The route that reported the window, and its value: if it reports another one, the server was restarted. */
  readonly told?: { readonly route: string; readonly window: number };
  readonly atMs: number;
}

/** The endpoint of a model, with its address: another address is another server. */
export interface EndpointKey {
  readonly id: string;
  readonly baseURL: string;
}

export interface FactBookPorts {
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** The value written last. */
  readonly read: () => unknown;
  readonly write: (written: unknown) => void;
}

/** Maximum number of models whose facts are saved, the most recently used ones. */
const maxWritten = 200;
/** Maximum number of models in memory; the longest known list has 2,000. */
const maxKept = 10_000;

export class FactBook {
  readonly #ports: FactBookPorts;
  /** In order of use, the most recent last. */
  readonly #entries = new Map<string, Entry>();

  constructor(ports: FactBookPorts) {
    this.#ports = ports;
    for (const [key, { routes, refusal, accepted }] of written(ports.read())) {
      this.#entries.set(key, { routes: new Map(routes), ...present({ refusal }), accepted, used: true });
    }
  }

  of(endpoint: EndpointKey, model: string): KnownFacts {
    const entry = this.#entries.get(keyOf(endpoint, model));
    return entry === undefined ? { facts: {}, sources: {} } : knownOf(entry);
  }

  /** Length of the longest accepted prompt in tokens; 0 if none is known. */
  accepted(endpoint: EndpointKey, model: string): number {
    return this.#entries.get(keyOf(endpoint, model))?.accepted ?? 0;
  }

  /** Stores facts that came with a list of models. Returns whether anything is new. */
  listed(endpoint: EndpointKey, told: readonly ToldFacts[]): boolean {
    return this.#learn(endpoint, told, () => {
      for (const { model, facts, route } of told) this.#entry(endpoint, model).routes.set(route, { facts, atMs: this.#ports.wall() });
    });
  }

  /** Stores the reports of all routes of a server. Returns whether anything is new. */
  reported(endpoint: EndpointKey, { told, loaded }: FactsReport): boolean {
    let isNew = false;
    for (const route of loaded) {
      const mentioned = new Set(told.filter((one) => one.route === route).map(({ model }) => keyOf(endpoint, model)));
      for (const [key, { routes }] of this.#entries) {
        const before = routes.get(route);
        if (before === undefined || mentioned.has(key) || !key.startsWith(keyOf(endpoint, '')) || before.facts.loaded === false) continue;
        // The window stays: the model will be loaded with it again.
        routes.set(route, { ...before, facts: { ...before.facts, loaded: false } });
        isNew = true;
      }
    }
    const isOther = this.#learn(endpoint, told, () => {
      // The most exact routes come last, so that they win.
      for (const { model, route } of told) this.#entry(endpoint, model).routes.delete(route);
      this.listed(endpoint, told);
    });
    this.#write();
    return isNew || isOther;
  }

  /** Marks the model as used and saves its facts. */
  use(endpoint: EndpointKey, model: string): void {
    const key = keyOf(endpoint, model);
    const entry = this.#entry(endpoint, model);
    entry.used = true;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#write();
  }

  /** The server has refused a prompt and named its limit. */
  refusedLength(endpoint: EndpointKey, model: string, window: number): void {
    const entry = this.#entry(endpoint, model);
    const { facts, sources } = toldBy(entry);
    const source = sources.contextWindow ?? sources.maxInput;
    const told = windowOf(facts);
    const before = source?.by === 'server' && told !== undefined ? { told: { route: source.route, window: told } } : {};
    entry.refusal = { window, ...before, atMs: this.#ports.wall() };
    entry.accepted = Math.min(entry.accepted, window);
    this.use(endpoint, model);
  }

  /** The server accepted a prompt of this many tokens. */
  acceptedLength(endpoint: EndpointKey, model: string, tokens: number): void {
    const entry = this.#entry(endpoint, model);
    if (tokens <= entry.accepted) return;
    entry.accepted = tokens;
    this.use(endpoint, model);
  }

  /** Runs `change` and returns whether it changed any facts; a list may contain a model twice. */
  #learn(endpoint: EndpointKey, told: readonly ToldFacts[], change: () => void): boolean {
    const known = (model: string): string => JSON.stringify(this.of(endpoint, model).facts);
    const before = new Map(told.map(({ model }) => [model, known(model)]));
    change();
    this.#forget();
    return [...before].some(([model, facts]) => known(model) !== facts);
  }

  #entry(endpoint: EndpointKey, model: string): Entry {
    const key = keyOf(endpoint, model);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made: Entry = { routes: new Map(), accepted: 0, used: false };
    this.#entries.set(key, made);
    return made;
  }

  #forget(): void {
    for (const [key, { used }] of this.#entries) {
      if (this.#entries.size <= maxKept) return;
      if (!used) this.#entries.delete(key);
    }
  }

  #write(): void {
    const used = [...this.#entries].filter(([, entry]) => entry.used).slice(-maxWritten);
    this.#ports.write(
      used.map(([key, { routes, refusal, accepted }]) => {
        // Facts about what is loaded now are useless tomorrow.
        const lasting = [...routes].filter(([, { facts }]) => facts.loaded === undefined);
        return [key, { routes: lasting, ...present({ refusal }), accepted }];
      }),
    );
  }
}

function toldBy({ routes }: Entry): KnownFacts {
  let facts: ModelFacts = {};
  let sources: KnownFacts['sources'] = {};
  for (const [route, { facts: told, atMs }] of routes) {
    facts = { ...facts, ...told };
    const source: FactSource = { by: 'server', route, atMs };
    sources = { ...sources, ...Object.fromEntries(Object.keys(told).map((name) => [name, source])) };
  }
  return { facts, sources };
}

function knownOf(entry: Entry): KnownFacts {
  const { facts, sources } = toldBy(entry);
  const { refusal } = entry;
  if (refusal === undefined || !holds(refusal, entry)) return { facts, sources };
  const { maxInput: _, ...others } = facts;
  return {
    facts: { ...others, contextWindow: refusal.window },
    sources: { ...sources, contextWindow: { by: 'refusal', atMs: refusal.atMs } },
  };
}

/** A route that stops reporting a fact does not retract it. */
function holds({ window, told }: Refusal, entry: Entry): boolean {
  if (told === undefined) return (windowOf(toldBy(entry).facts) ?? window) >= window;
  const now = entry.routes.get(told.route);
  return now === undefined || windowOf(now.facts) === told.window;
}

const keyOf = ({ id, baseURL }: EndpointKey, model: string): string => `${id} ${baseURL} ${model}`;

const isTokens = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const isTime = v.pipe(v.number(), v.finite());
const isPrice = v.object({ in: v.number(), out: v.number(), cached: v.exactOptional(v.number()), cacheWrite: v.exactOptional(v.number()) });
const isFacts: v.GenericSchema<ModelFacts, ModelFacts> = v.object({
  contextWindow: v.exactOptional(isTokens),
  maxInput: v.exactOptional(isTokens),
  maxOutput: v.exactOptional(isTokens),
  trainedWindow: v.exactOptional(isTokens),
  vision: v.exactOptional(v.boolean()),
  tools: v.exactOptional(v.boolean()),
  thinking: v.exactOptional(v.boolean()),
  efforts: v.exactOptional(v.array(v.string())),
  price: v.exactOptional(isPrice),
  lifecycle: v.exactOptional(v.string()),
  retires: v.exactOptional(v.string()),
  loaded: v.exactOptional(v.boolean()),
});
const isEntry = v.tuple([
  v.string(),
  v.object({
    routes: v.array(v.tuple([v.string(), v.object({ facts: isFacts, atMs: isTime })])),
    refusal: v.exactOptional(
      v.object({ window: isTokens, told: v.exactOptional(v.object({ route: v.string(), window: isTokens })), atMs: isTime }),
    ),
    accepted: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  }),
]);

/** Entries written by other versions in another form are skipped. */
function written(value: unknown): readonly v.InferOutput<typeof isEntry>[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const parsed = v.safeParse(isEntry, entry);
    return parsed.success ? [parsed.output] : [];
  });
}
