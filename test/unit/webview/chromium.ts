// A real browser for the tests of the page: code is bundled once and loaded into a tab that has no network.
import { build, type BuildOptions } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/systemPackages.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Answered by the test itself. "localhost", because browsers trust it as they trust https. */
export const ORIGIN = 'http://localhost';

export async function launch(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: [...FLAGS, ...flags],
    // People have scroll bars, and drag them.
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
}

/** Files by their path in the page. */
export type Bundle = ReadonlyMap<string, string | Buffer>;

export async function bundle(entry: string, options: BuildOptions = {}): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: { page: entry },
    outdir: '/out',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    loader: { '.ttf': 'empty', '.woff': 'empty', '.woff2': 'empty' },
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
  });
  return new Map(outputFiles!.map(({ path, text }) => [path.slice('/out'.length), text]));
}

/** Opens a page that consists of `html` and the bundle's script. */
export async function open(browser: Browser | BrowserContext, files: Bundle, html = ''): Promise<Page> {
  const page = await openEmpty(browser, files, () => html);
  await page.goto(ORIGIN);
  return page;
}

/** A tab that finds this page when it goes to the origin; `html` is asked for each time. */
export async function openEmpty(browser: Browser | BrowserContext, files: Bundle, html: () => string): Promise<Page> {
  const page = await browser.newPage();
  // Isolated, so that its clock is exact enough to measure by.
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const document = (): string => `<!DOCTYPE html><meta charset="utf-8">${html()}<script type="module" nonce="n" src="/page.js"></script>`;
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ headers, body: document(), contentType: 'text/html' });
    const body = files.get(pathname);
    return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ body, contentType: contentType(pathname) });
  });
  return page;
}

function contentType(path: string): string {
  if (path.endsWith('.css')) return 'text/css';
  return path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
}
