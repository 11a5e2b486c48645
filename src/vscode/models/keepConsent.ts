/**
 * After a break, asks once per server whether it may keep answers: the vendor then stores them for a while, which the user
 * decides.
 */
import * as vscode from 'vscode';
import type { Engine } from '../../core/answer/engine.ts';
import { isThisMachine } from '../../core/provider/baseURL.ts';
import { canRejoin } from '../../core/provider/protocols.ts';
import type { EndpointSetting } from '../../core/settings/endpointSettings.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { StoredList } from '../settings/storedList.ts';
import type { KeptEndpoint } from './endpointList.ts';

const memoryKey = 'rivulet.askedToKeep';

export interface KeepConsentPorts {
  readonly engine: Pick<Engine, 'onEnd'>;
  readonly settings: Pick<LiveSettings, 'now'>;
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  /** Resolves to the button that the user chose. */
  readonly ask: (question: string, ...buttons: readonly string[]) => Promise<string | undefined>;
  /** Saves the choice in the settings. */
  readonly keep: (endpoint: KeptEndpoint) => Promise<void>;
}

/** Whether the endpoint's server may keep answers: the user's choice, otherwise only if it runs on this machine. */
export function mayKeep({ resumable, baseURL }: Pick<EndpointSetting, 'resumable' | 'baseURL'>): boolean {
  return resumable ?? isThisMachine(baseURL);
}

export function askToKeep(ports: KeepConsentPorts): { dispose(): void } {
  const { engine, settings } = ports;
  const asked = new StoredList(ports.memory, memoryKey);
  return engine.onEnd(({ job: { endpoint }, resumes }, end) => {
    const { api = 'chat', id } = endpoint;
    const broke = resumes > 0 || (end.reason === 'truncated' && (end.error === undefined || end.error.kind === 'connection'));
    // Of chat completions servers, only those on this machine keep answers, which needs no consent.
    if (!broke || api === 'chat' || !canRejoin(endpoint)) return;
    const setting = settings.now().endpoints.find((one) => one.id === id);
    if (setting === undefined || setting.resumable !== undefined || mayKeep(setting) || asked.has(id)) return;
    void asked.put(id);
    void ask(ports, setting, api);
  });
}

async function ask(ports: KeepConsentPorts, { id, name, baseURL }: EndpointSetting, api: string): Promise<void> {
  const { t } = vscode.l10n;
  const yes = t('Keep Answers');
  const no = t('Do Not Keep');
  const why = t('An answer of {0} broke off. The server can keep answers while they are written.', name);
  const gain = t('The next answer that breaks off then continues where it stopped, and is paid for once.');
  const price =
    api === 'responses'
      ? t('{0} stores each answer for that, for up to 30 days.', name)
      : t('{0} stores each question and answer for that, for as long as its terms say.', name);
  const chosen = await ports.ask(`${why} ${gain} ${price}`, yes, no);
  if (chosen !== undefined) await ports.keep({ id, name, baseURL, resumable: chosen === yes });
}
