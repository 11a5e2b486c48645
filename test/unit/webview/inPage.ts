// Runs inside Chromium: streams markdown through the page's own renderer, and through an independent one to compare.
import MarkdownIt from 'markdown-it';
import type { PageStrings } from '../../../src/core/chat/protocol.ts';
import { addAutolinks } from '../../../src/webview/markdown/autolinks.ts';
import { Highlighter } from '../../../src/webview/markdown/highlighter.ts';
import { Markdown } from '../../../src/webview/markdown/markdown.ts';
import { mathRule } from '../../../src/webview/markdown/mathRule.ts';
import { canonical } from './canonical.ts';

// Each sentence is its own name.
const strings = new Proxy({}, { get: (_, name) => String(name) }) as PageStrings;
const highlighter = new Highlighter();
const opened: string[] = [];

function create(): { element: HTMLElement; markdown: Markdown } {
  const element = document.createElement('div');
  document.body.append(element);
  const markdown = new Markdown(element, { strings, highlighter, use: () => {}, open: (href) => opened.push(href) });
  return { element, markdown };
}

/** The page's DOM, exactly, after the pieces were written one after the other. */
async function stream(pieces: readonly string[], seams: readonly number[] = []): Promise<string> {
  const { element, markdown } = create();
  for (const at of seams) markdown.seam(at);
  for (const piece of pieces) markdown.write(piece);
  markdown.end();
  await markdown.settled();
  element.normalize();
  element.remove();
  return element.innerHTML;
}

/** The same, as far as any renderer would agree. */
async function ours(text: string): Promise<string> {
  const { element, markdown } = create();
  markdown.write(text);
  markdown.end();
  await markdown.settled();
  element.normalize();
  element.remove();
  return canonical(element);
}

/** What markdown-it makes of the text as a whole, with raw HTML as text and images as links, as ours are. */
function theirs(text: string): string {
  const md = new MarkdownIt({ html: true, linkify: true });
  md.validateLink = () => true;
  md.disable('linkify', true);
  md.inline.ruler.enable('linkify');
  md.inline.ruler.before('escape', 'math', mathRule);
  addAutolinks(md);
  const { escapeHtml } = md.utils;
  md.renderer.rules['html_inline'] = (tokens, index) =>
    /^<br\s*\/?>$/i.test(tokens[index]!.content) ? '<br>' : escapeHtml(tokens[index]!.content);
  md.renderer.rules['html_block'] = (tokens, index) => `<pre><code>${escapeHtml(tokens[index]!.content)}</code></pre>`;
  md.renderer.rules['math'] = (tokens, index) => `<span class="math">${escapeHtml(tokens[index]!.content)}</span>`;
  const holder = document.createElement('div');
  const parsed = new DOMParser().parseFromString(md.render(text), 'text/html');
  holder.append(...parsed.body.childNodes);
  holder.normalize();
  return canonical(holder);
}

Object.assign(window, { rivulet: { stream, ours, theirs, opened, create } });
