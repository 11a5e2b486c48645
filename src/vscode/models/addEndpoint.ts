/** The box that connects a server from an address, a key, an example, another client's settings, or a vendor's name. */
import * as vscode from 'vscode';
import { type PastedServer, serversInText } from '../../core/connect/pasted.ts';
import { present } from '../../core/present.ts';
import { type Preset, presets } from '../../core/provider/catalog.ts';
import { environmentKey } from '../settings/apiKeys.ts';
import * as notify from '../ui/notify.ts';
import { LivePick, type PickItem } from '../ui/pick.ts';
import { chooseServer, connectServer, type ConnectOutcome, type ConnectPorts, hostName, idOf, keyHint } from './connect.ts';
import { askAddress } from './connectQuestions.ts';
import { freeId, keepEndpoint, saveSelectedModel } from './endpointList.ts';

interface BoxItem extends PickItem {
  readonly preset?: Preset;
  readonly found?: readonly PastedServer[];
  readonly other?: true;
}

/** Shows the box and connects the choice. Resolves to whether a server was connected. */
export async function addEndpoint(ports: ConnectPorts): Promise<boolean> {
  const chosen = await askBox();
  if (chosen === undefined) return false;
  const { preset, found, other } = chosen;
  let pasted: PastedServer | undefined = found === undefined ? { models: [] } : await chooseServer(found);
  if (other === true) {
    const baseURL = await askAddress(undefined);
    pasted = baseURL === undefined ? undefined : { models: [], baseURL };
  }
  for (; pasted !== undefined;) {
    const outcome = await connectServer(ports, pasted, preset);
    if (outcome.type === 'connected') await vscode.commands.executeCommand('rivulet.openChat');
    if (outcome.type !== 'failed') return tellConnected(outcome, pasted.key);
    pasted = await retried(ports, pasted, outcome);
  }
  return false;
}

/**
 * Connects the server described by a text pasted into the page, which shows a failure. Undefined if nothing was recognized.
 */
export async function connectText(ports: ConnectPorts, text: string): Promise<ConnectOutcome | undefined> {
  const found = serversInText(text);
  if (found.length === 0) return undefined;
  const pasted = await chooseServer(found);
  if (pasted === undefined) return { type: 'cancelled' };
  const outcome = await connectServer(ports, pasted);
  if (outcome.type === 'connected') void tellConnected(outcome, pasted.key);
  return outcome;
}

async function askBox(): Promise<BoxItem | undefined> {
  const { t } = vscode.l10n;
  const box = new LivePick<BoxItem>({
    title: t('Add Endpoint'),
    placeHolder: t('Paste an address, a key, or an example request, or choose a service'),
    ignoreFocusOut: true,
  });
  const known = vendors();
  box.items = known;
  let before = '';
  box.onValue((text) => {
    const isPasted = text.length > before.length + 8;
    before = text;
    const show = (whole: string): void => {
      const found = serversInText(whole);
      box.items = found.length === 0 ? known : [foundItem(found), ...known];
    };
    show(text);
    if (!isPasted) return;
    // A box of one line drops pasted line breaks; the clipboard still has them.
    void vscode.env.clipboard.readText().then((copied) => {
      if (before === text && copied.replaceAll(/[\r\n]+/g, '') === text.replaceAll(/[\r\n]+/g, '')) show(copied);
    }, browserMayRefuse);
  });
  box.show();
  const item = await box.chosen();
  box.dispose();
  return item;
}

/** Access to the clipboard. */
function browserMayRefuse(): void {}

function foundItem(found: readonly PastedServer[]): BoxItem {
  const { t } = vscode.l10n;
  const [first, ...others] = found;
  const { baseURL, key, preset, models } = first!;
  const host = baseURL === undefined ? presets.find(({ id }) => id === preset)?.name : hostName(baseURL);
  return {
    icon: 'plug',
    label:
      others.length > 0
        ? t('Choose one of {0} servers in this text…', found.length)
        : host === undefined
          ? t('Connect with this key…')
          : t('Connect to {0}', host),
    description: [...(key === undefined ? [] : [keyHint(key)]), ...models.slice(0, 2)].join(' · '),
    alwaysShow: true,
    found,
  };
}

/** Well-known services; those with a key in the environment first. */
function vendors(): readonly BoxItem[] {
  const { t } = vscode.l10n;
  const item = (preset: Preset): BoxItem => {
    const found = environmentKey(preset.id, preset.baseURL);
    return {
      label: preset.name,
      description: [...(preset.also === undefined ? [] : [preset.also]), preset.baseURL].join(' · '),
      ...(found === undefined ? {} : { detail: t('The key in {0} is used.', found.variable) }),
      preset,
    };
  };
  const group = (label: string, kind: Preset['kind']): BoxItem[] => [
    { label, separator: true },
    ...presets
      .filter((preset) => preset.kind === kind)
      .map(item)
      .sort((a, b) => Number(b.detail !== undefined) - Number(a.detail !== undefined)),
  ];
  return [
    { icon: 'globe', label: t('Custom or relay…'), description: t('any OpenAI-compatible API'), other: true },
    ...group(t('Cloud'), 'cloud'),
    ...group(t('Gateways'), 'gateway'),
    ...group(t('On this machine'), 'local'),
  ];
}

async function retried(
  ports: ConnectPorts,
  pasted: PastedServer,
  failed: ConnectOutcome & { type: 'failed' },
): Promise<PastedServer | undefined> {
  const { t } = vscode.l10n;
  const again = t('Try Again');
  const change = t('Change Address');
  const anyway = t('Add Anyway');
  switch (await notify.error(failed.text, again, change, anyway)) {
    case again:
      return { ...pasted, baseURL: failed.baseURL };
    case change: {
      const baseURL = await askAddress(failed);
      return baseURL === undefined ? undefined : { ...pasted, baseURL };
    }
    case anyway:
      await keepUntested(ports, pasted, failed);
      return undefined;
    default:
      return undefined;
  }
}

/** Adds a server that does not run now; its models are listed once it runs. */
async function keepUntested(
  { settings, keys }: ConnectPorts,
  { key, models }: PastedServer,
  { name, baseURL }: ConnectOutcome & { type: 'failed' },
): Promise<void> {
  const preset = presets.find((one) => one.name === name);
  const id = freeId(settings.now(), idOf({ baseURL, ...present({ preset }) }));
  if (key !== undefined) await keys.set(id, baseURL, key);
  await keepEndpoint({ id, name, baseURL });
  if (models[0] !== undefined) await saveSelectedModel(`${id}/${models[0]}`);
}

async function tellConnected(outcome: ConnectOutcome, key: string | undefined): Promise<boolean> {
  if (outcome.type !== 'connected') return false;
  const { t } = vscode.l10n;
  const change = t('Change Model');
  const clear = t('Clear Clipboard');
  const copied = key === undefined ? '' : await vscode.env.clipboard.readText().then(undefined, () => '');
  const buttons = key !== undefined && copied.includes(key) ? [change, clear] : [change];
  void notify.information(outcome.text, ...buttons).then(async (answer) => {
    if (answer === change) await vscode.commands.executeCommand('rivulet.selectModel');
    if (answer === clear) await vscode.env.clipboard.writeText('');
  });
  return true;
}
