/** Warns once per server that receives a key over plain HTTP on a network, where others can read it. */
import * as vscode from 'vscode';
import { isReadableOnTheWay } from '../../core/provider/baseURL.ts';
import type { Endpoint } from '../../core/provider/provider.ts';
import { StoredList } from '../settings/storedList.ts';
import * as notify from '../ui/notify.ts';

export function plainHttpWarning(memory: vscode.Memento): (endpoint: Endpoint) => void {
  const warned = new StoredList(memory, 'rivulet.plainHttpWarned');
  return ({ name, baseURL, apiKey, headers = {} }) => {
    const sendsKey = apiKey !== undefined || Object.keys(headers).some((header) => /auth|key|token|secret|cookie/i.test(header));
    if (!sendsKey || !isReadableOnTheWay(baseURL)) return;
    const { origin } = new URL(baseURL);
    if (warned.has(origin)) return;
    void warned.put(origin);
    void warn(name, origin);
  };
}

async function warn(name: string, origin: string): Promise<void> {
  const { t } = vscode.l10n;
  const openSettings = t('Open Settings');
  const text = t(
    'The API key of {0} is sent to {1} over plain HTTP. Others on the network can read it. Use an https:// address if there is one.',
    name,
    origin,
  );
  if ((await notify.warning(text, openSettings)) !== openSettings) return;
  await vscode.commands.executeCommand('workbench.action.openSettings', 'rivulet.endpoints');
}
