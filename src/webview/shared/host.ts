// The page's only connection to the outside: typed messages to the extension host, and the state that VS Code keeps for a tab.
import type { FromPage, ToPage } from '../../core/chat/page/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly post: (message: FromPage) => void;
  readonly listen: (heard: (message: ToPage) => void) => void;
  /** VS Code has focused the page, or only its own frame around it, where keys have no effect. */
  readonly onKeyboard: (came: () => void) => void;
  /** The conversation that the tab shows again after a reload of the window. */
  readonly keepConversation: (id: string) => void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    // Only VS Code can post into this frame; the type says what it posts.
    listen: (heard) => window.addEventListener('message', (event) => heard(event.data as ToPage)),
    onKeyboard: (came) => {
      window.addEventListener('focus', came);
      // VS Code deletes `parent`, but its frame is the source of the messages. It may get the focus after the page has taken it.
      // No element can take the focus during the event.
      const watch = ({ source }: MessageEvent): void => {
        const frame = source as Window;
        frame.addEventListener('focus', () => setTimeout(() => frame.document.hasFocus() && came()));
      };
      window.addEventListener('message', watch, { once: true });
    },
    keepConversation: (conversation) => api.setState({ conversation }),
  };
}
