/** Translates a table of English sentences into the language of the window. */
import * as vscode from 'vscode';

export function translated<T extends Readonly<Record<string, string>>>(sentences: T): { readonly [name in keyof T]: string } {
  const all = Object.entries(sentences).map(([name, sentence]) => [name, vscode.l10n.t(sentence)]);
  return Object.fromEntries(all) as { readonly [name in keyof T]: string };
}
