/** The usage page in an editor tab: usage by day, model and workspace, with export and deletion. */
import * as vscode from 'vscode';
import { dayOf, exported } from '../../core/usage/ledger.ts';
import { type FromUsagePage, readUsageMessage } from '../../core/usage/pageMessages.ts';
import { type ToUsagePage, type UsageFilter, usageStrings } from '../../core/usage/protocol.ts';
import { usageView, type ViewWords } from '../../core/usage/view.ts';
import { translated } from '../ui/translated.ts';
import { documentOf, pageRoot, tabIcon } from '../ui/webviewHtml.ts';
import { moneyText } from '../ui/sentences/money.ts';
import type { Endpoints } from '../models/endpoints.ts';
import type { UsageStore } from './usageStore.ts';
import * as notify from '../ui/notify.ts';
import { pickTarget } from '../ui/pick.ts';

export interface UsagePanelPorts {
  readonly extensionUri: vscode.Uri;
  readonly store: UsageStore;
  readonly endpoints: Endpoints;
}

export class UsagePanel {
  readonly #ports: UsagePanelPorts;
  #panel: vscode.WebviewPanel | undefined;
  #filter: UsageFilter = { days: 30, measure: 'tokens', model: '', workspace: '' };

  constructor(ports: UsagePanelPorts) {
    this.#ports = ports;
  }

  show(): void {
    if (this.#panel !== undefined) return this.#panel.reveal();
    const title = vscode.l10n.t('Rivulet: Usage');
    const panel = vscode.window.createWebviewPanel('rivulet.usage', title, vscode.ViewColumn.Active, {
      retainContextWhenHidden: true,
      enableFindWidget: true,
    });
    const root = pageRoot(this.#ports.extensionUri);
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.iconPath = tabIcon(this.#ports.extensionUri);
    const listening = this.#ports.store.onChange(() => void this.#draw());
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const read = readUsageMessage(message);
      if (read !== undefined) void this.#hear(read);
    });
    panel.onDidDispose(() => {
      listening.dispose();
      this.#panel = undefined;
    });
    this.#panel = panel;
    panel.webview.html = documentOf(panel.webview, root, { page: 'usage', title, boot: translated(usageStrings) });
  }

  /** @param to if omitted, the user is asked */
  async export(format: 'csv' | 'json', to?: vscode.Uri): Promise<vscode.Uri | undefined> {
    const rows = await this.#ports.store.all();
    const target = to ?? (await pickTarget(`rivulet-usage.${format}`, { filters: { [format.toUpperCase()]: [format] } }));
    if (target === undefined) return undefined;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(await exported(rows, format)));
    if (to === undefined) await vscode.window.showTextDocument(target);
    return target;
  }

  async #hear(message: FromUsagePage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#draw();
      case 'filter':
        this.#filter = message.filter;
        return this.#draw();
      case 'export':
        await this.export(message.format);
        return;
      case 'delete':
        return this.#delete();
      default:
        message satisfies never;
    }
  }

  async #delete(): Promise<void> {
    const { t } = vscode.l10n;
    const remove = t('Delete');
    const detail = t("The usage data of all workspaces will be deleted from this computer. You can't undo this.");
    if ((await notify.ask(t('Delete all usage data?'), detail, remove)) === remove) await this.#ports.store.delete();
  }

  async #draw(): Promise<void> {
    const { store, endpoints } = this.#ports;
    const rows = await store.all();
    // Uses the current filter: it may have changed meanwhile.
    const view = await usageView(
      rows,
      this.#filter,
      dayOf(Date.now()),
      words((model) => endpoints.label(model)),
    );
    void this.#panel?.webview.postMessage({ type: 'usage', view } satisfies ToUsagePage);
  }
}

function words(label: (model: string) => string): ViewWords {
  const { t } = vscode.l10n;
  // Made once: a table has thousands of numbers.
  const number = new Intl.NumberFormat(vscode.env.language);
  const day = new Intl.DateTimeFormat(vscode.env.language, { month: 'short', day: 'numeric' });
  return {
    number: (value) => number.format(value),
    cost: moneyText,
    day: (date) => day.format(new Date(`${date}T12:00:00`)),
    label,
    noWorkspace: t('no folder'),
    head: [
      t('Day'),
      t('Model'),
      t('Workspace'),
      t('Answers'),
      t('Prompt'),
      t('Cached part'),
      t('Answer'),
      t('Reasoning part'),
      t('Paid again'),
      t('Cost'),
    ],
    total: t('Total'),
    more: (rows) => t('Smaller rows: {0}', number.format(rows)),
  };
}
