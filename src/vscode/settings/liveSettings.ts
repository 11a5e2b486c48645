/** The current settings. Each problem with them is shown once. */
import * as vscode from 'vscode';
import { readSettings, type Settings } from '../../core/settings/settings.ts';
import * as notify from '../ui/notify.ts';
import { settingSentence } from '../ui/sentences/settingSentences.ts';

export class LiveSettings {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly #log: vscode.LogOutputChannel;
  #settings: Settings;
  /** Sentences that were shown already. */
  #shown: ReadonlySet<string> = new Set();

  readonly onChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#settings = read();
    this.#showProblems();
    this.#subscription = vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('rivulet')) return;
      this.#settings = read();
      this.#showProblems();
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

  #showProblems(): void {
    const sentences = this.#settings.problems.map(settingSentence);
    const openSettings = vscode.l10n.t('Open Settings');
    for (const sentence of sentences) {
      if (this.#shown.has(sentence)) continue;
      this.#log.warn(sentence);
      void notify.warning(sentence, openSettings).then((answer) => {
        if (answer === openSettings) void vscode.commands.executeCommand('workbench.action.openSettings', 'rivulet');
      });
    }
    this.#shown = new Set(sentences);
  }
}

function read(): Settings {
  const config = vscode.workspace.getConfiguration('rivulet');
  return readSettings((key) => config.get<unknown>(key));
}
