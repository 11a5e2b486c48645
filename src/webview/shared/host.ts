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
  /** VS Code has put the keyboard into the page, or only into its own frame around it, where no key has an effect. */
  readonly onKeyboard: (came: () => void) => void;
  /** What a tab shows again after the window was reloaded. */
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
      // VS Code removes `parent`, but its frame is what sends the messages. Its focus may arrive after the page has taken the
      // keyboard. While the focus moves, no element can take it.
      const watch = ({ source }: MessageEvent): void => {
        const frame = source as Window;
        frame.addEventListener('focus', () => setTimeout(() => frame.document.hasFocus() && came()));
      };
      window.addEventListener('message', watch, { once: true });
    },
    keepConversation: (conversation) => api.setState({ conversation }),
  };
}
