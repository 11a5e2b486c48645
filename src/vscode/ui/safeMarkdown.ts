/** Markdown for VS Code's own interface, made of our own Markdown and of text from outside, which stays text. */
import * as vscode from 'vscode';
import { inert, withoutAutolinks } from './plainText.ts';

export class SafeMarkdown {
  /** Not trusted, so that no link in it runs a command. */
  readonly value = new vscode.MarkdownString(undefined, true);

  /** @param markdown of ours, with nothing in it that came from outside */
  ours(markdown: string): this {
    this.value.appendMarkdown(markdown);
    return this;
  }

  icon(name: string): this {
    return this.ours(`$(${name}) `);
  }

  text(text: string): this {
    // appendText escapes all but entities.
    this.value.appendText(withoutAutolinks(inert(text)).replaceAll('&', '&amp;'));
    return this;
  }
}
