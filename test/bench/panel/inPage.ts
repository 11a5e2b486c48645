// Runs inside Chromium: streams a text through one renderer, a frame at a time, and measures each update with its layout.
import '../../../src/webview/chat/page.css';
import core from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';
import type { PageStrings } from '../../../src/core/chat/page/pageStrings.ts';
import { Highlighter } from '../../../src/webview/markdown/code/highlighter.ts';
import { LineColours } from '../../../src/webview/markdown/code/lineColours.ts';
import { Markdown } from '../../../src/webview/markdown/markdown.ts';
import { rivals, type RivalName } from './rivals.ts';

export interface Measured {
  readonly totalMs: number;
  readonly updates: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly over50: number;
  /** Milliseconds of each update, in their order. */
  readonly times: readonly number[];
  /** The slowest update of a single run; the other numbers come from several runs. */
  readonly slowestMs?: number;
}

const FRAME_BYTES = 64;
const highlighter = new Highlighter();
const makers = rivals(highlighter);

function scroller(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'transcript';
  element.style.cssText = 'position: fixed; inset: 0; overflow: auto';
  document.body.append(element);
  return element;
}

function body(parent: HTMLElement): HTMLElement {
  const article = document.createElement('article');
  article.className = 'message assistant';
  article.dataset['state'] = 'streaming';
  const element = document.createElement('div');
  element.className = 'body';
  article.append(element);
  parent.append(article);
  return element;
}

/** One update: the piece is drawn, and the view is kept at its end, which makes the browser lay it out. */
function update(renderer: { write(piece: string): void }, view: HTMLElement, piece: string): number {
  const before = performance.now();
  renderer.write(piece);
  view.scrollTop = view.scrollHeight;
  return performance.now() - before;
}

function summary(times: number[], scale: number): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    totalMs: times.reduce((sum, time) => sum + time, 0) * scale,
    updates: times.length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
    over50: sorted.filter((time) => time > 50).length,
    times,
  };
}

const painted = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Every update with its layout. Some frames are painted in between, so that the browser learns what is out of sight. */
async function stream(name: RivalName, text: string, updatesPerPaint = 16): Promise<Measured> {
  const view = scroller();
  const renderer = makers[name](body(view));
  const times: number[] = [];
  for (let at = 0; at < text.length; at += FRAME_BYTES) {
    times.push(update(renderer, view, text.slice(at, at + FRAME_BYTES)));
    if (times.length % updatesPerPaint === 0) await painted();
  }
  renderer.dispose?.();
  view.remove();
  return summary(times, 1);
}

/** Evenly spaced updates, each on top of all that came before it; the total is their mean for all updates. */
async function sample(name: RivalName, text: string, count: number): Promise<Measured> {
  const times: number[] = [];
  const updates = Math.ceil(text.length / FRAME_BYTES);
  for (let index = 0; index < count; index++) {
    const at = Math.floor(((index + 0.5) / count) * updates) * FRAME_BYTES;
    const view = scroller();
    const renderer = makers[name](body(view));
    update(renderer, view, text.slice(0, at));
    await painted();
    // The first update after a paint is more expensive, which must not distort the samples.
    update(renderer, view, text.slice(at, at + FRAME_BYTES));
    times.push(update(renderer, view, text.slice(at + FRAME_BYTES, at + 2 * FRAME_BYTES)));
    renderer.dispose?.();
    view.remove();
  }
  return summary(times, updates / count);
}

/** Colouring line by line while it streams, against one pass over the whole. */
async function colours(code: string): Promise<{ streamedMs: number; onceMs: number }> {
  const grammar = (await highlighter.grammar('typescript'))!;
  const once = core.newInstance();
  once.registerLanguage('typescript', typescript);
  const median = (work: () => void) => {
    const times = Array.from({ length: 7 }, () => {
      const before = performance.now();
      work();
      return performance.now() - before;
    });
    return times.toSorted((a, b) => a - b)[3]!;
  };
  const streamed = () => {
    const lines = new LineColours(grammar, () => {});
    for (const line of code.split('\n')) lines.add(line);
    lines.close();
  };
  const whole = () => void once.highlight(code, { language: 'typescript' });
  whole();
  streamed();
  return { onceMs: median(whole), streamedMs: median(streamed) };
}

/** The longest block of the page while late link definitions are applied to all paragraphs. */
async function mend(text: string): Promise<{ totalMs: number; longestMs: number }> {
  const view = scroller();
  const markdown = new Markdown(body(view), {
    strings: {} as PageStrings,
    highlighter,
    use: () => {},
    open: () => {},
    findFiles: () => Promise.resolve([]),
    openFile: () => {},
  });
  markdown.write(text);
  // The text itself is drawn and painted, and its code coloured, before the clock starts.
  await markdown.settled();
  for (let frame = 0; frame < 5; frame++) await painted();
  const from = performance.now();
  let last = from;
  let longestMs = 0;
  const beat = new MessageChannel();
  beat.port1.onmessage = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    beat.port2.postMessage(0);
  };
  beat.port2.postMessage(0);
  markdown.end();
  await markdown.settled();
  const totalMs = performance.now() - from;
  beat.port1.close();
  view.remove();
  return { totalMs, longestMs };
}

for (const language of ['typescript', 'python', 'bash', 'json']) void highlighter.grammar(language);
Object.assign(window, { bench: { stream, sample, colours, mend } });
