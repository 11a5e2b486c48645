/**
 * A protocol, and the provider made of it. A protocol says what is posted for an answer and what reads it; the provider
 * sends it, leaves out what a model refuses, and turns what goes wrong into a failure. A new protocol is one folder with
 * one of these, and one row in protocols.ts.
 */
import { nextTurn } from '../nextTurn.ts';
import { errorWords } from './failures/errorWords.ts';
import { askRoute, type FactRoute } from './facts/factRoute.ts';
import type { ToldFacts } from './facts/modelFacts.ts';
import { withQuery } from './baseURL.ts';
import { fromException, fromStatus, type Failure } from './failures/failure.ts';
import { maxWholeBytes, type NotOpenedReason, readWhole, reasonOf, TooLongError } from './http/guardedFetch.ts';
import { type KeptDecoder, type KeptForm, type KeptTransport, KeptAnswerReader, unkept } from './kept.ts';
import { beginKept } from './keptRequest.ts';
import { readModelList } from './modelList.ts';
import { type JsonFields, jsonOf } from './reading/json.ts';
import { originOf, sealed, unsealed } from './opaque.ts';
import { leftOut } from './leftOut.ts';
import { ownFailure } from './failures/ownFailures.ts';
import type {
  AnswerFormat,
  ChatRequest,
  Continuation,
  Decoder,
  DeltaSink,
  Endpoint,
  EndpointMemory,
  FactsReport,
  ModelList,
  OpenedAnswer,
  Provider,
  UnopenedThoughts,
} from './provider.ts';
import { adjusted, type OptionalFields, refusedParameter } from './failures/refusedParameters.ts';
import { hide, secretsOf } from './failures/secrets.ts';
import { StopTexts } from './reading/stopTexts.ts';
import { unsendable } from './http/sendable.ts';

export interface Protocol {
  /** The vendor's name of it. */
  readonly label: string;
  /**
   * What is posted for an answer: the whole address and the JSON body. No key stands in the address.
   * @param remedies words of {@link Protocol.remedy} that hold for this request
   */
  ask(
    endpoint: Endpoint,
    request: ChatRequest,
    remedies: readonly string[],
  ): { readonly url: string; readonly body: Readonly<Record<string, unknown>> };
  /**
   * How a refused request is asked once more, in a word of the protocol's own; undefined where nothing of the kind helps.
   * @param words all words of the refusal, in lower case
   * @param tried the words that were tried already
   */
  readonly remedy?: (words: string, tried: readonly string[]) => Remedy | undefined;
  /** Reads the body of the answer. */
  decoder(sink: DeltaSink, thoughts?: UnopenedThoughts): Decoder<Uint8Array>;
  /** The whole address of the list of models. */
  modelsUrl(endpoint: Endpoint): string;
  /** What an answer in this protocol has in it, and none in another: a recording does not say which protocol it is in. */
  readonly signature: RegExp;
  /** The fields of an answer that hold its words, piece by piece. */
  readonly wordFields: readonly string[];
  /** The fields of a request that may be left out where a model refuses them; see refusedParameters.ts. */
  readonly optional?: OptionalFields;
  /** Reads a page of the list; undefined where it is none. Left out: one page, in any of the usual shapes. */
  readonly modelPage?: (page: unknown) => ModelPage | undefined;
  /** Whether a list of models is in a shape that servers of no other protocol send. */
  readonly ownList?: (list: unknown) => boolean;
  /** What a page of the list tells of its models. */
  readonly listFacts?: (page: unknown) => readonly ToldFacts[];
  /**
   * The further routes that tell facts.
   * @param model the model that the person has chosen; all when left out
   * @param list the first page of the list of models
   */
  readonly factRoutes?: (endpoint: Endpoint, model: string | undefined, list: unknown) => readonly FactRoute[];
  /** The route that mentions the models in the server's memory, where a request waits until its model is there. */
  readonly loadedRoute?: (endpoint: Endpoint, model: string) => FactRoute | undefined;
  /** The way of continuing a broken answer that is tried first; `ask` when left out. */
  readonly continuation?: (endpoint: Endpoint) => Continuation;
  /** Whether a server that continues a `prefix` continues thoughts as well. */
  readonly continuesThoughts?: (endpoint: Endpoint) => boolean;
  /** True: an answer that is to be continued must not end in white space, which then comes again. */
  readonly continuesTrimmed?: true;
  /** False: its requests have no word for texts that end the answer, so that Rivulet ends it there. */
  readonly stopsItself?: false;
  /** The fields of a request that ask for this format of the answer; undefined where the protocol has none for it. */
  readonly answerFormat?: (format: AnswerFormat) => JsonFields | undefined;
  /** True: its requests can forbid more than one tool call at a time. */
  readonly limitsTools?: true;
  /** The form in which a server keeps an answer while it writes it; left out where the protocol knows none. */
  readonly kept?: KeptForm;
  /** The headers of every request beside `content-type`; the endpoint's own headers win over them. */
  headers(apiKey: string | undefined): Readonly<Record<string, string>>;
}

export interface Remedy {
  readonly word: string;
  /** True: the model refuses it always, so that it is remembered. */
  readonly lasts: boolean;
}

export interface ModelPage {
  readonly models: readonly string[];
  /** Added to the query of the list's address for the next page. */
  readonly next?: Readonly<Record<string, string>>;
}

/** Sends requests. Both functions reject where there is no answer to read; `reasonOf` knows what they reject with. */
export interface Transport extends KeptTransport {
  post(endpoint: Endpoint, url: string, body: object, signal: AbortSignal): Promise<Response>;
}

/** Refused fields that one request may be mended of. */
const maxAdjustments = 4;
/** Most pages of a list of models. */
const maxPages = 20;

/** @param wall milliseconds since the epoch, for `Retry-After` dates */
export function providerOf(protocol: Protocol, transport: Transport, wall: () => number): Provider {
  const failed = (reason: NotOpenedReason, endpoint: Endpoint): { readonly type: 'failed'; readonly failure: Failure } => {
    const secrets = secretsOf(endpoint);
    switch (reason.type) {
      case 'refused':
        return { type: 'failed', failure: fromStatus(reason.status, reason.headers, reason.body, wall(), secrets) };
      case 'exception':
        return { type: 'failed', failure: fromException(reason.exception, secrets, endpoint.baseURL) };
      case 'not-made': {
        const message = reason.exception instanceof Error ? reason.exception.message : String(reason.exception);
        return { type: 'failed', failure: ownFailure('unwritable-request', [hide(message, secrets)]) };
      }
      default:
        return reason satisfies never;
    }
  };
  const opened = (response: Response, endpoint: Endpoint): Omit<OpenedAnswer, 'decoder'> => ({
    type: 'opened',
    body: response.body ?? new Response('').body!,
    hide: (text) => hide(text, secretsOf(endpoint)),
    http: { status: response.status, contentType: response.headers.get('content-type') ?? '' },
  });
  /** Texts at which Rivulet ends the answer, since the server does not. */
  const stopsHere = ({ stop = [] }: ChatRequest, learnt: object): readonly string[] =>
    protocol.stopsItself === false || Object.hasOwn(learnt, 'stop') ? stop : [];
  /** The name of an answer that the server keeps, and all that is needed to read it. */
  const keptAs = (id: string, form: KeptForm, endpoint: Endpoint, request: ChatRequest, memory: EndpointMemory): KeptAnswerReader => {
    const { model } = request;
    const origin = originOf(endpoint, model);
    const stops = stopsHere(request, memory.adjustments?.get(model) ?? {});
    return new KeptAnswerReader(id, {
      form,
      transport,
      endpoint,
      memory,
      wall,
      decoder: (sink) => {
        let inner: KeptDecoder | undefined;
        const outer = stoppingAt(stops, sink, (own) => (inner = form.decoder(sealing(own, origin), thoughtsOf(memory, model))));
        return { decoder: outer, kept: inner as unknown as KeptDecoder };
      },
      opened: (response) => opened(response, endpoint),
    });
  };
  return {
    open: async (endpoint, request, memory, signal) => {
      const mistake = unsendable(endpoint);
      if (mistake !== undefined) return { type: 'failed', failure: mistake };
      const { model } = request;
      const origin = originOf(endpoint, model);
      let remedies = memory.remedies?.get(model) ?? [];
      for (let round = 0; ; round++) {
        const form = request.mayBeKept === true && !remedies.includes(unkept) ? keptForm(protocol, endpoint, memory) : undefined;
        const learnt = memory.adjustments?.get(model) ?? {};
        let body: Readonly<Record<string, unknown>> = {};
        let address = '';
        try {
          // Another extension may have put anything into its messages, so writing them may fail.
          const stops = stopsHere(request, learnt);
          const told = (): Pick<OpenedAnswer, 'leftOut'> => {
            const bodyOf = (other: ChatRequest): object => adjusted((form ?? protocol).ask(endpoint, other, remedies, '').body, learnt);
            const without = leftOut(request, bodyOf, ['stop']);
            return without.length === 0 ? {} : { leftOut: without };
          };
          if (form !== undefined) {
            const id = crypto.randomUUID();
            const { url, body: whole, headers = {} } = form.ask(endpoint, unsealed(request, origin), remedies, id);
            body = adjusted(whole, learnt);
            address = url;
            const asked = { ...endpoint, headers: { ...endpoint.headers, ...headers } };
            const post = (own: AbortSignal): Promise<Response> => transport.send(asked, 'POST', url, own, body);
            const failureOf = (exception: unknown): Failure => failed({ type: 'exception', exception }, endpoint).failure;
            const keptHere = (name: string): KeptAnswerReader => keptAs(name, form, endpoint, request, memory);
            const begun = await beginKept({ form, id, post, keptAs: keptHere, failureOf }, signal);
            return begun.type === 'opened' ? { ...begun, ...told() } : begun;
          }
          const { url, body: whole } = protocol.ask(endpoint, unsealed(request, origin), remedies);
          body = adjusted(whole, learnt);
          const response = await transport.post(endpoint, url, body, signal);
          const thoughts = thoughtsOf(memory, model);
          return {
            ...opened(response, endpoint),
            decoder: (sink) => stoppingAt(stops, sink, (inner) => protocol.decoder(sealing(inner, origin), thoughts)),
            ...told(),
          };
        } catch (thrown) {
          const reason = reasonOf(thrown);
          // A gateway may have the plain form alone.
          const isElsewhere = form !== undefined && address !== protocol.ask(endpoint, { ...request, messages: [] }, remedies).url;
          const lacksForm = isElsewhere && reason.type === 'refused' && (reason.status === 404 || reason.status === 405);
          const known = reason.type === 'refused' ? remedyFor(protocol, reason, remedies) : undefined;
          const remedy = lacksForm ? { word: unkept, lasts: true } : known;
          if (remedy !== undefined && round < maxAdjustments) {
            remedies = [...remedies, remedy.word];
            if (!remedy.lasts) continue;
            memory.remedies ??= new Map();
            memory.remedies.set(model, [...(memory.remedies.get(model) ?? []), remedy.word]);
            continue;
          }
          const refused = reason.type === 'refused' ? refusedParameter(reason.status, reason.body, body, protocol.optional) : undefined;
          if (refused === undefined || round >= maxAdjustments) return failed(reason, endpoint);
          memory.adjustments ??= new Map();
          memory.adjustments.set(model, { ...learnt, ...refused });
        }
      }
    },
    kept: (endpoint, request, memory, handle) =>
      protocol.kept === undefined ? undefined : keptAs(handle, protocol.kept, endpoint, request, memory),
    loads: (endpoint, model, signal) => {
      const route = protocol.loadedRoute?.(endpoint, model);
      if (route === undefined || unsendable(endpoint) !== undefined) return undefined;
      return askRoute(route, transport, endpoint, signal).then((told) => told !== undefined && !told.some((one) => one.model === model));
    },
    models: async (endpoint, signal) => {
      const mistake = unsendable(endpoint);
      if (mistake !== undefined) return { type: 'failed', failure: mistake };
      try {
        return await modelsOf(protocol, transport, endpoint, signal);
      } catch (thrown) {
        if (thrown instanceof TooLongError) {
          return { type: 'failed', failure: ownFailure('models-too-long', [maxWholeBytes / 1024 / 1024]) };
        }
        return failed(reasonOf(thrown), endpoint);
      }
    },
    facts: async (endpoint, model, signal) =>
      unsendable(endpoint) === undefined ? factsOf(protocol, transport, endpoint, model, signal) : { told: [], loaded: [] },
  };
}

/** The decoder of the same answer, ended before any of these texts. */
function stoppingAt(stops: readonly string[], sink: DeltaSink, decoderOf: (sink: DeltaSink) => Decoder<Uint8Array>): Decoder<Uint8Array> {
  if (stops.length === 0) return decoderOf(sink);
  const texts = new StopTexts(sink, stops);
  return texts.around(decoderOf(texts.sink));
}

function sealing(sink: DeltaSink, origin: string): DeltaSink {
  return (delta) => sink(delta.type === 'opaque' ? { ...delta, value: sealed(delta.value, origin) } : delta);
}

/** Undefined where the server may not keep answers, or has shown that it does not. */
export function keptForm({ kept }: Protocol, { resumable }: Endpoint, { rejoins }: EndpointMemory): KeptForm | undefined {
  return resumable === true && rejoins !== false ? kept : undefined;
}

function thoughtsOf(memory: EndpointMemory, model: string): UnopenedThoughts {
  return {
    close: memory.thoughtEnds?.get(model),
    learn: (close) => void (memory.thoughtEnds ??= new Map()).set(model, close),
  };
}

function remedyFor(
  protocol: Protocol,
  { status, body }: NotOpenedReason & { type: 'refused' },
  tried: readonly string[],
): Remedy | undefined {
  if (status !== 400 && status !== 422) return undefined;
  const remedy = protocol.remedy?.(errorWords(body).all, tried);
  return remedy === undefined || tried.includes(remedy.word) ? undefined : remedy;
}

async function modelsOf(protocol: Protocol, transport: Transport, endpoint: Endpoint, signal: AbortSignal): Promise<ModelList> {
  const models = new Set<string>();
  const told: ToldFacts[] = [];
  let isList = false;
  for await (const { text, parsed } of pagesOf(protocol, transport, endpoint, signal)) {
    told.push(...(protocol.listFacts?.(parsed) ?? []));
    const page = protocol.modelPage?.(parsed);
    if (page === undefined && !isList) {
      const list = readModelList(text, parsed, secretsOf(endpoint));
      return list.type === 'models' && told.length > 0 ? { ...list, told } : list;
    }
    isList = true;
    for (const model of page?.models ?? []) models.add(model);
  }
  return { type: 'models', models: [...models], ...(told.length === 0 ? {} : { told }) };
}

/** The pages of the list of models, as the server sends them and as JSON. */
async function* pagesOf(protocol: Protocol, transport: Transport, endpoint: Endpoint, signal: AbortSignal) {
  const first = protocol.modelsUrl(endpoint);
  let url = first;
  for (let pages = 1; ; pages++) {
    const text = await readWhole(await transport.get(endpoint, url, signal));
    const parsed = jsonOf(text);
    // What is made of megabytes takes as long as to parse them.
    await nextTurn();
    yield { text, parsed };
    const next = protocol.modelPage?.(parsed)?.next;
    if (next === undefined || pages === maxPages) return;
    url = withQuery(first, next);
  }
}

/** What fails tells nothing; the routes are asked at the same time. */
async function factsOf(
  protocol: Protocol,
  transport: Transport,
  endpoint: Endpoint,
  model: string | undefined,
  signal: AbortSignal,
): Promise<FactsReport> {
  const told: ToldFacts[] = [];
  let list: unknown;
  try {
    for await (const { parsed } of pagesOf(protocol, transport, endpoint, signal)) {
      list ??= parsed;
      told.push(...(protocol.listFacts?.(parsed) ?? []));
    }
  } catch {
    // Some gateways list nothing and tell facts all the same.
  }
  const routes = protocol.factRoutes?.(endpoint, model, list) ?? [];
  const asked = await Promise.all(routes.map((route) => askRoute(route, transport, endpoint, signal)));
  for (const answer of asked) told.push(...(answer ?? []));
  const loaded = routes.filter(({ mentionsLoaded }, index) => mentionsLoaded === true && asked[index] !== undefined);
  return { told, loaded: loaded.map(({ route }) => route) };
}
