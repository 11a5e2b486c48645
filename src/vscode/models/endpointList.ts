/** Adds, changes and removes endpoints in the user's settings. */
import * as vscode from 'vscode';
import type { EndpointSetting } from '../../core/settings/endpointSettings.ts';
import type { Settings } from '../../core/settings/settings.ts';

export type KeptEndpoint = Pick<EndpointSetting, 'id' | 'name' | 'baseURL'> & Partial<EndpointSetting>;

/** Adds the endpoint, or changes the given fields of the one with its id. */
export async function keepEndpoint(endpoint: KeptEndpoint): Promise<void> {
  if (!(await changeEndpoint(endpoint.id, endpoint))) await write([...endpointsKept(), endpoint]);
}

/** Resolves to whether there is such an endpoint. */
export async function changeEndpoint(id: string, fields: Partial<EndpointSetting>): Promise<boolean> {
  const kept = endpointsKept();
  const at = kept.findIndex((one) => one?.id === id);
  if (at !== -1) await write(kept.with(at, { ...kept[at], ...fields }));
  return at !== -1;
}

export async function dropEndpoint(id: string): Promise<void> {
  await write(endpointsKept().filter((one) => one?.id !== id));
}

export async function saveSelectedModel(model: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('rivulet').update('model', model, vscode.ConfigurationTarget.Global);
}

export function freeId({ endpoints }: Settings, wanted: string): string {
  const taken = (id: string): boolean => id === 'demo' || endpoints.some((endpoint) => endpoint.id === id);
  let id = wanted;
  for (let next = 2; taken(id); next++) id = `${wanted}-${next}`;
  return id;
}

/** The endpoint at this address, with or without a version at the end. */
export function endpointAt({ endpoints }: Settings, baseURL: string): EndpointSetting | undefined {
  const plain = (address: string): string => address.toLowerCase().replace(/\/(?:v\d+\w*|beta)$/, '');
  return (
    endpoints.find((endpoint) => endpoint.baseURL === baseURL) ?? endpoints.find((endpoint) => plain(endpoint.baseURL) === plain(baseURL))
  );
}

/** The entries as they are in the file: invalid ones must not be lost. */
function endpointsKept(): readonly ({ readonly id?: unknown } | null)[] {
  const kept = vscode.workspace.getConfiguration('rivulet').inspect<unknown>('endpoints')?.globalValue;
  return Array.isArray(kept) ? kept : [];
}

async function write(endpoints: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration('rivulet').update('endpoints', endpoints, vscode.ConfigurationTarget.Global);
}
