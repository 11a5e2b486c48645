/** A status bar item: our code names its icons, and its words are plain text. */
import * as vscode from 'vscode';
import { plainText } from './plainText.ts';
import type { SafeMarkdown } from './safeMarkdown.ts';

/** Text, or the name of an icon. */
export type StatusPart = string | { readonly icon: string };

export interface StatusItemOptions {
  readonly id: string;
  /** Name in the menu that hides items. */
  readonly name: string;
  /** Run by a click. */
  readonly command: string;
  readonly priority: number;
  /** `status`: a screen reader speaks whenever the text changes. Default `button`. */
  readonly role?: 'button' | 'status';
}

export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #role: 'button' | 'status';

  constructor({ id, name, command, priority, role = 'button' }: StatusItemOptions) {
    this.#role = role;
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority);
    this.#item.name = name;
    this.#item.command = command;
  }

  show(parts: readonly StatusPart[], background?: vscode.ThemeColor): void {
    this.#item.text = parts.map((part) => (typeof part === 'string' ? plainText(part) : `$(${part.icon})`)).join(' ');
    this.#item.backgroundColor = background;
    this.#item.show();
  }

  hide(): void {
    this.#item.hide();
  }

  set tooltip(tooltip: string | SafeMarkdown) {
    this.#item.tooltip = typeof tooltip === 'string' ? plainText(tooltip) : tooltip.value;
  }

  /** Replaces the text for screen readers. */
  set spoken(label: string) {
    this.#item.accessibilityInformation = { label: plainText(label), role: this.#role };
  }

  dispose(): void {
    this.#item.dispose();
  }
}
