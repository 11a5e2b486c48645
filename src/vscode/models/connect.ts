/** Connects a server: asks for missing values, tests address and key with one request, and saves both at the end. */
import * as vscode from 'vscode';
import { likelyModel } from '../../core/connect/likelyModel.ts';
import type { PastedServer } from '../../core/connect/pasted.ts';
import { probeServer, type ProbeResult, type ProbeTarget } from '../../core/connect/probe.ts';
import { apiOf, type Preset, presetAt, presets } from '../../core/provider/catalog.ts';
import { isReadableOnTheWay } from '../../core/provider/baseURL.ts';
import type { Provider } from '../../core/provider/provider.ts';
import type { ApiKeyStore } from '../settings/apiKeys.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { errorSentence, failureText } from '../ui/sentences/failureSentences.ts';
import * as notify from '../ui/notify.ts';
import { input, pick } from '../ui/pick.ts';
import { askAddress, askKey } from './connectQuestions.ts';
import { endpointAt, freeId, keepEndpoint, saveSelectedModel } from './endpointList.ts';
import { present } from '../../core/present.ts';

export interface ConnectPorts {
  readonly client: Pick<Provider, 'models'>;
  readonly keys: ApiKeyStore;
  readonly settings: LiveSettings;
}

/** `text`: the sentence for the user. */
export type ConnectOutcome =
  | { readonly type: 'connected'; readonly text: string }
  | { readonly type: 'failed'; readonly text: string; readonly baseURL: string; readonly name: string }
  | { readonly type: 'cancelled' };

/** A server to connect, with all known values. */
interface Target extends ProbeTarget {
  readonly preset?: Preset;
  /** The endpoint that already has this address. */
  readonly id?: string;
}

const cancelled: ConnectOutcome = { type: 'cancelled' };

/** Nothing is saved before the last question is answered, so Escape at any of them changes nothing. */
export async function connectServer(ports: ConnectPorts, pasted: PastedServer, given?: Preset): Promise<ConnectOutcome> {
  const preset = given ?? presets.find(({ id }) => id === pasted.preset);
  const baseURL = pasted.baseURL ?? (await addressOf(preset));
  if (baseURL === undefined) return cancelled;
  let target = targetOf(ports, { ...pasted, baseURL }, preset);
  const stored = await ports.keys.get(target.id ?? idOf(target), target.baseURL);
  if (target.key !== undefined && target.id !== undefined && stored !== undefined && stored !== target.key) {
    if (!(await mayReplaceKey(target.name))) return cancelled;
  }
  if (target.key === undefined && stored !== undefined) target = { ...target, key: stored };
  const isKeyless = pasted.keyless === true || target.preset?.kind === 'local' || !needsKey(target.baseURL);
  if (target.key === undefined && !isKeyless) {
    const key = await askKey(target);
    if (key === undefined) return cancelled;
    if (key !== '') target = { ...target, key };
  }
  for (;;) {
    const result = await test(ports, target);
    if (result === undefined) return cancelled;
    if (result.type !== 'failed') return keep(ports, target, result, pasted.models);
    const text = failureSentence(target, result);
    if (result.reason !== 'key') return { type: 'failed', text, baseURL: target.baseURL, name: target.name };
    const key = await askKey(target, text);
    if (key === undefined) return cancelled;
    target = { ...target, key };
  }
}

function targetOf(
  { settings }: ConnectPorts,
  { baseURL, key, api }: PastedServer & { baseURL: string },
  given: Preset | undefined,
): Target {
  const preset = given ?? presetAt(baseURL);
  const path = new URL(baseURL).pathname.replace(/\/$/, '');
  // A vendor's example may lack what the catalog knows: DeepSeek continues answers only below /beta.
  const known = preset !== undefined && !preset.baseURL.includes('{') && ['', '/v1'].includes(path) && presetAt(baseURL) === preset;
  const address = known && preset.kind === 'cloud' ? preset.baseURL : baseURL;
  const existing = endpointAt(settings.now(), address);
  return {
    name: existing?.name ?? preset?.name ?? hostName(address),
    baseURL: address,
    ...present({ preset }),
    ...(existing === undefined ? {} : { id: existing.id, headers: existing.headers }),
    ...present({ key, api }),
  };
}

async function addressOf(preset: Preset | undefined): Promise<string | undefined> {
  if (preset !== undefined && preset.askAddress !== true && !preset.baseURL.includes('{')) return preset.baseURL;
  return askAddress(preset);
}

/** Servers on this machine or its network rarely need a key, so the first request has none. */
function needsKey(baseURL: string): boolean {
  const { hostname } = new URL(baseURL);
  const isNear =
    !isReadableOnTheWay(baseURL.replace(/^https:/, 'http:')) ||
    /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|\.(?:local|lan|internal)$/.test(hostname);
  return !isNear;
}

async function mayReplaceKey(name: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const replace = t('Replace Key');
  return (
    (await notify.ask(t('{0} already has another API key. Replace it?', name), t('The endpoint stays as it is otherwise.'), replace)) ===
    replace
  );
}

async function test({ client }: ConnectPorts, target: Target): Promise<ProbeResult | undefined> {
  return notify.progress(vscode.l10n.t('Connecting to {0}…', target.name), async (signal) => {
    const result = await probeServer(client, target, signal);
    return signal.aborted ? undefined : result;
  });
}

function failureSentence({ name, baseURL }: Target, { reason, failure }: ProbeResult & { type: 'failed' }): string {
  const { t } = vscode.l10n;
  if (reason === 'key') return t('{0} did not accept the API key: {1}', name, failureText(failure));
  if (failure.code === 'models-page' || failure.fromPage === true) {
    return t('A web page answered at {0}, not an API. Check the address. Most end in /v1.', baseURL);
  }
  return errorSentence(failure, { server: name, model: '' }).text;
}

async function keep(
  { keys, settings }: ConnectPorts,
  target: Target,
  result: Exclude<ProbeResult, { type: 'failed' }>,
  wanted: readonly string[],
): Promise<ConnectOutcome> {
  const { t } = vscode.l10n;
  const { preset, name, api } = target;
  // If the catalog says that the list is of no use, only the user knows the names.
  const listed = result.type === 'connected' && preset?.models?.length !== 0 ? result.models : [];
  const model = likelyModel(listed, wanted) ?? wanted[0] ?? (await askModel(name));
  if (model === undefined) return cancelled;
  const isKnown = preset !== undefined && target.baseURL === preset.baseURL;
  const baseURL = isKnown ? target.baseURL : result.baseURL;
  const id = target.id ?? freeId(settings.now(), idOf(target));
  const models = preset?.models?.length ? preset.models : listed.length === 0 ? [model] : undefined;
  if (target.key !== undefined && target.key !== (await keys.get(id, baseURL))) await keys.set(id, baseURL, target.key);
  await keepEndpoint({
    id,
    name,
    baseURL,
    ...present({ models }),
    ...(api === undefined || api === apiOf(baseURL) ? {} : { api }),
    ...(isKnown && preset.continuation !== undefined ? { continuation: preset.continuation } : {}),
  });
  await saveSelectedModel(`${id}/${model}`);
  const text =
    listed.length === 0
      ? t('{0} is connected. Using {1}.', name, model)
      : t('{0} is connected with {1} models. Using {2}.', name, listed.length, model);
  return { type: 'connected', text };
}

async function askModel(name: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const typed = await input({
    title: t('Select Model'),
    prompt: t('{0} does not list its models. Enter the name of one.', name),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? t('Enter a name.') : undefined),
  });
  return typed?.trim();
}

/** Asks which of several servers in one text to connect. */
export async function chooseServer(found: readonly PastedServer[]): Promise<PastedServer | undefined> {
  if (found.length < 2) return found[0];
  const { t } = vscode.l10n;
  const items = found.map((pasted) => ({
    label: pasted.baseURL === undefined ? (presets.find(({ id }) => id === pasted.preset)?.name ?? t('API key')) : hostName(pasted.baseURL),
    description: [...(pasted.key === undefined ? [] : [keyHint(pasted.key)]), ...pasted.models.slice(0, 3)].join(' · '),
    pasted,
  }));
  return (await pick(items, { title: t('Add Endpoint'), placeHolder: t('Server to add'), ignoreFocusOut: true }))?.pasted;
}

/** Enough of a key to recognize it. */
export function keyHint(key: string): string {
  return `${key.slice(0, 3)}…${key.slice(-4)}`;
}

export function hostName(baseURL: string): string {
  return new URL(baseURL).host.replace(/^(?:api|www)\./, '');
}

/** The id of a new endpoint, unless it is taken. */
export function idOf({ preset, baseURL }: Pick<Target, 'preset' | 'baseURL'>): string {
  return preset?.id ?? (new URL(baseURL).hostname.replace(/^(?:api|www)\./, '').replace(/[^\w.-]/g, '') || 'server');
}
