/** The status bar item: looks at the engine four times a second while something runs; nobody calls it. */
import * as vscode from 'vscode';
import type { Engine } from '../core/engine/engine.ts';
import type { LiveStream } from '../core/engine/job.ts';
import { tokens } from './sentences.ts';

const lookEveryMs = 250;

export interface StatusBarPorts {
  readonly engine: Engine;
  /** The selected model as people read it. */
  readonly model: () => string;
  readonly visible: () => boolean;
}

export class StatusBar {
  readonly #item = vscode.window.createStatusBarItem('rivulet.tokens', vscode.StatusBarAlignment.Right, 90);
  readonly #ports: StatusBarPorts;
  readonly #subscription: { dispose(): void };
  #timer: NodeJS.Timeout | undefined;
  /** The last ended stream, whose exact count stays readable until the next begins. */
  #last: LiveStream | undefined;

  constructor(ports: StatusBarPorts) {
    this.#ports = ports;
    this.#item.name = 'Rivulet';
    this.#subscription = ports.engine.onChange(() => this.refresh());
    this.refresh();
  }

  /** Draws what is so now; also called when a setting has changed. */
  refresh(): void {
    const { engine } = this.#ports;
    const newest = engine.running.at(-1);
    if (newest !== undefined) this.#last = newest;
    if (newest !== undefined) this.#timer ??= setInterval(() => this.#draw(), lookEveryMs);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#draw();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #draw(): void {
    const { engine, model, visible } = this.#ports;
    if (!visible()) {
      this.#item.hide();
      return;
    }
    const { running } = engine;
    const usage = this.#last?.usage();
    const count = usage === undefined ? '' : vscode.l10n.t('{0} tokens', tokens(usage.completion, usage));
    if (running.length > 0) {
      const others = running.length > 1 ? ` (${running.length})` : '';
      this.#item.text = `$(loading~spin) ${count}${others}`;
      this.#item.command = 'rivulet.stop';
      this.#item.tooltip = vscode.l10n.t('Rivulet: {0} is answering. Click to stop.', running.at(-1)?.model ?? '');
    } else {
      this.#item.text = `$(comment) ${count === '' ? model() : count}`;
      this.#item.command = 'rivulet.selectModel';
      this.#item.tooltip = vscode.l10n.t('Rivulet: {0}. Click to select a model.', model());
    }
    this.#item.show();
  }
}
