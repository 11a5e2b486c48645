// The one way out of the page: typed messages to the extension host, and which conversation a tab shows.
import type { FromPage, ToPage } from '../../core/chat/page/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly post: (message: FromPage) => void;
  readonly listen: (heard: (message: ToPage) => void) => void;
  /** What a tab shows again after the window was reloaded. */
  readonly keepConversation: (id: string) => void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    // Only VS Code can post into this frame; the type says what it posts.
    listen: (heard) => window.addEventListener('message', (event) => heard(event.data as ToPage)),
    keepConversation: (conversation) => api.setState({ conversation }),
  };
}
