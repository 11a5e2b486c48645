// Markdown as chats write it. Each expectation is written by hand: what a person should see, whatever markdown's rules say.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, launch, open } from './chromium.ts';
import { cases } from './chatMarkdownCases.ts';

interface Rivulet {
  seen(pieces: readonly string[]): Promise<string>;
  stream(pieces: readonly string[]): Promise<string>;
  frames(text: string): Promise<string[]>;
  paused(text: string): Promise<string>;
}

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await open(browser, await bundle(new URL('./inPage.ts', import.meta.url).pathname));
}, 60_000);

afterAll(() => browser?.close());

const inPage = <K extends keyof Rivulet>(name: K, argument: Parameters<Rivulet[K]>[0]): Promise<Awaited<ReturnType<Rivulet[K]>>> =>
  page.evaluate(
    ([method, given]) => (window as unknown as { rivulet: Record<string, (value: unknown) => unknown> }).rivulet[method]!(given),
    [name, argument] as const,
  ) as Promise<Awaited<ReturnType<Rivulet[K]>>>;

describe.each(Object.entries(cases))('%s', (_, sentences) => {
  it.each(Object.entries(sentences))('%s', async (__, documents) => {
    const seen: Record<string, string> = {};
    for (const text of Object.keys(documents)) seen[text] = await inPage('seen', [text]);
    expect(seen).toEqual(documents);
  });

  it('looks the same however it is cut in two, and by character', async () => {
    const differing = await page.evaluate(
      async (texts) => {
        const { stream } = (window as unknown as { rivulet: Rivulet }).rivulet;
        const found: unknown[] = [];
        for (const text of texts) {
          const whole = await stream([text]);
          const cuts = Array.from({ length: text.length - 1 }, (_cut, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
          for (const pieces of [[...text], ...cuts]) {
            const streamed = await stream(pieces);
            if (streamed !== whole) found.push({ pieces, whole, streamed });
          }
        }
        return found.slice(0, 3);
      },
      Object.values(sentences).flatMap((documents) => Object.keys(documents)),
    );
    expect(differing).toEqual([]);
  }, 120_000);
});
