/** Markdown for VS Code's interface, composed of our Markdown and of external text, which stays plain. */
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
    // VS Code's appendText makes every space a no-break one, so that no line can be wrapped or searched, and leaves entities.
    return this.ours(
      withoutAutolinks(inert(text))
        .replaceAll('&', '&amp;')
        .replaceAll(/[\\`*_{}[\]()#+\-.!~<>|=]/g, '\\$&')
        .replaceAll(/\r\n?|\n/g, '\n\n'),
    );
  }
}
