/** Answers that go into the editor: asks for the prompt, starts the stream, and lets the text land at the cursor. */
import * as vscode from 'vscode';
import type { EndReason, Message } from '../api.ts';
import type { Answer } from '../core/chat/conversation.ts';
import type { LiveStream } from '../core/engine/stream.ts';
import type { Answers } from './answers.ts';
import type { InsertOptions, Result } from './commands.ts';
import type { Settings } from './settings.ts';

export interface InserterPorts {
  readonly answers: Answers;
  readonly settings: () => Settings;
}

/** At most one edit in this time: an edit is a round trip to the window of about 20 ms. */
const editEveryMs = 50;

export class Inserter {
  readonly #ports: InserterPorts;

  constructor(ports: InserterPorts) {
    this.#ports = ports;
  }

  dispose(): void {}

  async insertAtCursor({ prompt, model }: InsertOptions = {}): Promise<Result | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: the answer goes to its cursor.'));
      return undefined;
    }
    const asked =
      prompt ??
      (await vscode.window.showInputBox({
        title: vscode.l10n.t('Insert Answer at Cursor'),
        placeHolder: vscode.l10n.t('What should be written here?'),
      }));
    if (asked === undefined) return undefined;
    if (asked.trim() === '') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Type a question first; an empty one is not sent.'));
      return undefined;
    }
    const messages: Message[] = [{ role: 'user', content: asked }];
    const stream = await this.#ports.answers.begin({
      messages: this.#ports.answers.withSystemPrompt(messages),
      ...(model === undefined ? {} : { model }),
    });
    return this.#land(editor, stream);
  }

  async insertAnswer(answer: Answer): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: the answer goes to its cursor.'));
      return;
    }
    if (answer.being.state === 'live') await this.#land(editor, answer.being.stream);
    else await editor.edit((edit) => edit.insert(editor.selection.active, answer.being.state === 'settled' ? answer.being.text : ''));
  }

  async #land(editor: vscode.TextEditor, stream: LiveStream): Promise<Result> {
    const reader = stream.tape.read({ pacing: true });
    let at = editor.selection.active;
    let first = true;
    let end: EndReason = 'error';
    while (!reader.finished) {
      await reader.more();
      let text = '';
      for (const event of reader.take()) {
        if (event.type === 'text') text += event.text;
        if (event.type === 'end') end = event.reason;
      }
      if (text === '') continue;
      const target = at;
      await editor.edit((edit) => edit.insert(target, text), { undoStopBefore: first, undoStopAfter: false });
      first = false;
      at = editor.document.positionAt(editor.document.offsetAt(target) + text.length);
      await new Promise((resolve) => setTimeout(resolve, editEveryMs));
    }
    return { text: stream.text, end, usage: stream.usage() };
  }
}
