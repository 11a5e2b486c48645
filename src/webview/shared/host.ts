// The one way out of the page: typed messages to the extension host, and a draft that survives a hidden view.
import type { FromPage, ToPage } from '../../core/chat/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly post: (message: FromPage) => void;
  readonly listen: (heard: (message: ToPage) => void) => void;
  readonly draft: string;
  readonly keepDraft: (text: string) => void;
  /** What a tab shows again after the window was reloaded. */
  readonly keepConversation: (id: string) => void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  let state = (api.getState() ?? {}) as { readonly draft?: string; readonly conversation?: string };
  const keep = (changes: typeof state): void => {
    state = { ...state, ...changes };
    api.setState(state);
  };
  return {
    post: (message) => api.postMessage(message),
    // Only VS Code can post into this frame; the type says what it posts.
    listen: (heard) => window.addEventListener('message', (event) => heard(event.data as ToPage)),
    draft: state.draft ?? '',
    keepDraft: (draft) => keep({ draft }),
    keepConversation: (conversation) => keep({ conversation }),
  };
}
