/** The settings as they are now: read again when they change, and complained about once for each mistake. */
import * as vscode from 'vscode';
import { readSettings, type Settings } from './settings.ts';
import * as notify from '../ui/notify.ts';

export class LiveSettings {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #log: vscode.LogOutputChannel;
  #settings: Settings;
  #complained: ReadonlySet<string> = new Set();

  readonly onChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#settings = readSettings();
    this.#complain();
    this.#subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('rivulet')) return;
      this.#settings = readSettings();
      this.#complain();
      this.#changed.fire();
    });
  }

  now(): Settings {
    return this.#settings;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #complain(): void {
    const { problems } = this.#settings;
    const openSettings = vscode.l10n.t('Open Settings');
    for (const problem of problems) {
      if (this.#complained.has(problem)) continue;
      this.#log.warn(problem);
      void notify.warning(problem, openSettings).then((answer) => {
        if (answer === openSettings) void vscode.commands.executeCommand('workbench.action.openSettings', 'rivulet');
      });
    }
    this.#complained = new Set(problems);
  }
}
