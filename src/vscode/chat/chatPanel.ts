/** The views that hold a chat page, in the side bar and as editor tabs: they make the page and connect it. Decide nothing. */
import * as vscode from 'vscode';
import type { FromPage, ToPage } from '../../core/chat/protocol.ts';
import { pageHtml, pageRoot, tabIcon } from '../ui/webviewHtml.ts';
import { plainText } from '../ui/plainText.ts';

/** What a view connects its page with. */
export interface PageLink {
  receive(message: FromPage): void;
  setVisible(visible: boolean): void;
  closed(): void;
}

/** Where the page of a view is: it follows the person, or stays with a conversation. */
export type PagePlace =
  | { readonly type: 'view' }
  /** @param conversation what it showed before the window was reloaded, or what it was opened for */
  | { readonly type: 'tab'; readonly conversation?: string; readonly titled: (title: string) => void };

export interface PanelPorts {
  readonly extensionUri: vscode.Uri;
  /** A page is there; the returned link gets its messages until `closed` is called. */
  readonly connect: (post: (message: ToPage) => void, place: PagePlace) => PageLink;
  /** The side bar that the setting names. */
  readonly view: () => 'rivulet.chat' | 'rivulet.chatSecondary';
}

const tabType = 'rivulet.chatEditor';

export class ChatPanel implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer<unknown> {
  readonly #ports: PanelPorts;
  #view: vscode.WebviewView | undefined;

  constructor(ports: PanelPorts) {
    this.#ports = ports;
  }

  register(): vscode.Disposable {
    const options = { webviewOptions: { retainContextWhenHidden: true } };
    return vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider('rivulet.chat', this, options),
      vscode.window.registerWebviewViewProvider('rivulet.chatSecondary', this, options),
      vscode.window.registerWebviewPanelSerializer(tabType, this),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const link = this.#fill(view.webview, { type: 'view' });
    view.onDidChangeVisibility(() => link.setVisible(view.visible));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      link.closed();
    });
  }

  /** Opens a conversation, or a new one, as an editor tab. */
  openTab(conversation?: string): void {
    const panel = vscode.window.createWebviewPanel(tabType, 'Rivulet', vscode.ViewColumn.Active, { retainContextWhenHidden: true });
    this.#fillTab(panel, conversation);
  }

  /** A tab of a window that was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { conversation } = (typeof state === 'object' && state !== null ? state : {}) as Readonly<Record<string, unknown>>;
    this.#fillTab(panel, typeof conversation === 'string' ? conversation : undefined);
    return Promise.resolve();
  }

  /** Opens the view; the keyboard goes there unless `preserveFocus`. */
  async reveal(preserveFocus = false): Promise<void> {
    if (this.#view === undefined) await vscode.commands.executeCommand(`${this.#ports.view()}.focus`, { preserveFocus });
    else this.#view.show(preserveFocus);
  }

  post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }

  #fillTab(panel: vscode.WebviewPanel, conversation: string | undefined): void {
    panel.iconPath = tabIcon(this.#ports.extensionUri);
    const titled = (title: string): void => void (panel.title = title === '' ? 'Rivulet' : plainText(title));
    const link = this.#fill(panel.webview, { type: 'tab', titled, ...(conversation === undefined ? {} : { conversation }) });
    panel.onDidChangeViewState(() => link.setVisible(panel.visible));
    panel.onDidDispose(() => link.closed());
  }

  #fill(webview: vscode.Webview, place: PagePlace): PageLink {
    const root = pageRoot(this.#ports.extensionUri);
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    // The promise of postMessage may never settle, so nobody waits for it.
    const link = this.#ports.connect((message) => void webview.postMessage(message), place);
    webview.onDidReceiveMessage((message: FromPage) => link.receive(message));
    webview.html = pageHtml(webview, root);
    return link;
  }
}
