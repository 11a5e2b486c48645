// The page by itself in Chromium, under the same content security policy, with a host made of two lists.
import type { Browser, Locator, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { pageStrings } from '../../../src/core/chat/page/pageStrings.ts';
import type { FromPage, PageBoot, PageChange, PageMessage, Status, ToPage } from '../../../src/core/chat/page/protocol.ts';
import { bundle, launch, openEmpty, ORIGIN, type Bundle } from './chromium.ts';

const root = new URL('../../../', import.meta.url).pathname;

const chinese = JSON.parse(readFileSync(`${root}l10n/bundle.l10n.zh-cn.json`, 'utf8')) as Readonly<Record<string, string>>;

/** The sentence of the page in this language. */
export function worded(sentence: string, language: Language = 'en'): string {
  return language === 'en' ? sentence : (chinese[sentence] ?? sentence);
}

const bootIn = (language: Language): PageBoot => ({
  strings: Object.fromEntries(
    Object.entries(pageStrings).map(([name, sentence]) => [name, worded(sentence, language)]),
  ) as unknown as PageBoot['strings'],
  readParagraphs: true,
  examples: ['Explain this repository', 'Write a test', 'What is a rivulet?'],
  openings: ['Explain this code:', 'What does this error mean?'],
});

export interface Panel {
  readonly page: Page;
  readonly tell: (message: ToPage) => Promise<void>;
  readonly said: () => Promise<FromPage[]>;
  /** Streams text into the message in frames, each sent when the one before was drawn. */
  readonly stream: (id: string, pieces: readonly string[], part?: 'text' | 'reasoning') => Promise<void>;
}

export type Theme = (typeof themes)[number];

export const themes = ['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const;

export type Language = 'en' | 'zh-cn';

export interface PanelOptions {
  readonly theme?: Theme;
  readonly language?: Language;
}

/** The page's own bundle with the icon font, as the extension ships them. */
async function bundlePanel(): Promise<Bundle> {
  const icons = await Promise.all(
    ['codicon.css', 'codicon.ttf'].map(
      async (name) => [`/${name}`, await readFile(`${root}node_modules/@vscode/codicons/dist/${name}`)] as const,
    ),
  );
  return new Map([...(await bundle(`${root}src/webview/chat/page.ts`, { minify: true })), ...icons]);
}

/** One tab in which the panel is opened again and again: a new tab each time would be most of a test. */
interface PanelTab extends AsyncDisposable {
  open(options?: PanelOptions): Promise<Panel>;
}

async function panelTab(browser: Browser, files: Bundle): Promise<PanelTab> {
  const context = await browser.newContext({ viewport: { width: 460, height: 800 } });
  await context.addInitScript(`
    window.said = []; window.drawn = 0;
    window.acquireVsCodeApi = () => ({
      postMessage: (m) => { if (m.type === 'drawn') window.drawn = m.frame; said.push(m); },
      setState: (s) => { window.kept = s; },
    });`);
  let options: PanelOptions = {};
  const page = await openEmpty(context, files, () => documentOf(options));
  return {
    async open(wanted = {}) {
      options = wanted;
      await page.emulateMedia({ reducedMotion: null });
      await page.setViewportSize({ width: 460, height: 800 });
      await page.goto(ORIGIN);
      await wear(page, options.theme ?? 'vscode-dark');
      return panelIn(page);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

function documentOf({ language = 'en' }: PanelOptions): string {
  const csp =
    `default-src 'none'; script-src 'nonce-n' ${ORIGIN}; style-src ${ORIGIN} 'nonce-n'; ` + `font-src ${ORIGIN}; img-src ${ORIGIN} data:`;
  return `<html lang="${language}"><meta http-equiv="Content-Security-Policy" content="${csp}">
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="/codicon.css"><link rel="stylesheet" href="/page.css">
    <body><script type="application/json" id="boot">${JSON.stringify(bootIn(language))}</script><div id="root"></div>`;
}

/** Puts a theme on the page, or another in its place, as VS Code does: as variables of the document and a class of its body. */
export async function wear(page: Page, theme: Theme): Promise<void> {
  const variables = await readFile(new URL(`./themes/${theme}.json`, import.meta.url), 'utf8');
  await page.evaluate(
    ([name, text]) => {
      document.documentElement.removeAttribute('style');
      for (const [variable, value] of Object.entries(JSON.parse(text) as Record<string, string>))
        document.documentElement.style.setProperty(variable, value);
      document.body.className = name.startsWith('vscode-high-contrast') ? `vscode-high-contrast ${name}` : name;
      document.body.style.background = 'var(--vscode-sideBar-background)';
    },
    [theme, variables] as const,
  );
}

function panelIn(page: Page): Panel {
  let frame = 0;
  const have = new Map<string, number>();
  const tell = (message: ToPage) => page.evaluate((data) => window.postMessage(data, '*'), message);
  return {
    page,
    tell,
    said: () => page.evaluate('said') as Promise<FromPage[]>,
    async stream(id, pieces, part = 'text') {
      for (const text of pieces) {
        const key = `${id} ${part}`;
        const at = have.get(key) ?? 0;
        have.set(key, at + text.length);
        frame++;
        await tell({ type: 'frame', frame, changes: [{ type: 'append', message: id, part, at, text }] });
        await page.waitForFunction((n) => (window as unknown as { drawn: number }).drawn >= n, frame);
      }
    },
  };
}

export function message(partial: Partial<PageMessage> & Pick<PageMessage, 'id'>): PageMessage {
  return { role: 'assistant', author: 'demo/tour', text: '', reasoning: '', seams: [], status: { state: 'streaming' }, ...partial };
}

export const model = { id: 'demo/tour', label: 'Demo (offline, no model)' };

export const done: Status = { state: 'done' };

export const question = (id: string, text: string): PageMessage => message({ id, role: 'user', author: 'You', text, status: done });

/** The panel of one test file: opened with the messages of each test, and looked at by role and name. */
export interface PanelScene {
  readonly show: (...messages: PageMessage[]) => Promise<void>;
  readonly open: (options: PanelOptions, ...messages: PageMessage[]) => Promise<void>;
  /** Opens the page anew, before the host has sent anything. */
  readonly blank: (options?: PanelOptions) => Promise<void>;
  readonly role: (name: Parameters<Page['getByRole']>[0], label: string) => Locator;
  /** What the page has sent of one kind. */
  readonly sent: <T extends FromPage['type']>(type: T) => Promise<Extract<FromPage, { type: T }>[]>;
  readonly frame: (...changes: PageChange[]) => Promise<void>;
}

/** @param opened gets the panel each time it is opened */
export function panelScene(opened: (panel: Panel) => void): PanelScene {
  let browser: Browser;
  let tab: PanelTab;
  let panel: Panel;
  let frames = 900;
  beforeAll(async () => {
    const [launched, files] = await Promise.all([launch(), bundlePanel()]);
    browser = launched;
    tab = await panelTab(browser, files);
  }, 60_000);
  afterAll(() => browser?.close());
  const blank = async (options: PanelOptions = {}): Promise<void> => {
    panel = await tab.open(options);
    opened(panel);
  };
  const open = async (options: PanelOptions, ...messages: PageMessage[]): Promise<void> => {
    await blank(options);
    await panel.tell({ type: 'reset', conversation: 'c', title: 'A chat', model, messages });
    await panel.page.getByRole('textbox', { name: worded('Message', options.language) }).waitFor();
  };
  return {
    blank,
    open,
    show: (...messages) => open({}, ...messages),
    role: (name, label) => panel.page.getByRole(name, { name: label, exact: true }),
    sent: async <T extends FromPage['type']>(type: T) =>
      (await panel.said()).filter((said): said is Extract<FromPage, { type: T }> => said.type === type),
    async frame(...changes) {
      frames += 1;
      await panel.tell({ type: 'frame', frame: frames, changes });
      await expect.poll(() => panel.page.evaluate('drawn')).toBe(frames);
    },
  };
}
