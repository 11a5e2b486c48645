/** The chat in the primary or the secondary side bar. It reopens with the conversation that it showed last. */
import * as vscode from 'vscode';
import type { ToPage } from '../../../core/chat/page/protocol.ts';
import type { LiveSettings } from '../../settings/liveSettings.ts';
import type { SideBarConversation } from '../conversations/sideBarConversation.ts';
import { type ChatSurface, fillWebview, type PagePorts } from './surface.ts';

const viewIds = ['rivulet.chat', 'rivulet.chatSecondary'] as const;

export interface SideBarPorts extends PagePorts {
  readonly settings: LiveSettings;
  readonly home: SideBarConversation;
}

export class SideBar implements vscode.WebviewViewProvider {
  readonly #ports: SideBarPorts;
  readonly #registered: vscode.Disposable;
  #view: vscode.WebviewView | undefined;

  constructor(ports: SideBarPorts) {
    this.#ports = ports;
    const options = { webviewOptions: { retainContextWhenHidden: true } };
    this.#registered = vscode.Disposable.from(...viewIds.map((id) => vscode.window.registerWebviewViewProvider(id, this, options)));
  }

  dispose(): void {
    this.#registered.dispose();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { home } = this.#ports;
    const surface: ChatSurface = {
      // The promise of postMessage may never settle, so it is not awaited.
      post: (message) => void view.webview.postMessage(message),
      // Both side bars share one draft.
      draftPlace: () => 'sideBar',
      place: () => 'sideBar',
      first: () => home.get(),
      showing: (conversation) => {
        home.set(conversation);
        return conversation.onChange(({ type }) => {
          if (type === 'moved') home.set(conversation);
        });
      },
    };
    const link = fillWebview(view.webview, this.#ports, surface);
    view.onDidChangeVisibility(() => link.setVisible(view.visible));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      link.closed();
    });
  }

  /** Opens the view; it takes the keyboard focus unless `preserveFocus`. */
  async reveal(preserveFocus = false): Promise<void> {
    if (this.#view !== undefined) return this.#view.show(preserveFocus);
    await vscode.commands.executeCommand(`${this.#ports.settings.now().view}.focus`, { preserveFocus });
  }

  post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }
}
