// `npm run bench:panel -- host`: the window of a real VS Code while an answer streams, for Rivulet's panel, a webview that
// appends each delta by a message, and VS Code's own Chat. Side by side in one run; compare ratios.
//
// `-- host quick` streams a fifth of it.
import { build } from 'esbuild';
import { readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Frame, Page } from 'playwright-core';
import { done, fakeServer, finish, text, wait, type FakeServer } from '../../support/fakeServer.ts';
import { outputFolder } from '../../../scripts/paths.ts';
import { startPlace } from '../../../scripts/place.ts';
import type { Place } from '../../../scripts/places.ts';
import { openChat, openWindow, webviewFrame } from '../../../scripts/workbench.ts';
import { answer } from '../../unit/webview/answers.ts';
import type { Pour, Poured } from './hostExtension.ts';

interface Load {
  readonly name: string;
  readonly characters: number;
  readonly perSecond: number;
}

interface Measured {
  /** Share of the time from the first delta to the typing that the window's main thread was busy. */
  readonly busy: number;
  /** Seconds of the main thread until the whole answer was shown; less if the measurement was stopped early. */
  readonly inAllSeconds: number;
  readonly longTasks: number;
  readonly longTasksMs: number;
  readonly longestMs: number;
  /** From when the last delta leaves the extension (for Rivulet, the server) until it is in the page. */
  readonly lagMs: number;
  /**
   * From the first delta's leaving the extension (for Rivulet: its arrival there) to the frame after it was in the page;
   * median of several short answers.
   */
  readonly firstMs: number;
  /** From a key press to the next paint, slowest 1 %; undefined without an input field. */
  readonly keyP99Ms: number | undefined;
}

/** What differs between the three. */
interface Entrant {
  readonly name: string;
  /** Opens it; returns the frame that shows the answer, and its growing element. */
  open(page: Page, bench: Bench): Promise<{ readonly frame: Frame; readonly root: string; readonly box?: string }>;
  stream(pour: Pour, bench: Bench): Promise<Poured>;
}

interface Bench {
  readonly server: FakeServer;
  tell(path: string, given?: Pour): Promise<Poured>;
}

const quick = process.argv.includes('quick');
const scale = quick ? 0.2 : 1;
const loads: readonly Load[] = [
  { name: '50 KB at 200 deltas/s', characters: 51_200 * scale, perSecond: 200 },
  { name: '128,000 characters at 500 deltas/s', characters: 128_000 * scale, perSecond: 500 },
];
const deltaCharacters = 5;
const shortAnswers = 11;
const keys = 100;
/** A renderer that lags more is not measured further. */
const longestLagMs = 60_000;
const last = 'And that was the end of it.';
const clock = (): number => performance.timeOrigin + performance.now();
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const rivulet: Entrant = {
  name: "Rivulet's panel",
  open: async (page) => {
    // The first question of another extension asks for permission, which is remembered in the next windows.
    const allow = page.getByRole('button', { name: 'Allow', exact: true });
    allow.click({ timeout: 0 }).catch(() => undefined);
    return { frame: await openChat(page), root: '[role="log"]', box: 'textarea' };
  },
  stream: async ({ deltas, perSecond }, { server, tell }) => {
    let lastMs = 0;
    server.next(
      (async function* () {
        const firstMs = clock();
        for (const [index, delta] of deltas.entries()) {
          const waitMs = firstMs + (index * 1000) / perSecond - clock();
          if (waitMs > 0) yield wait(new Promise((resolve) => setTimeout(resolve, waitMs)));
          lastMs = clock();
          yield text(delta);
        }
        yield finish();
        yield done();
      })(),
    );
    const { firstMs } = await tell('/rivulet');
    return { firstMs, lastMs };
  },
};
const plain: Entrant = {
  name: 'a message per delta',
  open: async (page, { tell }) => {
    await tell('/open');
    return { frame: await webviewFrame(page, '#plain'), root: '#plain' };
  },
  stream: (pour, { tell }) => tell('/plain', pour),
};
const chat: Entrant = {
  name: "VS Code's Chat",
  open: async (page, { tell }) => {
    await tell('/chat', { deltas: ['Ready. '], perSecond: 1 });
    await page.locator('.interactive-session').waitFor();
    return { frame: page.mainFrame(), root: '.interactive-session .monaco-list', box: '.interactive-input-part .monaco-editor' };
  },
  stream: (pour, { tell }) => tell('/chat', pour),
};

export async function compareInHost(): Promise<void> {
  await using server = await fakeServer();
  const portFile = join(outputFolder, 'bench-panel/port');
  process.env['RIVULET_BENCH_FILE'] = portFile;
  await using own = await startPlace({
    frozen: true,
    settings: {
      'rivulet.endpoints': [{ id: 'bench', baseURL: server.url, models: ['bench'] }],
      'rivulet.model': 'bench/bench',
      'chat.disableAIFeatures': false,
    },
  });
  await addExtension(own.place);
  for (const load of loads) {
    const rows: Record<string, Record<string, string>> = {};
    const results = new Map<string, Measured>();
    for (const entrant of [rivulet, plain, chat]) {
      console.log(`${load.name}: ${entrant.name} …`);
      const measured = await measure(own.place, server, portFile, entrant, load);
      results.set(entrant.name, measured);
      rows[entrant.name] = shown(measured);
    }
    console.log(`\n${load.name}${quick ? ' (a fifth of it)' : ''}`);
    console.table(rows);
    judge(results);
  }
}

/** Rivulet is already installed. */
async function addExtension(place: Place): Promise<void> {
  const folder = join(outputFolder, 'bench-panel/extension');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [new URL('./hostExtension.ts', import.meta.url).pathname],
    outfile: join(folder, 'main.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const manifest = {
    name: 'words',
    publisher: 'rivulet-bench',
    version: '1.0.0',
    engines: { vscode: '^1.106.0' },
    main: './main.cjs',
    activationEvents: ['onStartupFinished'],
    contributes: {
      languageModelChatProviders: [{ vendor: 'words', displayName: 'Words' }],
      chatParticipants: [{ id: 'rivulet-bench.words', name: 'words', fullName: 'Words', description: 'Says words.' }],
    },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const list = join(place.extensions, 'extensions.json');
  const known = JSON.parse(await readFile(list, 'utf8')) as unknown[];
  const entry = { identifier: { id: 'rivulet-bench.words' }, version: '1.0.0', location: { $mid: 1, path: folder, scheme: 'file' } };
  await writeFile(list, JSON.stringify([...known, entry]));
}

async function measure(place: Place, server: FakeServer, portFile: string, entrant: Entrant, load: Load): Promise<Measured> {
  await rm(portFile, { force: true });
  await using window = await openWindow(place, {
    prepare: async (page) => {
      await page.addInitScript(() => {
        if (globalThis.top !== globalThis.self) return;
        const long: number[] = [];
        new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
        Object.assign(globalThis, { benchLong: long });
      });
    },
  });
  const { page } = window;
  const port = await portIn(portFile);
  const bench: Bench = {
    server,
    tell: async (path, given) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(given ?? {}) });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return (await response.json()) as Poured;
    },
  };
  const { frame, root, box } = await entrant.open(page, bench);
  const firsts: number[] = [];
  for (let round = 0; round < shortAnswers; round++) {
    const word = `First${round}`;
    const seen = firstSeen(frame, root, word);
    const { firstMs } = await entrant.stream({ deltas: [`${word} `], perSecond: 1 }, bench);
    firsts.push((await seen) - firstMs);
  }

  const words = `${answer('mixed', load.characters)}\n\n${last}`;
  const deltas = words.match(new RegExp(`[^]{1,${deltaCharacters}}`, 'g')) ?? [];
  const streamMs = (deltas.length / load.perSecond) * 1000;
  const cdp = await page.context().newCDPSession(page);
  // Processor time, because on a busy machine the clock would count the work of other processes.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(() => void (globalThis as unknown as { benchLong: number[] }).benchLong.splice(0));
  const busyBefore = await taskSeconds(cdp);
  const fromMs = clock();
  const poured = entrant.stream({ deltas, perSecond: load.perSecond }, bench);
  await new Promise((resolve) => setTimeout(resolve, streamMs * 0.6));
  const busy = ((await taskSeconds(cdp)) - busyBefore) / ((clock() - fromMs) / 1000);
  const keyP99Ms = box === undefined ? undefined : await typing(page, frame, box, (streamMs * 0.3) / keys);
  const { lastMs } = await poured;
  const lagMs = Math.max(0, (await lastSeen(frame, root)) - lastMs);
  const inAllSeconds = (await taskSeconds(cdp)) - busyBefore;
  const long = await page.evaluate(() => (globalThis as unknown as { benchLong: number[] }).benchLong);
  return {
    busy,
    inAllSeconds,
    longTasks: long.length,
    longTasksMs: long.reduce((sum, ms) => sum + ms, 0),
    longestMs: Math.max(0, ...long),
    lagMs,
    firstMs: median(firsts),
    keyP99Ms,
  };
}

async function portIn(file: string): Promise<number> {
  for (;;) {
    const port = Number(await readFile(file, 'utf8').catch(() => ''));
    if (port > 0) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Seconds that the window's main thread has worked so far. */
async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

/** When the frame after the word appeared begins. */
function firstSeen(frame: Frame, root: string, word: string): Promise<number> {
  return frame.evaluate(
    ([selector, wanted]) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector(selector)?.textContent?.includes(wanted) !== true) return;
          watch.disconnect();
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    [root, word] as const,
  );
}

/** When the last words appear, or Infinity. Starts polling only after they were sent, because polling costs time. */
function lastSeen(frame: Frame, root: string): Promise<number> {
  const seen = frame.evaluate(
    ([selector, wanted]) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          if (document.querySelector(selector)?.textContent?.includes(wanted) === true) resolve(performance.timeOrigin + performance.now());
          else setTimeout(look, 8);
        };
        look();
      }),
    [root, last] as const,
  );
  const patience = new Promise<number>((resolve) => setTimeout(() => resolve(Infinity), longestLagMs));
  return Promise.race([seen.catch(() => Infinity), patience]);
}

/** From keydown to the next paint, as the browser itself measures it; what took less than 16 ms counts as that. */
async function typing(page: Page, frame: Frame, box: string, everyMs: number): Promise<number> {
  await frame.evaluate(() => {
    const slow: number[] = [];
    const observe = { type: 'event', durationThreshold: 16 } as PerformanceObserverInit;
    new PerformanceObserver((list) =>
      slow.push(
        ...list
          .getEntries()
          .filter(({ name }) => name === 'keydown')
          .map(({ duration }) => duration),
      ),
    ).observe(observe);
    Object.assign(globalThis, { benchKeys: slow });
  });
  await frame.locator(box).first().click();
  await page.keyboard.type('abcdefghi '.repeat(keys / 10), { delay: everyMs });
  await page.waitForTimeout(300);
  const slow = await frame.evaluate(() => (globalThis as unknown as { benchKeys: number[] }).benchKeys);
  const all = [...slow, ...Array.from({ length: Math.max(0, keys - slow.length) }, () => 16)].toSorted((a, b) => a - b);
  return all[Math.floor(all.length * 0.99)] ?? Number.NaN;
}

function shown({ busy, inAllSeconds, longTasks, longTasksMs, longestMs, lagMs, firstMs, keyP99Ms }: Measured): Record<string, string> {
  return {
    'main thread busy': `${(busy * 100).toFixed(0)} %`,
    'in all': `${lagMs === Infinity ? 'over ' : ''}${inAllSeconds.toFixed(1)} s`,
    'long tasks': `${longTasks} (${(longTasksMs / 1000).toFixed(1)} s)`,
    longest: `${longestMs.toFixed(0)} ms`,
    'behind at the end': lagMs === Infinity ? `over ${longestLagMs / 1000} s` : `${lagMs.toFixed(0)} ms`,
    'first delta on screen': `${firstMs.toFixed(0)} ms`,
    'key to paint, p99': keyP99Ms === undefined ? '–' : `${keyP99Ms.toFixed(0)} ms`,
  };
}

function judge(results: ReadonlyMap<string, Measured>): void {
  const [ours, each, theirs] = [rivulet, plain, chat].map(({ name }) => results.get(name));
  if (ours === undefined || each === undefined || theirs === undefined) return;
  const work = (other: Measured): number => ours.inAllSeconds / other.inAllSeconds;
  const goals: Readonly<Record<string, boolean>> = {
    // The share during streaming hides work that remains after the last delta; the total does not.
    [`${work(theirs).toFixed(2)} of the whole work of VS Code's Chat (goal 0.33)`]: work(theirs) <= 1 / 3,
    [`${work(each).toFixed(2)} of the whole work of a message per delta (goal 0.50)`]: work(each) <= 1 / 2,
    [`${(ours.busy / theirs.busy).toFixed(2)} of the time of VS Code's Chat (goal 0.33)`]: ours.busy <= theirs.busy / 3,
    [`${(ours.busy / each.busy).toFixed(2)} of the time of a message per delta (goal 0.50)`]: ours.busy <= each.busy / 2,
    [`longest task ${ours.longestMs.toFixed(0)} ms (goal 50)`]: ours.longestMs <= 50,
    [`${ours.lagMs.toFixed(0)} ms behind at the end (goal 100)`]: ours.lagMs <= 100,
    [`first delta on screen after ${ours.firstMs.toFixed(0)} ms (goal 2 frames, 33)`]: ours.firstMs <= 33.4,
    [`a key is painted after ${ours.keyP99Ms?.toFixed(0)} ms (goal 50)`]: (ours.keyP99Ms ?? Infinity) <= 50,
  };
  for (const [goal, isMet] of Object.entries(goals)) {
    console.log(`  ${isMet ? 'met    ' : 'NOT MET'} ${goal}`);
    if (!isMet) process.exitCode = 1;
  }
}
