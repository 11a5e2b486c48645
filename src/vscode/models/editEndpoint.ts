/** The dialogs that change or remove an endpoint. */
import * as vscode from 'vscode';
import { present } from '../../core/present.ts';
import { probeServer } from '../../core/connect/probe.ts';
import type { EndpointSetting } from '../../core/settings/endpointSettings.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { errorSentence } from '../ui/sentences/failureSentences.ts';
import * as notify from '../ui/notify.ts';
import { input, pick } from '../ui/pick.ts';
import { addressOrigin } from '../settings/apiKeys.ts';
import type { ConnectPorts } from './connect.ts';
import { askAddress, askKey } from './connectQuestions.ts';
import { dropEndpoint, keepEndpoint, saveSelectedModel } from './endpointList.ts';

/** Resolves to whether anything was changed. */
export async function editEndpoint(ports: ConnectPorts, id?: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const endpoint = await chooseEndpoint(ports.settings.now(), id);
  if (endpoint === undefined) return false;
  const items = [
    { icon: 'globe', label: t('Address'), description: endpoint.baseURL, run: () => editAddress(ports, endpoint) },
    {
      icon: 'key',
      label: t('API key'),
      description: '',
      run: async () => (await vscode.commands.executeCommand('rivulet.setApiKey', endpoint.id)) === true,
    },
    { icon: 'tag', label: t('Name'), description: endpoint.name, run: () => editName(endpoint) },
    { icon: 'json', label: t('Everything else'), description: 'settings.json', run: openSettings },
    { icon: 'trash', label: t('Remove Endpoint…'), description: '', run: async () => (await removeEndpoint(ports, endpoint.id), false) },
  ];
  const chosen = await pick(items, { title: t('Edit Endpoint: {0}', endpoint.name), placeHolder: t('What to change') });
  return chosen === undefined ? false : chosen.run();
}

/** Removes an endpoint and its key. Resolves to whether it was removed. */
export async function removeEndpoint({ keys, settings }: ConnectPorts, id?: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const endpoint = await chooseEndpoint(settings.now(), id);
  if (endpoint === undefined) return false;
  const remove = t('Remove');
  const detail = t('Its API key is deleted too. Conversations are kept.');
  if ((await notify.ask(t('Remove the endpoint "{0}"?', endpoint.name), detail, remove)) !== remove) return false;
  await keys.clear(endpoint.id);
  await dropEndpoint(endpoint.id);
  if (settings.now().model.startsWith(`${endpoint.id}/`)) await saveSelectedModel(undefined);
  return true;
}

async function editAddress({ client, keys }: ConnectPorts, endpoint: EndpointSetting): Promise<boolean> {
  const { t } = vscode.l10n;
  const { id, name, api } = endpoint;
  const address = await askAddress(endpoint, t('Edit Endpoint: {0}', name));
  if (address === undefined) return false;
  const kept = await keys.get(id, endpoint.baseURL);
  // A key is bound to its server, so another server needs a new one.
  const isSameServer = addressOrigin(address) === addressOrigin(endpoint.baseURL);
  const key = isSameServer ? kept : undefined;
  const result = await notify.progress(t('Connecting to {0}…', name), (signal) => {
    const target = {
      name,
      baseURL: address,
      headers: endpoint.headers,
      ...present({ key, api: api === 'auto' ? undefined : api }),
    };
    return probeServer(client, target, signal);
  });
  if (result.type === 'failed' && result.reason !== 'key') {
    const anyway = t('Use Anyway');
    if ((await notify.error(errorSentence(result.failure, { server: name, model: '' }).text, anyway)) !== anyway) return false;
  }
  const baseURL = result.type === 'failed' ? address : result.baseURL;
  await keepEndpoint({ id, name, baseURL });
  if (!isSameServer && kept !== undefined) {
    const typed = await askKey({ name, baseURL });
    if (typed !== undefined && typed !== '') await keys.set(id, baseURL, typed);
  }
  return true;
}

async function editName({ id, baseURL, name }: EndpointSetting): Promise<boolean> {
  const { t } = vscode.l10n;
  const typed = await input({
    title: t('Edit Endpoint: {0}', name),
    prompt: t('Name shown in the model picker and on answers'),
    value: name,
  });
  if (typed === undefined || typed.trim() === '') return false;
  await keepEndpoint({ id, baseURL, name: typed.trim() });
  return true;
}

async function openSettings(): Promise<boolean> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: 'rivulet.endpoints', edit: true } });
  return false;
}

/** The endpoint with this id, or the user's choice. Without any endpoint, offers to add one. */
export async function chooseEndpoint({ endpoints }: Settings, id?: string): Promise<EndpointSetting | undefined> {
  const { t } = vscode.l10n;
  const remote = endpoints.filter((endpoint) => endpoint.kind === 'openai');
  const named = remote.find((endpoint) => endpoint.id === id);
  if (named !== undefined) return named;
  if (remote.length === 0) {
    const add = t('Add Endpoint');
    if ((await notify.information(t('You have no endpoints yet.'), add)) === add)
      await vscode.commands.executeCommand('rivulet.addEndpoint');
    return undefined;
  }
  if (remote.length === 1) return remote[0];
  // Two endpoints may have the same name and address.
  const isTwice = (name: string): boolean => remote.filter((endpoint) => endpoint.name === name).length > 1;
  const items = remote.map((endpoint) => ({
    label: endpoint.name,
    description: isTwice(endpoint.name) ? `${endpoint.id} · ${endpoint.baseURL}` : endpoint.baseURL,
    endpoint,
  }));
  return (await pick(items, { title: t('Which endpoint?') }))?.endpoint;
}
