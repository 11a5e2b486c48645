/** The dialog that adds a server: a well-known one or another, its address, its key, its model, and a test of it all. */
import * as vscode from 'vscode';
import { cleanBaseURL, isHttp } from '../../core/provider/baseURL.ts';
import { presets, type Preset } from '../../core/provider/catalog.ts';
import type { Endpoints } from './endpoints.ts';
import type { ApiKeyStore } from '../settings/apiKeys.ts';
import { keepEndpoint, keyProblem } from './modelPicker.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { input, pick, type PickItem } from '../ui/pick.ts';
import { failureText } from '../ui/sentences.ts';

export interface EndpointWizardPorts {
  readonly endpoints: Endpoints;
  readonly keys: ApiKeyStore;
  readonly settings: LiveSettings;
  readonly test: (model: string) => Promise<unknown>;
}

interface PresetItem extends PickItem {
  readonly preset?: Preset;
}

/** Escape at any question leaves everything as it was. */
export async function addEndpoint(ports: EndpointWizardPorts): Promise<void> {
  const { keys } = ports;
  const preset = await choosePreset();
  if (preset === undefined) return;
  const baseURL = await addressOf(preset);
  if (baseURL === undefined) return;
  const key = preset.kind === 'local' ? '' : await askKey(preset, baseURL);
  if (key === undefined) return;
  const id = freeId(ports.settings.now(), preset.id === '' ? idOf(baseURL) : preset.id);
  const name = preset.name === '' ? new URL(baseURL).host : preset.name;
  if (key !== '') await keys.set(id, baseURL, key);
  const endpoint = {
    id,
    name,
    baseURL,
    ...(preset.models === undefined || preset.models.length === 0 ? {} : { models: preset.models }),
    ...(preset.continuation === undefined ? {} : { continuation: preset.continuation }),
  };
  await keepEndpoint(endpoint);
  const model = await chooseModel(ports, id, name, preset);
  if (model === undefined) return;
  if (!model.listed) await keepEndpoint({ ...endpoint, models: [model.name] });
  const full = `${id}/${model.name}`;
  await vscode.workspace.getConfiguration('rivulet').update('model', full, vscode.ConfigurationTarget.Global);
  await ports.test(full);
}

async function choosePreset(): Promise<Preset | undefined> {
  const { t } = vscode.l10n;
  const group = (label: string, kind: Preset['kind']): PresetItem[] => [
    { label, separator: true },
    ...presets
      .filter((preset) => preset.kind === kind)
      .map((preset): PresetItem => ({ label: preset.name, description: preset.baseURL, preset })),
  ];
  const other: PresetItem = {
    icon: 'globe',
    label: t('Another server…'),
    description: t('any server with an OpenAI-compatible API'),
    preset: { id: '', name: '', baseURL: 'https://', kind: 'gateway', askAddress: true },
  };
  const items = [other, ...group(t('On this machine'), 'local'), ...group(t('Gateways'), 'gateway'), ...group(t('Cloud'), 'cloud')];
  const chosen = await pick(items, {
    title: t('Add Endpoint'),
    placeHolder: t('Server to add'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.preset;
}

/** Asked for where only the user knows it. */
async function addressOf({ baseURL, askAddress }: Preset): Promise<string | undefined> {
  if (askAddress !== true && !baseURL.includes('{')) return baseURL;
  const { t } = vscode.l10n;
  const at = baseURL.indexOf('{');
  const address = await input({
    title: t('Add Endpoint'),
    prompt: t('Address of its API. Most end in /v1.'),
    value: baseURL,
    valueSelection: at === -1 ? [baseURL.length, baseURL.length] : [at, baseURL.indexOf('}') + 1],
    ignoreFocusOut: true,
    validateInput: (value) =>
      isHttp(value.trim()) && !/[{}]/.test(value) ? undefined : t('It must be an address that begins with http:// or https://.'),
  });
  return address === undefined ? undefined : cleanBaseURL(address);
}

/** An empty text when the server needs none. */
async function askKey({ keyPage }: Preset, baseURL: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const { origin } = new URL(baseURL);
  const kept = t("Stored in the system's key store and sent only to {0}.", origin);
  const where = keyPage === undefined ? t('Leave empty if the server needs no key.') : t('Create one at {0}.', keyPage);
  const key = await input({
    title: t('API key for {0}', origin),
    prompt: `${kept} ${where}`,
    password: true,
    ignoreFocusOut: true,
    validateInput: keyProblem,
  });
  return key?.trim();
}

async function chooseModel(
  { endpoints }: EndpointWizardPorts,
  id: string,
  name: string,
  preset: Preset,
): Promise<{ readonly name: string; readonly listed: boolean } | undefined> {
  const { t } = vscode.l10n;
  const title = t('Select Model');
  // Where the list is no help, an empty list of the table says so.
  const list = preset.models?.length === 0 ? undefined : await endpoints.listOf(id);
  const listed = list?.type === 'models' ? list.models : [];
  if (listed.length > 0) {
    const chosen = await pick(
      listed.map((model) => ({ label: model })),
      {
        title,
        placeHolder: t('Model of {0} to use', name),
        ignoreFocusOut: true,
      },
    );
    return chosen === undefined ? undefined : { name: chosen.label, listed: true };
  }
  const typed = await input({
    title,
    prompt:
      list?.type === 'failed'
        ? t('{0} could not be asked for its models: {1} Enter a model name.', name, failureText(list.failure))
        : t('{0} does not list its models. Enter a model name.', name),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? t('Enter a name.') : undefined),
  });
  return typed === undefined ? undefined : { name: typed.trim(), listed: false };
}

function idOf(baseURL: string): string {
  return new URL(baseURL).hostname.replace(/^(api|www)\./, '').replace(/[^\w.-]/g, '') || 'server';
}

function freeId({ endpoints }: Settings, wanted: string): string {
  const taken = (id: string): boolean => id === 'demo' || endpoints.some((endpoint) => endpoint.id === id);
  let id = wanted;
  for (let next = 2; taken(id); next++) id = `${wanted}-${next}`;
  return id;
}
