// What a browser test starts from: its own window of the shared VS Code, the chat open in it, and a fake server behind it.
import type { Frame, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { fakeServer, type FakeRequest, type FakeServer, type Step } from '../support/fakeServer.ts';
import { configure, type Place, type Settings } from '../support/place.ts';
import { openChat, openWindow, type Window, type WindowOptions } from '../support/workbench.ts';

export interface Rivulet {
  readonly place: Place;
  readonly page: Page;
  /** The panel's own page. */
  readonly chat: Frame;
  readonly server: FakeServer;
  readonly box: Locator;
  readonly articles: Locator;
  button(name: string): Locator;
  /** Replaces the settings; the fake server stays the endpoint `fake` unless they name others. */
  configure(settings: Settings): Promise<void>;
  /** Types a question, presses Enter, and lets the server answer it with these steps. */
  ask(question: string, ...steps: Step[]): Promise<{ readonly request: FakeRequest; readonly answer: Locator }>;
}

/** Opens the window before the first test of the file and closes it after the last. */
export function useRivulet(options: WindowOptions & { readonly settings?: Settings; readonly place?: () => Place } = {}): Rivulet {
  let open: Rivulet | undefined;
  let window: Window | undefined;
  beforeAll(async () => {
    const place = options.place?.() ?? inject('place');
    const server = await fakeServer();
    await configure(place, { ...towards(server), ...options.settings });
    window = await openWindow(place, options);
    open = rivulet(place, window.page, await openChat(window.page), server);
  });
  afterAll(async () => {
    await window?.[Symbol.asyncDispose]();
    await open?.server.close();
  });
  // Tests take hold of it before it is there; every use comes after.
  return new Proxy({} as Rivulet, { get: (_, name) => open![name as keyof Rivulet] });
}

const towards = (server: FakeServer): Settings => ({
  'rivulet.endpoints': [{ id: 'fake', baseURL: server.url, models: ['fake'] }],
  'rivulet.model': 'fake/fake',
});

function rivulet(place: Place, page: Page, chat: Frame, server: FakeServer): Rivulet {
  const box = chat.getByRole('textbox', { name: 'Message' });
  const articles = chat.getByRole('log', { name: 'Conversation' }).getByRole('article');
  return {
    place,
    page,
    chat,
    server,
    box,
    articles,
    button: (name) => chat.getByRole('button', { name, exact: true }),
    configure: (settings) => configure(place, { ...towards(server), ...settings }),
    async ask(question, ...steps) {
      const before = server.requests.length;
      const shown = await articles.count();
      server.next(...steps);
      await box.fill(question);
      await box.press('Enter');
      const request = await server.arrived(before);
      await expect.poll(() => articles.count()).toBe(shown + 2);
      return { request, answer: articles.nth(shown + 1) };
    },
  };
}

/** The answer's state, as the panel tells assistive technology and us. */
export const stateOf = (answer: Locator): Promise<string | null> => answer.getAttribute('data-state');
