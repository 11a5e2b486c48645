/** The dialogs for models and keys. */
import * as vscode from 'vscode';
import type { StreamError } from '../../api.ts';
import { presetAt } from '../../core/provider/catalog.ts';
import { apis } from '../../core/provider/provider.ts';
import { factLine } from '../ui/factSentences.ts';
import { demoLabel } from '../../core/provider/demo/plan.ts';
import type { Endpoints, LocalServer } from './endpoints.ts';
import { askKey } from './connectQuestions.ts';
import { chooseEndpoint } from './editEndpoint.ts';
import { keepEndpoint } from './endpointList.ts';
import type { ApiKeyStore } from '../settings/apiKeys.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import * as notify from '../ui/notify.ts';
import { LivePick, type PickItem, pickMany } from '../ui/pick.ts';

export interface PickerPorts {
  readonly endpoints: Endpoints;
  readonly keys: ApiKeyStore;
  readonly settings: LiveSettings;
}

interface ModelItem extends PickItem {
  readonly model?: string;
  /** A server that is not in the settings yet. */
  readonly server?: LocalServer;
  readonly add?: true;
}

/** Shows the models of all endpoints, and of servers found on this machine; the chosen one is kept in the settings. */
export async function selectModel({ endpoints, settings }: PickerPorts): Promise<void> {
  const models = new LivePick<ModelItem>({ title: vscode.l10n.t('Select Model'), placeHolder: vscode.l10n.t('Looking for models…') });
  models.busy = true;
  models.show();
  const chosen = models.chosen();
  void Promise.all([endpoints.list('all'), endpoints.discover()]).then(([listed, servers]) => {
    const current = settings.now().model;
    models.items = [
      ...listed.map(({ endpoint, endpointName, model }): ModelItem => {
        const id = `${endpoint}/${model}`;
        return {
          label: endpoint === 'demo' ? demoLabel : model,
          description: endpoint === 'demo' ? '' : [endpointName, factLine(endpoints.factsOf(id).facts)].filter(Boolean).join(' · '),
          model: id,
          ...(id === current ? { detail: vscode.l10n.t('in use') } : {}),
        };
      }),
      ...servers.flatMap((server) =>
        server.models.map((model): ModelItem => ({
          label: model,
          description: vscode.l10n.t('{0}, found at {1}', server.name, server.baseURL),
          model: `${server.id}/${model}`,
          server,
        })),
      ),
      { icon: 'add', label: vscode.l10n.t('Add Endpoint…'), add: true },
    ];
    models.placeholder = vscode.l10n.t('Model to use');
    models.busy = false;
  });
  const item = await chosen;
  models.dispose();
  if (item === undefined) return;
  if (item.add === true) {
    await vscode.commands.executeCommand('rivulet.addEndpoint');
    return;
  }
  if (item.server !== undefined) {
    const { id, name, baseURL } = item.server;
    await keepEndpoint({ id, name, baseURL });
  }
  await vscode.workspace.getConfiguration('rivulet').update('model', item.model, vscode.ConfigurationTarget.Global);
}

/** Asks for a key and keeps it in SecretStorage. Resolves to whether one was set. */
export async function setApiKey({ keys, settings }: PickerPorts, id?: string): Promise<boolean> {
  const endpoint = await chooseEndpoint(settings.now(), id);
  if (endpoint === undefined) return false;
  const preset = presetAt(endpoint.baseURL);
  const key = await askKey({ ...endpoint, ...(preset === undefined ? {} : { preset }) });
  if (key === undefined || key === '') return false;
  await keys.set(endpoint.id, endpoint.baseURL, key);
  void notify.information(vscode.l10n.t('The API key for {0} was saved.', endpoint.name));
  return true;
}

export async function clearApiKey({ keys, settings }: PickerPorts, id?: string): Promise<void> {
  const endpoint = await chooseEndpoint(settings.now(), id);
  if (endpoint === undefined) return;
  await keys.clear(endpoint.id);
  void notify.information(vscode.l10n.t('The API key for {0} was removed.', endpoint.name));
}

/** Puts the protocol that a failure names into the settings of the endpoint. Resolves to whether that was done. */
export async function useFoundApi(id: string, error: StreamError | undefined): Promise<boolean> {
  const api = apis.find((one) => error?.code === 'wrong-api' && one === error.values?.[1]);
  const config = vscode.workspace.getConfiguration('rivulet');
  const kept = config.inspect<unknown>('endpoints')?.globalValue;
  const isOwn = (entry: unknown): entry is object => typeof entry === 'object' && entry !== null && 'id' in entry && entry.id === id;
  if (api === undefined || !Array.isArray(kept) || !kept.some(isOwn)) return false;
  await config.update(
    'endpoints',
    kept.map((entry: unknown) => (isOwn(entry) ? { ...entry, api } : entry)),
    vscode.ConfigurationTarget.Global,
  );
  return true;
}

/** Asks for 2 to 4 models to compare; undefined when the person thinks better of it. */
export async function pickModels({
  endpoints,
  settings,
}: Pick<PickerPorts, 'endpoints' | 'settings'>): Promise<readonly string[] | undefined> {
  const { t } = vscode.l10n;
  const current = settings.now().model;
  const items = (await endpoints.list('all')).map(({ endpoint, endpointName, model }) => {
    const id = `${endpoint}/${model}`;
    return {
      label: endpoint === 'demo' ? demoLabel : model,
      description: endpoint === 'demo' ? '' : endpointName,
      id,
      picked: id === current,
    };
  });
  const chosen = await pickMany(items, { title: t('Compare Models'), placeHolder: t('Choose 2 to 4 models') });
  if (chosen === undefined) return undefined;
  if (chosen.length >= 2 && chosen.length <= 4) return chosen.map(({ id }) => id);
  void notify.information(t('Choose 2 to 4 models.'));
  return undefined;
}
