/** Where a chat page lives. A new place is one more implementation of `ChatSurface`. */
import type * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import { readPageMessage } from '../../../core/chat/page/pageMessages.ts';
import type { FromPage, ToPage } from '../../../core/chat/page/protocol.ts';
import { documentOf, pageRoot } from '../../ui/webviewHtml.ts';
import { pageBoot } from '../page/pageBoot.ts';

export interface ChatSurface {
  post(message: ToPage): void;
  /** Key of the draft while this conversation is shown. */
  draftPlace(conversation: Conversation | undefined): string;
  /** The side bar, or a tab, which may be the active editor. */
  place(): 'sideBar' | 'activeTab' | 'tab';
  /** The first conversation to show. */
  first(): Promise<Conversation>;
  /** Called when the page shows this conversation; the result is disposed when it shows another. */
  showing(conversation: Conversation): { dispose(): void };
}

/** The page of a surface. */
export interface PageLink {
  receive(message: FromPage): void;
  setVisible(visible: boolean): void;
  closed(): void;
}

/** A page has opened; the returned link gets its messages until `closed` is called. */
export type Connect = (surface: ChatSurface) => PageLink;

export interface PagePorts {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly connect: Connect;
  readonly readParagraphs: () => boolean;
}

/** Loads the page into a webview and connects it. */
export function fillWebview(
  webview: vscode.Webview,
  { extensionUri, log, connect, readParagraphs }: PagePorts,
  surface: ChatSurface,
): PageLink {
  const root = pageRoot(extensionUri);
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  const link = connect(surface);
  webview.onDidReceiveMessage((message: unknown) => {
    const read = readPageMessage(message);
    if (typeof read === 'string') log.warn(read);
    else link.receive(read);
  });
  webview.html = documentOf(webview, root, { page: 'page', title: 'Rivulet', boot: pageBoot(readParagraphs()) });
  return link;
}
