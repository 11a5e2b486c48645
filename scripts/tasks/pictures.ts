// `npm run pictures`: takes the screenshots, the recordings and the icon from the real panel and editor, and writes them to
// media/. `npm run pictures -- recording` makes only the recordings.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Explained, runTask } from '../explained.ts';
import { done, fakeServer, finish, gate, text, usage, wait, type FakeServer } from '../../test/support/fakeServer.ts';
import { root } from '../paths.ts';
import { record } from '../../test/support/recording.ts';
import { configure, startPlace } from '../place.ts';
import type { Place, Settings } from '../places.ts';
import { build } from '../stages.ts';
import { launchBrowser, openChat, openFile, openWindow, runCommand, type Theme, themes, widenSideBar } from '../workbench.ts';

const media = join(root, 'media');
const size = { width: 1100, height: 640 };
/** Cut off: it names code-server, not the product. */
const titleBar = 30;
/** What a recording shows. */
const clip = { x: 0, y: titleBar, width: 800, height: 430 };

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

const farewell = `def farewell(name: str, times: int = 1) -> str:
    """Says goodbye, as often as it takes."""
    words = [f"Goodbye, {name}"] * times
    return " ".join(words)


def introduce(name: str, friend: str) -> str:
    return f"{name}, this is {friend}."
`;

const prices = `def total(prices):
    result = 0
    for price in prices:
        result += price
    return result


def cheapest(prices):
    best = prices[0]
    for price in prices:
        if price < best:
            best = price
    return best


def average(prices):
    return total(prices) / len(prices)
`;
const shorterPrices = `def total(prices):
    return sum(prices)


def cheapest(prices):
    return min(prices)


def average(prices):
    if not prices:
        return 0
    return total(prices) / len(prices)
`;

await runTask(async () => {
  if ((await build()).failures.length > 0) throw new Explained('The build failed; the lines above say why.');
  await using server = await fakeServer();
  await using own = await startPlace({ frozen: true, settings: settings(server, 'light') });
  const browser = await launchBrowser();
  try {
    if (process.argv.includes('recording')) {
      await recordInsertion(own.place, browser, server);
      await recordReplacement(own.place, browser, server);
      return;
    }
    await drawIcon(browser);
    for (const theme of ['light', 'dark', 'high-contrast'] as const) await drawChat(own.place, browser, server, theme);
    await recordInsertion(own.place, browser, server);
    await recordReplacement(own.place, browser, server);
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

/** The beginning of an answer that is still streaming, so that Stop and the running count are in the picture. */
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
  // A highlighted word is an element.
  await chat.getByText('export', { exact: true }).waitFor();
  await page.locator('.statusbar-item', { hasText: '~' }).waitFor();
  await save(page, `chat-${theme}.png`);
  more.open();
  await chat.locator('article[data-state="done"]').waitFor();
}

/** An answer streams in at the cursor while text is typed above it; then Keep and Discard are offered. */
async function recordInsertion(place: Place, browser: Browser, server: FakeServer): Promise<void> {
  await using window = await openRecordedWindow(place, browser, server);
  const { page } = window;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Control+End');
  answerSlowly(server, `Sure, here is one:\n\n\`\`\`python\n${farewell}\`\`\`\n`, 70);
  await recordTo('insert.gif', page, async () => {
    await page.keyboard.press('Control+Alt+Enter');
    await answerPrompt(page, 'A farewell to go with it');
    await page.locator('.view-line', { hasText: 'def farewell' }).waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# Polite words.\n', { delay: 90 });
    await page.locator('.codelens-decoration', { hasText: 'Discard' }).waitFor();
    await page.waitForTimeout(400);
  });
}

/** An answer replaces a file as changes; one of them is undone while the rest still streams. */
async function recordReplacement(place: Place, browser: Browser, server: FakeServer): Promise<void> {
  await writeFile(join(place.folder, 'prices.py'), prices);
  await using window = await openRecordedWindow(place, browser, server);
  const { page } = window;
  await openFile(page, 'prices.py');
  await page.keyboard.press('Control+b');
  await page.keyboard.press('Control+a');
  answerSlowly(server, `\`\`\`python\n${shorterPrices}\`\`\`\n`, 180);
  await runCommand(page, 'Rivulet: Replace Selection With…');
  await recordTo('replace.gif', page, async () => {
    await answerPrompt(page, 'Shorter, and no division by zero');
    const undo = page.locator('.codelens-decoration a', { hasText: 'Undo This Change' });
    await undo.nth(1).waitFor();
    await undo.nth(1).hover();
    await page.waitForTimeout(300);
    await undo.nth(1).click();
    await page.locator('.view-line', { hasText: 'not prices' }).waitFor();
    await page.locator('.codelens-decoration', { hasText: 'Undo All' }).waitFor();
    await page.waitForTimeout(800);
  });
  await rm(join(place.folder, 'prices.py'));
}

async function openRecordedWindow(place: Place, browser: Browser, server: FakeServer): ReturnType<typeof openWindow> {
  await configure(place, { ...settings(server, 'dark'), 'editor.fontSize': 15, 'editor.quickSuggestions': false });
  return await openWindow(place, { size: { width: clip.width, height: titleBar + clip.height } }, browser);
}

/** The next answer comes word by word. */
function answerSlowly(server: FakeServer, words: string, delayMs: number): void {
  server.next(
    (async function* () {
      for (const word of words.match(/\S+\s*|\s+/g)!) yield* [text(word), wait(new Promise((resolve) => setTimeout(resolve, delayMs)))];
      yield* [finish(), usage(164, 75), done()];
    })(),
  );
}

async function answerPrompt(page: Page, words: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await input.waitFor();
  await input.pressSequentially(words, { delay: 45 });
  await page.keyboard.press('Enter');
}

async function recordTo(name: string, page: Page, act: () => Promise<void>): Promise<void> {
  const bytes = await record(page, clip, join(media, name), act);
  if (bytes > 1024 * 1024) throw new Explained(`media/${name} has ${bytes} bytes; more than 1 MB is too much for a page.`);
  console.log(`media/${name}: ${Math.round(bytes / 1024)} KB`);
}

/** The icon of the activity bar on a background, in the size that the Marketplace requires. */
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
  // A blinking caret and a moving progress bar would make every picture different.
  await page.screenshot({ path, caret: 'hide', animations: 'disabled', clip: { x: 0, y: titleBar, ...size } });
  console.log(`media/${name}: ${Math.round((await stat(path)).size / 1024)} KB`);
}
