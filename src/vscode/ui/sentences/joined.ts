/** Whole sentences one after the other: with a blank between them where the language has one. */
import * as vscode from 'vscode';

export function joined(sentences: readonly string[]): string {
  return sentences.reduce((before, sentence) => vscode.l10n.t('{0} {1}', before, sentence));
}
