/** Creates the usage feature: the counts on disk, the budgets, the status bar item and the usage page. */
import * as vscode from 'vscode';
import type { Feature } from '../feature.ts';
import type { Endpoints } from '../models/endpoints.ts';
import type { KnownModels } from '../models/knownModels.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { aUri, oneOf, options } from '../ui/arguments.ts';
import { BudgetGuard } from './budgetGuard.ts';
import { StatusBar } from './statusBar.ts';
import { UsagePanel } from './usagePanel.ts';
import { UsageStore } from './usageStore.ts';

/** The counts and the budgets, which every request is checked against. */
export function createCounts({ globalStorageUri }: vscode.ExtensionContext, settings: LiveSettings, runtime: Runtime, known: KnownModels) {
  const { engine, clock, log } = runtime;
  const folder = vscode.Uri.joinPath(globalStorageUri, 'usage').fsPath;
  const store = new UsageStore({ engine, folder, settings, known, clock, log });
  const budget = new BudgetGuard({ engine, store, settings, clock });
  return {
    store,
    budget,
    dispose: (): void => {
      budget.dispose();
      store.dispose();
    },
  };
}

/** The status bar item and the usage page. */
export function createUsage(
  { extensionUri }: vscode.ExtensionContext,
  settings: LiveSettings,
  { engine, clock }: Runtime,
  store: UsageStore,
  endpoints: Endpoints,
): Feature & { readonly seen: () => void } {
  const statusBar = new StatusBar({ engine, clock, settings, endpoints, store });
  const panel = new UsagePanel({ extensionUri, store, endpoints });
  const listening = [store.onChange(() => statusBar.refresh()), settings.onChange(() => statusBar.refresh())];
  return {
    seen: () => statusBar.seen(),
    commands: { showUsage: (given) => showUsage(panel, given) },
    dispose: () => vscode.Disposable.from(...listening, statusBar).dispose(),
  };
}

/** @param given `{ export: 'csv' | 'json', to: Uri }` writes the counts there and shows nothing */
function showUsage(panel: UsagePanel, given: unknown): unknown {
  const { export: format, to } = options(given, { export: oneOf(['csv', 'json']), to: aUri });
  return format === undefined || to === undefined ? panel.show() : panel.export(format, to);
}
