/** The model picker: pinned and recent models first, with their facts, and a filter by required capabilities. */
import * as vscode from 'vscode';
import { type ModelGroup, type ModelNeed, type ModelRow, modelRows } from '../../core/models/modelRows.ts';
import { demoModel } from '../../core/provider/demo/plan.ts';
import { factLine, factRows } from '../ui/sentences/factSentences.ts';
import { joined } from '../ui/sentences/joined.ts';
import { LivePick, pick, type PickItem } from '../ui/pick.ts';
import { errorSentence } from '../ui/sentences/failureSentences.ts';
import { demoLabel, type Endpoints, type LocalServer } from './endpoints.ts';
import type { KnownModels } from './knownModels.ts';
import { keepEndpoint, saveSelectedModel } from './endpointList.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { StoredList } from '../settings/storedList.ts';

export interface SelectModelPorts {
  readonly endpoints: Endpoints;
  readonly known: KnownModels;
  readonly settings: LiveSettings;
  readonly pinned: StoredList;
  /** The models selected last, newest first. */
  readonly recent: StoredList;
}

interface ModelItem extends PickItem {
  /** `"<endpoint id>/<model>"`. */
  readonly id?: string;
  /** Set if the model's server is not in the settings yet. */
  readonly server?: LocalServer;
  /** The action of a row that is not a model. */
  readonly run?: () => unknown;
}

/** Facts arrive in many pieces; rows are rebuilt at most this often. In ms. */
const refreshMs = 150;
export const modelNeeds: readonly ModelNeed[] = ['vision', 'tools', 'thinking'];

/** @param wanted shows only models known to have all of these capabilities */
export async function selectModel(ports: SelectModelPorts, wanted: readonly ModelNeed[] = []): Promise<void> {
  const dialog = new ModelDialog(ports, wanted);
  const item = await dialog.chosen();
  dialog.dispose();
  if (item?.run !== undefined) await item.run();
  if (item?.id === undefined) return;
  if (item.server !== undefined) {
    const { id, name, baseURL } = item.server;
    await keepEndpoint({ id, name, baseURL });
  }
  await ports.recent.put(item.id);
  await saveSelectedModel(item.id);
  const found = await ports.endpoints.find(item.id);
  if ('type' in found) ports.known.chosen(found.endpoint, found.model);
}

class ModelDialog {
  readonly #ports: SelectModelPorts;
  readonly #pick: LivePick<ModelItem>;
  readonly #subscription: vscode.Disposable;
  readonly #buttons = {
    pin: { iconPath: new vscode.ThemeIcon('pin'), tooltip: vscode.l10n.t('Pin') },
    unpin: { iconPath: new vscode.ThemeIcon('pinned'), tooltip: vscode.l10n.t('Unpin') },
    facts: { iconPath: new vscode.ThemeIcon('info'), tooltip: vscode.l10n.t('What is known about this model') },
  };
  #groups: readonly ModelGroup[];
  #servers: readonly LocalServer[] = [];
  #needs: readonly ModelNeed[];
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: SelectModelPorts, wanted: readonly ModelNeed[]) {
    const { endpoints, known } = ports;
    this.#ports = ports;
    this.#needs = wanted;
    this.#pick = new LivePick<ModelItem>({ title: vscode.l10n.t('Select Model'), placeHolder: vscode.l10n.t('Looking for models…') });
    this.#pick.busy = true;
    this.#subscription = known.onChange(() => this.#soon());
    const lists = endpoints.lists('all');
    const named = new Set(ports.settings.now().endpoints.map(({ id }) => id));
    const demo: ModelGroup = { id: 'demo', name: demoLabel(), list: { type: 'models', models: [demoModel] } };
    this.#groups = [...lists.map(({ id, name }): ModelGroup => ({ id, name, list: { type: 'asking' } })), demo];
    // A slow server delays only its own rows.
    const asked = lists.map(async ({ id, list }) => {
      const told = await list;
      this.#groups = this.#groups.map((group) => (group.id === id ? { ...group, list: told } : group));
      // No setting names VS Code's models, so their absence is not reported.
      const isBare = told.type === 'models' && told.models.length === 0 && !named.has(id);
      if (isBare) this.#groups = this.#groups.filter((group) => group.id !== id);
      this.#show();
    });
    const found = endpoints.discover().then((servers) => {
      this.#servers = servers;
      this.#show();
    });
    void Promise.all([...asked, found]).then(() => (this.#pick.busy = false));
    endpoints.refreshFacts();
    this.#pick.onButton((item, button) => void this.#pressed(item, button));
    this.#pick.filters(
      modelNeeds.map((need) => ({ ...filterButton(need), isOn: wanted.includes(need) })),
      (index, isOn) => {
        const need = modelNeeds[index]!;
        this.#needs = isOn ? [...this.#needs, need] : this.#needs.filter((other) => other !== need);
        this.#show();
      },
    );
    this.#show();
    this.#pick.placeholder = vscode.l10n.t('Model to use');
    this.#pick.show();
  }

  chosen(): Promise<ModelItem | undefined> {
    return this.#pick.chosen();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#pick.dispose();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, refreshMs);
  }

  #show(): void {
    const { endpoints, pinned, recent } = this.#ports;
    const groups = [
      ...this.#groups,
      ...this.#servers.map(({ id, name, models: listed }): ModelGroup => ({ id, name, list: { type: 'models', models: listed } })),
    ];
    const rows = modelRows({
      groups,
      pinned: pinned.names,
      recent: recent.names,
      needs: this.#needs,
      factsOf: (id) => endpoints.factsOf(id).facts,
    });
    const add: ModelItem = {
      icon: 'add',
      label: vscode.l10n.t('Add Endpoint…'),
      alwaysShow: true,
      run: () => vscode.commands.executeCommand('rivulet.addEndpoint'),
    };
    this.#pick.items = [...rows.map((row) => this.#item(row)), add];
  }

  #item(row: ModelRow): ModelItem {
    const { t } = vscode.l10n;
    switch (row.type) {
      case 'heading':
        if (row.of === 'endpoint') return { label: row.group.name, separator: true };
        return { label: row.of === 'pinned' ? t('Pinned') : t('Recent'), separator: true };
      case 'model':
        return this.#modelItem(row);
      case 'asking':
        return { label: t('Asking for its models…'), icon: 'loading~spin', run: () => undefined };
      case 'empty':
        return { label: t('It lists no models.'), run: () => undefined };
      case 'failed':
        return this.#failedItem(row.group);
      case 'hidden':
        return { label: hiddenText(row), icon: 'filter', alwaysShow: true, run: () => undefined };
      default:
        return row satisfies never;
    }
  }

  #modelItem({ group, model, facts, isPinned }: Extract<ModelRow, { type: 'model' }>): ModelItem {
    const { t } = vscode.l10n;
    const id = `${group.id}/${model}`;
    const server = this.#servers.find((one) => one.id === group.id);
    const isDemo = group.id === 'demo';
    const where = server === undefined ? group.name : t('{0}, found at {1}', server.name, server.baseURL);
    return {
      id,
      label: isDemo ? demoLabel() : model,
      description: isDemo ? '' : [where, factLine(facts)].filter((text) => text !== '').join(' · '),
      ...(facts.loaded === true ? { icon: 'circle-filled' } : {}),
      ...(id === this.#ports.settings.now().model ? { detail: t('in use') } : {}),
      ...(server === undefined ? {} : { server }),
      buttons: isDemo
        ? []
        : [...(Object.keys(facts).length === 0 ? [] : [this.#buttons.facts]), isPinned ? this.#buttons.unpin : this.#buttons.pin],
    };
  }

  #failedItem({ id, name, list }: ModelGroup): ModelItem {
    if (list.type !== 'failed') return { label: name };
    const { text, fix } = errorSentence(list.failure, { server: name, model: '' });
    const command = fix === 'setApiKey' ? 'rivulet.setApiKey' : 'rivulet.editEndpoint';
    const run = (): unknown => vscode.commands.executeCommand(command, id);
    return { label: text, icon: 'warning', run };
  }

  async #pressed(item: ModelItem, button: vscode.QuickInputButton): Promise<void> {
    if (item.id === undefined) return;
    if (button === this.#buttons.facts) return showFacts(this.#ports.endpoints, item.id);
    await this.#ports.pinned.toggle(item.id);
    this.#show();
  }
}

/** Shows each fact with its source; selects nothing. */
async function showFacts(endpoints: Endpoints, id: string): Promise<void> {
  const rows = factRows(endpoints.factsOf(id)).map(([name, value, source]) => ({ label: name, description: value, detail: source }));
  await pick(rows, { title: endpoints.label(id), placeHolder: vscode.l10n.t('What is known about this model') });
}

function hiddenText({ lack, unknown }: Extract<ModelRow, { type: 'hidden' }>): string {
  const { t } = vscode.l10n;
  const sentences = [
    ...(lack === 0 ? [] : [t('Not shown: {0} that cannot.', lack)]),
    ...(unknown === 0 ? [] : [t('Not shown: {0} whose servers do not say.', unknown)]),
  ];
  return sentences.length === 0 ? '' : joined(sentences);
}

function filterButton(need: ModelNeed): { readonly icon: string; readonly tooltip: string } {
  const { t } = vscode.l10n;
  return {
    vision: { icon: 'eye', tooltip: t('Only models that see pictures') },
    tools: { icon: 'tools', tooltip: t('Only models that use tools') },
    thinking: { icon: 'lightbulb', tooltip: t('Only models that think') },
  }[need];
}
