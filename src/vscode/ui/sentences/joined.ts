/** Joins complete sentences, with a space if the language uses one. */
import * as vscode from 'vscode';

export function joined(sentences: readonly string[]): string {
  return sentences.reduce((before, sentence) => vscode.l10n.t('{0} {1}', before, sentence));
}
