// `npm run pictures`: drives the real panel and editor and writes the README's screenshots and the icon into media/.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Explained, runTask } from '../explained.ts';
import { done, fakeServer, finish, gate, text, usage, wait, type FakeServer } from '../fakeServer.ts';
import { root } from '../paths.ts';
import { configure, type Place, type Settings, startPlace } from '../place.ts';
import { build } from '../stages.ts';
import { launchBrowser, openChat, openFile, openWindow, runCommand, type Theme, themes, widenSideBar } from '../workbench.ts';

const media = join(root, 'media');
const size = { width: 1100, height: 640 };
/** Cut off: it names code-server, not the product. */
const titleBar = 30;

const question = 'How do I wait for the first of several promises, but not for ever?';
const explanation = `Race them against a signal that fires **by itself**:

\`\`\`ts
import { once } from 'node:events';

export function firstOf<T>(all: Promise<T>[], ms: number) {
  const late = once(AbortSignal.timeout(ms), 'abort');
  return Promise.race([...all, late]);
}
\`\`\`

| first to end | result |
| --- | --- |
| a promise | its value, or its error |
| the signal | the \`abort\` event |

The losers go on running: `;
const rest = 'pass them an `AbortSignal` to stop them.';

await runTask(async () => {
  if ((await build()).failures.length > 0) throw new Explained('The build failed; the lines above say why.');
  await using server = await fakeServer();
  await using own = await startPlace({ frozen: true, settings: settings(server, 'light') });
  const browser = await launchBrowser();
  try {
    await drawIcon(browser);
    for (const theme of ['light', 'dark', 'high-contrast'] as const) await drawChat(own.place, browser, server, theme);
    await drawInsertion(own.place, browser, server);
  } finally {
    await browser.close();
  }
});

function settings(server: FakeServer, theme: Theme): Settings {
  return {
    'rivulet.endpoints': [{ id: 'local', name: 'Local', baseURL: server.url, models: ['qwen3-coder'] }],
    'rivulet.model': 'local/qwen3-coder',
    'workbench.colorTheme': themes[theme],
    'editor.minimap.enabled': false,
  };
}

/** A finished answer's beginning, while the rest still comes: Stop and the running count are in the picture. */
async function drawChat(place: Place, browser: Browser, server: FakeServer, theme: Theme): Promise<void> {
  await configure(place, settings(server, theme));
  await using window = await openWindow(place, { size: { ...size, height: size.height + titleBar } }, browser);
  const { page } = window;
  await openFile(page, 'greeting.py');
  const chat = await openChat(page);
  await widenSideBar(page, 560);
  const more = gate();
  server.next(...explanation.match(/\S+\s*|\s+/g)!.map(text), wait(more.opened), text(rest), finish(), usage(31, 178), done());
  const box = chat.getByRole('textbox', { name: 'Message' });
  await box.fill(question);
  await box.press('Enter');
  await chat.getByText('The losers go on running').waitFor();
  // A word in an element of its own has its colour.
  await chat.getByText('export', { exact: true }).waitFor();
  await page.locator('.statusbar-item', { hasText: '~' }).waitFor();
  await save(page, `chat-${theme}.png`);
  more.open();
  await chat.locator('article[data-state="done"]').waitFor();
}

async function drawInsertion(place: Place, browser: Browser, server: FakeServer): Promise<void> {
  await configure(place, settings(server, 'dark'));
  await using window = await openWindow(place, { size: { ...size, height: size.height + titleBar } }, browser);
  const { page } = window;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+End');
  const more = gate();
  const code = '\ndef farewell(name: str, times: int = 1) -> str:\n    """Says goodbye, as often as it takes."""\n    return " ".join([f"Good';
  server.next(...code.match(/\S+\s*|\s+/g)!.map(text), wait(more.opened), text('bye, {name}"] * times)\n'), finish(), done());
  await runCommand(page, 'Rivulet: Insert Answer at Cursor');
  await page.locator('.quick-input-widget input[type="text"]').fill('A farewell to go with it');
  await page.keyboard.press('Enter');
  await page.locator('.view-line', { hasText: 'f"Good' }).waitFor();
  await page.locator('.statusbar-item', { hasText: '~' }).waitFor();
  await save(page, 'insert-dark.png');
  more.open();
  await page.locator('.view-line', { hasText: 'Goodbye,' }).waitFor();
}

/** The activity bar's waves on a ground of their own, in the size the marketplace asks for. */
async function drawIcon(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
  const waves = await readFile(join(media, 'activity-bar.svg'), 'utf8');
  await page.setContent(`<style>
    body { margin: 0; background: transparent }
    div { width: 128px; height: 128px; border-radius: 28px; display: grid; place-items: center; color: #fff;
      background: linear-gradient(160deg, #38bdf8, #1d4ed8) }
    svg { width: 88px; height: 88px }</style><div>${waves}</div>`);
  await page.screenshot({ path: join(media, 'icon.png'), omitBackground: true });
  await page.close();
}

async function save(page: Page, name: string): Promise<void> {
  const path = join(media, name);
  // A blinking caret and a moving progress bar would make each run's picture another.
  await page.screenshot({ path, caret: 'hide', animations: 'disabled', clip: { x: 0, y: titleBar, ...size } });
  console.log(`media/${name}: ${Math.round((await stat(path)).size / 1024)} KB`);
}
