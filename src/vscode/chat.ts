/** The chat: which conversation is open, and what a person's acts in the panel lead to. */
import * as vscode from 'vscode';
import type { Message } from '../api.ts';
import { type Answer, Conversation, type Entry } from '../core/chat/conversation.ts';
import { PageFrames, type Presenter } from '../core/chat/frames.ts';
import type { ActionCommand, FromPage, ToPage } from '../core/chat/protocol.ts';
import { systemClock } from '../core/engine/clock.ts';
import type { LiveStream } from '../core/engine/job.ts';
import { insertText } from './insertText.ts';
import type { PageLink } from './panel.ts';
import { statusOf } from './sentences.ts';

export interface ChatPorts {
  readonly begin: (model: string, messages: readonly Message[], partial: string) => Promise<LiveStream>;
  /** The selected model's id, and any model's label. */
  readonly model: () => string;
  readonly label: (model: string) => string;
  /** Inserts an answer at the cursor of the active editor, also while it is written. */
  readonly insert: (answer: Answer) => Promise<unknown>;
}

export class Chat {
  readonly #ports: ChatPorts;
  #conversation: Conversation;
  #frames: PageFrames | undefined;
  #post: ((message: ToPage) => void) | undefined;
  #ready = false;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#conversation = this.#newConversation();
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** Streams of the conversation that was open go on; they can be stopped from the status bar. */
  startNew(): void {
    this.#conversation = this.#newConversation();
    if (this.#post !== undefined) this.#show(this.#post);
    if (this.#ready) this.#frames?.ready();
  }

  async ask(text: string): Promise<Answer | undefined> {
    if (text.trim() === '') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Type a question first; an empty one is not sent.'));
      return undefined;
    }
    return this.#conversation.ask(text, this.#ports.model());
  }

  /** Shows an answer that was begun elsewhere. */
  async adopt(question: string, stream: LiveStream): Promise<void> {
    await this.#conversation.adopt(question, stream);
  }

  /** The newest answer, for commands that name none. */
  newestAnswer(): Answer | undefined {
    return this.#conversation.entries.findLast((entry): entry is Answer => entry.role === 'assistant');
  }

  modelChanged(): void {
    this.#frames?.modelChanged();
  }

  /** A page has been made; it is told everything once it says that it is ready. */
  connect(post: (message: ToPage) => void): PageLink {
    this.#post = post;
    this.#ready = false;
    this.#show(post);
    return {
      receive: (message) => this.#receive(message),
      setVisible: (visible) => this.#frames?.setVisible(visible),
      closed: () => {
        this.#frames?.dispose();
        this.#frames = undefined;
        this.#post = undefined;
        this.#ready = false;
      },
    };
  }

  #show(post: (message: ToPage) => void): void {
    this.#frames?.dispose();
    this.#frames = new PageFrames(this.#conversation, { post, clock: systemClock, present: this.#presenter() });
  }

  #newConversation(): Conversation {
    return new Conversation(crypto.randomUUID(), this.#ports.begin, () => crypto.randomUUID());
  }

  #presenter(): Presenter {
    const { label, model } = this.#ports;
    return {
      author: (entry: Entry) => (entry.role === 'user' ? vscode.l10n.t('You') : label(entry.model)),
      status: (answer, wait) => statusOf(answer, label(answer.model), wait),
      model: () => ({ id: model(), label: label(model()) }),
    };
  }

  #receive(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#frames?.ready();
        return;
      case 'drawn':
        this.#frames?.drawn(message.frame);
        return;
      case 'lost':
        this.#frames?.lost(message.message, message.part, message.have);
        return;
      case 'send':
        void this.ask(message.text);
        return;
      case 'stop':
        this.#conversation.stop(message.message);
        return;
      case 'regenerate':
        void this.#conversation.regenerate(message.message, this.#ports.model());
        return;
      case 'action':
        void this.#act(message.command, message.message);
        return;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        return;
      case 'insert': {
        const answer = this.#conversation.entries.find((entry) => entry.id === message.message);
        if (answer?.role === 'assistant') void this.#ports.insert(answer);
        return;
      }
      case 'code':
        void useCode(message.use, message.language, message.code);
        return;
      case 'open':
        void open(message.href);
        return;
      case 'selectModel':
        void vscode.commands.executeCommand('rivulet.selectModel');
        return;
      case 'newChat':
        this.startNew();
        return;
      default:
        message satisfies never;
    }
  }

  async #act(command: ActionCommand, id: string): Promise<void> {
    switch (command) {
      case 'setApiKey': {
        const answer = this.#conversation.entries.find((entry) => entry.id === id);
        const endpoint = answer?.role === 'assistant' ? answer.model.split('/')[0] : undefined;
        await vscode.commands.executeCommand('rivulet.setApiKey', endpoint);
        return;
      }
      case 'selectModel':
        await vscode.commands.executeCommand('rivulet.selectModel');
        return;
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'rivulet.endpoints');
        return;
      case 'showLog':
        await vscode.commands.executeCommand('rivulet.showLog');
        return;
      case 'resume':
        await this.#conversation.resume(id);
        return;
      case 'regenerate':
        await this.#conversation.regenerate(id, this.#ports.model());
        return;
      case 'stop':
        this.#conversation.stop(id);
        return;
      default:
        command satisfies never;
    }
  }
}

async function useCode(use: Extract<FromPage, { type: 'code' }>['use'], language: string, code: string): Promise<void> {
  switch (use) {
    case 'copy':
      await vscode.env.clipboard.writeText(code);
      return;
    case 'newFile': {
      const known = (await vscode.languages.getLanguages()).includes(language);
      const document = await vscode.workspace.openTextDocument({ content: code, ...(known ? { language } : {}) });
      await vscode.window.showTextDocument(document);
      return;
    }
    case 'insert':
    case 'applyToSelection': {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a file first: the code goes to its cursor.'));
        return;
      }
      await insertText(editor, code, use === 'insert' ? editor.selection.active : editor.selection);
      return;
    }
    default:
      use satisfies never;
  }
}

/** The page asks for what a model has written, so only what a browser may open is opened. */
async function open(href: string): Promise<void> {
  let uri: vscode.Uri;
  try {
    uri = vscode.Uri.parse(href, true);
  } catch {
    return;
  }
  if (['http', 'https', 'mailto'].includes(uri.scheme)) await vscode.env.openExternal(uri);
}
