// The ways to show a growing answer that are compared: Rivulet's, and those that other panels use.
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Streamdown } from 'streamdown';
import * as smd from 'streaming-markdown';
import type { PageStrings } from '../../../src/core/chat/page/pageStrings.ts';
import type { Highlighter } from '../../../src/webview/markdown/code/highlighter.ts';
import { Markdown } from '../../../src/webview/markdown/markdown.ts';

export interface Renderer {
  write(piece: string): void;
  dispose?(): void;
}

export type RivalName = 'rivulet' | 'streaming-markdown' | 'block-memoised' | 'streamdown' | 'full re-render' | 'plain append';

export function rivals(highlighter: Highlighter): Readonly<Record<RivalName, (element: HTMLElement) => Renderer>> {
  const strings = new Proxy({}, { get: (_, name) => String(name) }) as PageStrings;
  return {
    rivulet(element) {
      const markdown = new Markdown(element, {
        strings,
        highlighter,
        use: () => {},
        open: () => {},
        findFiles: () => Promise.resolve([]),
        openFile: () => {},
      });
      return { write: (piece) => markdown.write(piece) };
    },
    'streaming-markdown'(element) {
      const parser = smd.parser(smd.default_renderer(element));
      return { write: (piece) => smd.parser_write(parser, piece) };
    },
    // What careful panels do: finished blocks are kept, the last one is rendered again.
    'block-memoised'(element) {
      let tail = '';
      let open: ChildNode[] = [];
      const draw = (source: string) => {
        const holder = document.createElement('template');
        holder.innerHTML = DOMPurify.sanitize(marked.parse(source, { async: false }));
        const nodes = [...holder.content.childNodes];
        element.append(...nodes);
        return nodes;
      };
      return {
        write(piece) {
          tail += piece;
          const tokens = marked.lexer(tail);
          const last = tokens.findLastIndex(({ type }) => type !== 'space');
          const done = tokens
            .slice(0, Math.max(0, last))
            .map(({ raw }) => raw)
            .join('');
          for (const node of open) node.remove();
          if (done !== '') draw(done);
          tail = tail.slice(done.length);
          open = draw(tail);
        },
      };
    },
    streamdown(element) {
      const root = createRoot(element);
      let text = '';
      return {
        write(piece) {
          text += piece;
          flushSync(() => root.render(createElement(Streamdown, null, text)));
        },
        dispose: () => root.unmount(),
      };
    },
    'full re-render'(element) {
      let text = '';
      return {
        write(piece) {
          text += piece;
          element.innerHTML = DOMPurify.sanitize(marked.parse(text, { async: false }));
        },
      };
    },
    'plain append'(element) {
      element.style.whiteSpace = 'pre-wrap';
      return { write: (piece) => element.append(piece) };
    },
  };
}
