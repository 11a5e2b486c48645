/** The dialogs for keys, for the detected protocol, and for models to compare. */
import * as vscode from 'vscode';
import type { StreamError } from '../../api.ts';
import { presetAt } from '../../core/provider/catalog.ts';
import { apis } from '../../core/provider/provider.ts';
import type { AnswerPorts } from './answers.ts';
import { demoLabel } from './endpoints.ts';
import type { ConnectPorts } from './connect.ts';
import { askKey } from './connectQuestions.ts';
import { changeEndpoint } from './endpointList.ts';
import { chooseEndpoint } from './editEndpoint.ts';
import * as notify from '../ui/notify.ts';
import { pickMany } from '../ui/pick.ts';

/** Asks for a key and stores it in SecretStorage. Resolves to whether a key was set. */
export async function setApiKey({ keys, settings }: ConnectPorts, id?: string): Promise<boolean> {
  const endpoint = await chooseEndpoint(settings.now(), id);
  if (endpoint === undefined) return false;
  const preset = presetAt(endpoint.baseURL);
  const key = await askKey({ ...endpoint, ...(preset === undefined ? {} : { preset }) });
  if (key === undefined || key === '') return false;
  await keys.set(endpoint.id, endpoint.baseURL, key);
  void notify.information(vscode.l10n.t('The API key for {0} was saved.', endpoint.name));
  return true;
}

export async function clearApiKey({ keys, settings }: ConnectPorts, id?: string): Promise<void> {
  const endpoint = await chooseEndpoint(settings.now(), id);
  if (endpoint === undefined) return;
  await keys.clear(endpoint.id);
  void notify.information(vscode.l10n.t('The API key for {0} was removed.', endpoint.name));
}

/** Saves the protocol named by a failure in the endpoint's settings. Resolves to whether it was saved. */
export async function useFoundApi(id: string, error: StreamError | undefined): Promise<boolean> {
  const api = apis.find((one) => error?.code === 'wrong-api' && one === error.values?.[1]);
  return api !== undefined && changeEndpoint(id, { api });
}

/** Asks for 2 to 4 models to compare; undefined on Escape. */
export async function pickModels({
  endpoints,
  settings,
}: Pick<AnswerPorts, 'endpoints' | 'settings'>): Promise<readonly string[] | undefined> {
  const { t } = vscode.l10n;
  const current = settings.now().model;
  const items = (await endpoints.list('all')).map(({ endpoint, endpointName, model }) => {
    const id = `${endpoint}/${model}`;
    return {
      label: endpoint === 'demo' ? demoLabel() : model,
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
