// Opens a window of VS Code and acts in it like a user: runs commands, finds the panel, changes the theme.
import { type Browser, type Frame, type Locator, type Page, chromium } from 'playwright-core';
import { openDesktopWindow } from './desktop.ts';
import { windowAddress } from './place.ts';
import type { Place } from './places.ts';
import { ensureChromium } from './systemPackages.ts';

export const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high-contrast': 'Default High Contrast',
} as const;
export type Theme = keyof typeof themes;

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await ensureChromium(),
    // No sandbox, because root has none. The other switches turn off features that use the network.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    // Playwright hides scroll bars, which people see and drag.
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
}

export const usualSize = { width: 1200, height: 800 };

export interface WindowOptions {
  /** The display language, such as `de`; extensions see it too. */
  readonly language?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** What the page needs before it loads. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** A module whose `run()` is called in the extension host. */
  readonly tests?: string;
}

export interface Window extends AsyncDisposable {
  readonly page: Page;
}

/** Opens a window and waits until the workbench can be used. The desktop brings its own browser. */
export async function openWindow(place: Place, options: WindowOptions = {}, browser?: Browser): Promise<Window> {
  const { page, close } =
    place.kind === 'desktop' ? await openDesktopWindow(place, options.language ?? 'en') : await openBrowserWindow(place, options, browser);
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
  return { page, [Symbol.asyncDispose]: close };
}

async function openBrowserWindow(
  place: Place & { kind: 'server' },
  options: WindowOptions,
  shared: Browser | undefined,
): Promise<{ page: Page; close(): Promise<void> }> {
  const browser = shared ?? (await launchBrowser());
  const language = options.language ?? 'en';
  const context = await browser.newContext({
    viewport: options.size ?? usualSize,
    locale: language,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // Sets what a language pack would set. The workbench stays English; extensions see this language.
  await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
  const page = await context.newPage();
  await options.prepare?.(page);
  await page.goto(windowAddress(place, options.tests));
  return { page, close: () => (shared ? context.close() : browser.close()) };
}

const commandBox = '.quick-input-widget input[type="text"]';

/** Runs a command by the name it has in the palette, such as "Rivulet: Open Chat". */
export async function runCommand(page: Page, name: string): Promise<void> {
  await choose(page, 'F1', `>${name}`, name);
  // The command may ask for something in the same box: what is typed before it asks would be a search for commands.
  await page.waitForFunction((selector) => {
    const box = document.querySelector<HTMLInputElement>(selector);
    return box === null || box.offsetParent === null || !box.value.startsWith('>');
  }, commandBox);
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await choose(page, 'Control+P', name, name);
  await page.locator('.editor-group-container .tab.active', { hasText: name }).waitFor();
  await page.locator('.monaco-editor.focused').waitFor();
}

/**
 * Opens VS Code's box and chooses the row that the words find. The first key press can come too early for the workbench, and
 * the list is not updated: neither when an extension is loaded, nor with a file that is newer than the list of the last use,
 * which answers while the folder is read.
 */
async function choose(page: Page, key: string, words: string, label: string): Promise<void> {
  const input = page.locator(commandBox);
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first();
  await untilTrue(async () => {
    // The box may close between any two of these, when the window moves the focus elsewhere.
    if (!(await input.isVisible())) await page.keyboard.press(key);
    if (!(await succeeds(input.waitFor(quick))) || !(await succeeds(input.fill(words, quick)))) return false;
    if ((await succeeds(row.waitFor(quick))) && (await succeeds(row.click(quick)))) return true;
    if (await input.isVisible()) await page.keyboard.press('Escape');
    await succeeds(input.waitFor({ ...quick, state: 'hidden' }));
    return false;
  });
}

/** For one attempt of several. */
const quick = { timeout: 3_000 };

const succeeds = (step: Promise<unknown>): Promise<boolean> =>
  step.then(
    () => true,
    () => false,
  );

/**
 * The page of a webview: VS Code wraps it in two frames, so it is known by an element of ours.
 * @param besides pages that have such an element too, or that are about to be replaced by the one that is wanted
 */
export function webviewFrame(page: Page, selector: string, timeoutMs?: number, besides: readonly Frame[] = []): Promise<Frame> {
  return webviewWhere(page, async (frame) => !besides.includes(frame) && (await frame.locator(selector).count()) > 0, timeoutMs);
}

/** The page of the newest webview for which the condition holds; frames that disappear are skipped. */
async function webviewWhere(page: Page, holds: (frame: Frame) => Promise<boolean>, timeoutMs?: number): Promise<Frame> {
  let found: Frame | undefined;
  await untilTrue(async () => {
    for (const frame of page.frames()) {
      if (frame.url().includes('/fake.html') && (await holds(frame).catch(() => false))) found = frame;
    }
    return found !== undefined;
  }, timeoutMs);
  return found!;
}

/**
 * Opens the chat and returns its page once it has the focus. A tab may show a chat too.
 */
export async function openChat(page: Page): Promise<Frame> {
  await runCommand(page, 'Rivulet: Open Chat');
  const hasKeyboard = (): boolean =>
    document.hasFocus() && document.activeElement?.matches('textarea') === true && document.querySelector('[role="log"]') !== null;
  return await webviewWhere(page, (frame) => frame.evaluate(hasKeyboard));
}

/**
 * Begins a conversation with the button in the title of the side bar, unless the one that is shown is empty: nothing would
 * tell the two apart.
 */
export async function newChat(page: Page, chat: Frame): Promise<void> {
  const empty = chat.locator('.messages > .empty');
  if (await empty.isVisible()) return;
  await page
    .locator('.part.sidebar')
    .getByRole('button', { name: /^(New Chat|新建对话)/ })
    .click();
  await empty.waitFor();
}

/**
 * Types a question and presses Enter until the box is empty: while a window opens, VS Code can take the focus for a moment, and
 * the key goes elsewhere.
 */
export async function sendQuestion(box: Locator, question: string): Promise<void> {
  await box.fill(question);
  await untilTrue(async () => {
    await box.press('Enter');
    return (await box.inputValue()) === '';
  });
}

/** Polls, because there is no event to wait for. */
async function untilTrue(check: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadlineMs) throw new Error(`Nothing came of it in ${timeoutMs} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Drags the side bar's edge. */
export async function widenSideBar(page: Page, width: number): Promise<void> {
  const bar = (await page.locator('.part.sidebar').boundingBox())!;
  const y = bar.y + bar.height / 2;
  await page.mouse.move(bar.x + bar.width, y);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(bar.x + width / 2, y);
}
