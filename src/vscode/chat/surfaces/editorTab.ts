/** The chat as an editor tab. A tab keeps its conversation when the window reloads. */
import * as vscode from 'vscode';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import { plainText } from '../../ui/plainText.ts';
import { tabIcon } from '../../ui/webviewHtml.ts';
import { type ChatSurface, fillWebview, type PagePorts } from './surface.ts';

const tabType = 'rivulet.chatEditor';

export interface EditorTabPorts extends PagePorts {
  readonly conversations: ConversationStore;
}

export class EditorTabs implements vscode.WebviewPanelSerializer<unknown> {
  readonly #ports: EditorTabPorts;
  readonly #registered: vscode.Disposable;

  constructor(ports: EditorTabPorts) {
    this.#ports = ports;
    this.#registered = vscode.window.registerWebviewPanelSerializer(tabType, this);
  }

  dispose(): void {
    this.#registered.dispose();
  }

  open(conversation: string): void {
    const options = { retainContextWhenHidden: true };
    this.#fill(vscode.window.createWebviewPanel(tabType, 'Rivulet', vscode.ViewColumn.Active, options), conversation);
  }

  /** Restores a tab after a reload of the window. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { conversation } = (state ?? {}) as { readonly conversation?: unknown };
    this.#fill(panel, typeof conversation === 'string' ? conversation : undefined);
    return Promise.resolve();
  }

  #fill(panel: vscode.WebviewPanel, id: string | undefined): void {
    const { extensionUri, conversations } = this.#ports;
    panel.iconPath = tabIcon(extensionUri);
    const surface: ChatSurface = {
      post: (message) => void panel.webview.postMessage(message),
      draftPlace: (conversation) => conversation?.id ?? id ?? 'tab',
      place: () => (panel.active ? 'activeTab' : 'tab'),
      first: async () => (id === undefined ? undefined : await conversations.open(id)) ?? conversations.create(),
      showing: (conversation) => {
        const title = (): void => void (panel.title = conversation.title === '' ? 'Rivulet' : plainText(conversation.title));
        title();
        return conversation.onChange(title);
      },
    };
    const link = fillWebview(panel.webview, this.#ports, surface);
    panel.onDidChangeViewState(() => link.setVisible(panel.visible));
    panel.onDidDispose(() => link.closed());
  }
}
