/** The HTML of a webview page, with a policy that allows only its own files. */
import * as vscode from 'vscode';

/** Where the page's own files are. */
export function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'page');
}

/** A tab icon is an image, which cannot use the window's colours. */
export function tabIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (name: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', name);
  return { light: icon('tab-light.svg'), dark: icon('tab-dark.svg') };
}

export interface PageDocument {
  /** The name of its script and style sheet. */
  readonly page: 'page' | 'usage';
  readonly title: string;
  /** Read by the page when it starts. */
  readonly boot: unknown;
}

export function documentOf(webview: vscode.Webview, root: vscode.Uri, { page, title, boot }: PageDocument): string {
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
  const inert = JSON.stringify(boot).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${uri('codicons', 'codicon.css')}">
<link rel="stylesheet" href="${uri(`${page}.css`)}">
<title>${title}</title>
</head>
<body>
<script type="application/json" id="boot">${inert}</script>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${uri(`${page}.js`)}"></script>
</body>
</html>`;
}
