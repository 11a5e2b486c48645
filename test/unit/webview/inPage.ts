// Runs inside Chromium: streams markdown through the page's own renderer, and through an independent one to compare.
import MarkdownIt from 'markdown-it';
import type { PageStrings } from '../../../src/core/chat/page/pageStrings.ts';
import { Highlighter } from '../../../src/webview/markdown/code/highlighter.ts';
import { Markdown } from '../../../src/webview/markdown/markdown.ts';
import { addRules } from '../../../src/webview/markdown/inline/inline.ts';
import { canonical } from './canonical.ts';
import { counted, type Work } from './counted.ts';
import { outline } from './outline.ts';

// Each sentence is its own name.
const strings = new Proxy({}, { get: (_, name) => String(name) }) as PageStrings;
const highlighter = new Highlighter();
const opened: string[] = [];
const used: { what: string; language: string; code: string }[] = [];
/** The workspace of the tests. */
const files = new Set(['greeting.py', 'src/app.ts', 'docs/shot.png', 'Makefile', 'file:///work/greeting.py', 'my file.md']);

function create(): { element: HTMLElement; markdown: Markdown } {
  const element = document.createElement('div');
  document.body.append(element);
  const ports = {
    strings,
    highlighter,
    use: (what: string, language: string, code: string) => used.push({ what, language, code }),
    open: (href: string) => opened.push(href),
    findFiles: (names: readonly string[]) => Promise.resolve(names.map((name) => files.has(name.replace(/[:#].*$/, '')))),
    openFile: (name: string) => opened.push(`file ${name}`),
  };
  return { element, markdown: new Markdown(element, ports) };
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

/** The same, as a person sees it. */
async function seen(pieces: readonly string[]): Promise<string> {
  const holder = document.createElement('div');
  holder.append(...new DOMParser().parseFromString(await stream(pieces), 'text/html').body.childNodes);
  return outline(holder);
}

/** What a person sees after each character, while the answer still grows. */
async function frames(text: string): Promise<string[]> {
  const { element, markdown } = create();
  const found: string[] = [];
  for (const char of text) {
    markdown.write(char);
    found.push(outline(element));
  }
  element.remove();
  await markdown.settled();
  return found;
}

/** What the answer shows when it broke off here. */
async function paused(text: string): Promise<string> {
  const { element, markdown } = create();
  markdown.write(text);
  markdown.pause();
  await markdown.settled();
  element.remove();
  return outline(element);
}

/** What it takes to draw the pieces, each in a task that follows the one before. */
async function work(pieces: readonly string[]): Promise<Work> {
  // Loaded before, so that only the drawing is counted.
  await Promise.all(['js', 'diff'].map((language) => highlighter.grammar(language)));
  return counted(async () => {
    const { element, markdown } = create();
    // Its layout is not counted, and without the page's styles it would take most of the test.
    element.hidden = true;
    for (const piece of pieces) {
      markdown.write(piece);
      await new Promise((next) => setTimeout(next));
    }
    markdown.end();
    await markdown.settled();
    element.remove();
  });
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

/** The tags and marks whose content is raw up to their end, unless that is on the same line. */
const RAW = /^<(?:(?:script|pre|textarea|style)(?:\s|>|$)|!--(?!.*-->)|[?](?!.*\?>)|![A-Za-z](?!.*>)|!\[CDATA\[(?!.*\]\]>))/i;
type BlockRule = Parameters<InstanceType<typeof MarkdownIt>['block']['ruler']['at']>[1];

/** What markdown-it makes of the text as a whole, with raw HTML as text and images as links, as ours are. */
function theirs(text: string): string {
  const md = new MarkdownIt({ html: true, linkify: true, breaks: true });
  md.validateLink = () => true;
  md.disable('linkify', true);
  md.inline.ruler.enable('linkify');
  addRules(md);
  const { escapeHtml } = md.utils;
  md.renderer.rules['html_inline'] = (tokens, index) => {
    const { content } = tokens[index]!;
    return /^<(?:br\s*\/?|\/?(?:kbd|sub|sup|b|i|u|s|mark|em|strong|del|ins|small|samp|var)\s*)>$/i.test(content)
      ? content
      : escapeHtml(content);
  };
  // A tag alone is no block here: only what holds raw text is, until its end.
  const { __rules__: rules } = md.block.ruler as unknown as { __rules__: { name: string; fn: BlockRule }[] };
  const htmlBlock = rules.find(({ name }) => name === 'html_block')!.fn;
  md.block.ruler.at(
    'html_block',
    (state, start, end, silent) =>
      RAW.test(state.src.slice(state.bMarks[start]! + state.tShift[start]!)) && htmlBlock(state, start, end, silent),
    { alt: ['paragraph', 'reference', 'blockquote'] },
  );
  md.renderer.rules['html_block'] = (tokens, index) => `<pre><code>${escapeHtml(tokens[index]!.content)}</code></pre>`;
  md.renderer.rules['math'] = (tokens, index) => `<span class="math">${escapeHtml(tokens[index]!.content)}</span>`;
  const holder = document.createElement('div');
  const parsed = new DOMParser().parseFromString(md.render(text), 'text/html');
  holder.append(...parsed.body.childNodes);
  holder.normalize();
  return canonical(holder);
}

Object.assign(window, { rivulet: { stream, work, seen, frames, paused, ours, theirs, opened, used, create } });
