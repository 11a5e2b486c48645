// A real browser for the tests of the page: the code under test is bundled and loaded into an empty Chromium tab.
import { build, type BuildOptions } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launch(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: [...FLAGS, ...flags] });
}

/** Serves the bundle and one page from memory under an origin that does not exist. */
export async function open(
  browser: Browser | BrowserContext,
  entry: string,
  html = '',
  find: (path: string) => Promise<Buffer | undefined> = async () => undefined,
  options: BuildOptions = {},
): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: { page: entry },
    outdir: '/out',
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    loader: { '.ttf': 'empty', '.woff': 'empty', '.woff2': 'empty' },
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
  });
  const page = await browser.newPage();
  await page.route('http://localhost/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = outputFiles!.find(({ path }) => path === `/out${pathname}`);
    if (file) return route.fulfill({ body: file.text, contentType: pathname.endsWith('.css') ? 'text/css' : 'text/javascript' });
    if (pathname !== '/') {
      const body = await find(pathname);
      const contentType = pathname.endsWith('.css') ? 'text/css' : 'application/octet-stream';
      return body ? route.fulfill({ body, contentType }) : route.fulfill({ status: 404 });
    }
    // Isolated, so that its clock is exact enough to measure by.
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
    return route.fulfill({ headers, body: `<!DOCTYPE html><meta charset="utf-8">${html}<script type="module" nonce="n" src="/page.js"></script>`, contentType: 'text/html' });
  });
  await page.goto('http://localhost/');
  return page;
}
