/** The chat view: makes the page, hands it frames, and turns what it says into calls. Decides nothing itself. */
import * as vscode from 'vscode';
import type { FromPage, ToPage } from '../core/chat/protocol.ts';
import { pageBoot } from './pageStrings.ts';

/** What the panel is for: it draws one conversation, and reports what a person does there. */
export interface PanelPorts {
  /** A page is there; the returned listener gets its messages until `closed` is called. */
  readonly connect: (post: (message: ToPage) => void) => PageLink;
}

export interface PageLink {
  receive(message: FromPage): void;
  setVisible(visible: boolean): void;
  closed(): void;
}

export class ChatPanel implements vscode.WebviewViewProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #ports: PanelPorts;
  #view: vscode.WebviewView | undefined;

  constructor(extensionUri: vscode.Uri, ports: PanelPorts) {
    this.#extensionUri = extensionUri;
    this.#ports = ports;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { webview } = view;
    const root = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'page');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    // The promise of postMessage may never settle, so nobody waits for it.
    const link = this.#ports.connect((message) => void webview.postMessage(message));
    webview.onDidReceiveMessage((message: FromPage) => link.receive(message));
    view.onDidChangeVisibility(() => link.setVisible(view.visible));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
      link.closed();
    });
    webview.html = pageHtml(webview, root);
  }

  /** Opens the view; the keyboard goes there unless `preserveFocus`. */
  async reveal(preserveFocus = false): Promise<void> {
    if (this.#view === undefined) await vscode.commands.executeCommand('rivulet.chat.focus', { preserveFocus });
    else this.#view.show(preserveFocus);
  }

  post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }
}

function pageHtml(webview: vscode.Webview, root: vscode.Uri): string {
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const uri = (...path: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(root, ...path)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  // "<" is escaped so that no sentence of a translation can end the element.
  const boot = JSON.stringify(pageBoot()).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${uri('codicons', 'codicon.css')}">
<link rel="stylesheet" href="${uri('page.css')}">
<title>Rivulet</title>
</head>
<body>
<script type="application/json" id="boot">${boot}</script>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${uri('page.js')}"></script>
</body>
</html>`;
}
