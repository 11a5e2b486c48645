// The fixture of the browser tests: a window of the shared VS Code with the chat open in it, and a fake server.
import type { Frame, Locator, Page } from 'playwright-core';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFailed, beforeEach, vi } from 'vitest';
import { fakeServer, type FakeRequest, type FakeServer, type Script, type Step } from '../support/fakeServer.ts';
import { outputFolder } from '../../scripts/paths.ts';
import { configure } from '../../scripts/place.ts';
import type { Place, Settings } from '../../scripts/places.ts';
import {
  newChat,
  openChat,
  openWindow,
  runCommand,
  sendQuestion,
  usualSize,
  type Window,
  type WindowOptions,
} from '../../scripts/workbench.ts';

export interface Rivulet {
  readonly place: Place;
  readonly page: Page;
  /** The panel's own page. */
  readonly chat: Frame;
  readonly server: FakeServer;
  readonly box: Locator;
  readonly articles: Locator;
  button(name: string): Locator;
  /** Leaves the conversation for an empty one, also when it still streams. */
  newChat(): Promise<void>;
  /** Lays these over the settings that the window was opened with, and waits until it has them. */
  configure(settings: Settings): Promise<void>;
  /** Waits until the composer names this model, which shows that new settings have arrived. */
  modelIs(label: string): Promise<void>;
  /** Types a question, presses Enter, and lets the server answer it with these steps, or this script. */
  ask(question: string, ...steps: Step[] | [Script]): Promise<{ readonly request: FakeRequest; readonly answer: Locator }>;
}

export interface RivuletOptions extends WindowOptions {
  readonly settings?: Settings;
  /** A VS Code of the file's own. */
  readonly place?: () => Place;
  /** A window of the file's own, since it does something to it that the next file would notice. */
  readonly own?: true;
}

/**
 * A window takes as long to open as ten tests take to run, so files that want nothing special of theirs share one. They run
 * one after the other in one process (`isolate: false`), whose end closes the window.
 */
let shared: Window | undefined;

/** Opens the window before the first test of the file, or takes up the shared one as if it were new. */
export function useRivulet(options: RivuletOptions = {}): Rivulet {
  const own = options.own === true || options.place !== undefined || options.language !== undefined || options.prepare !== undefined;
  let open: Rivulet | undefined;
  let window: Window | undefined;
  beforeAll(async () => {
    const place = options.place?.() ?? inject('place');
    const server = await fakeServer();
    const settings = { ...towards(server), ...options.settings };
    await configure(place, settings);
    const fresh = own || shared === undefined;
    window = fresh ? await openWindow(place, options) : shared!;
    if (!own) shared = window;
    const { page } = window;
    if (place.kind === 'server') await page.setViewportSize(options.size ?? usualSize);
    if (!fresh) await tidy(page, place, settings);
    const chat = await openChat(page).catch(async (error: unknown) => {
      await picture(page, 'the chat does not open');
      throw error;
    });
    open = rivulet({ place, page, chat, server }, settings);
    await open.newChat();
    // A new window can show the chat before it has read all its settings.
    if (settings['rivulet.model'] === 'fake/fake') await open.modelIs('fake');
  });
  beforeEach(({ task }) => onTestFailed(() => picture(window!.page, task.name)));
  afterAll(async () => {
    if (own) await window?.[Symbol.asyncDispose]();
    await open?.server.close();
  });
  // Tests take hold of it before it is there; every use comes after.
  return new Proxy({} as Rivulet, { get: (_, name) => open![name as keyof Rivulet] });
}

/** Leaves nothing of the file before: no dialog, no editor, no notification, no setting. */
async function tidy(page: Page, place: Place, settings: Settings): Promise<void> {
  await page.keyboard.press('Escape');
  await configureSeen(page, place, settings);
  for (let left = await page.locator('.editor-group-container .tab').count(); left > 0; left--)
    await runCommand(page, 'View: Revert and Close Editor');
  await runCommand(page, 'Notifications: Clear All Notifications');
}

/** What the window showed when a test failed, for the person who reads why. */
async function picture(page: Page, name: string): Promise<void> {
  const path = join(outputFolder, 'failures', `${name.replace(/\W+/g, '-').slice(0, 80)}.png`);
  await page.screenshot({ path });
  console.log(`The window at that moment: ${path}`);
}

const towards = (server: FakeServer): Settings => ({
  'rivulet.endpoints': [{ id: 'fake', baseURL: server.url, models: ['fake'] }],
  'rivulet.model': 'fake/fake',
});

/** The window's title is a setting too: it tells that this version has arrived. */
async function configureSeen(page: Page, place: Place, settings: Settings): Promise<void> {
  const title = `settings ${crypto.randomUUID()}`;
  // A window that has just opened does not watch the file yet, so it is written until it is seen.
  const arrives = async (): Promise<boolean> => {
    await configure(place, { ...settings, 'window.title': title });
    const seen = page.waitForFunction((wanted) => document.title.includes(wanted), title, { timeout: 2_000 });
    return await seen.then(
      () => true,
      () => false,
    );
  };
  await vi.waitUntil(arrives, { timeout: 60_000, interval: 30 });
}

function rivulet(parts: Pick<Rivulet, 'place' | 'page' | 'chat' | 'server'>, settings: Settings): Rivulet {
  const { place, page, chat, server } = parts;
  const box = chat.getByRole('textbox', { name: 'Message' });
  const articles = chat.getByRole('log', { name: 'Conversation' }).getByRole('article');
  return {
    ...parts,
    box,
    articles,
    button: (name) => chat.getByRole('button', { name, exact: true }),
    newChat: () => newChat(page, chat),
    configure: (changes) => configureSeen(page, place, { ...settings, ...changes }),
    modelIs: (label) => chat.getByRole('button').filter({ hasText: label }).waitFor(),
    async ask(question, ...steps) {
      const before = server.requests.length;
      const shown = await articles.count();
      server.next(...(steps as Step[]));
      await sendQuestion(box, question);
      // A question that does not arrive fails with what the panel shows in its place.
      const state = async () => ({ arrived: server.requests.length > before, last: await articles.last().innerText() });
      await expect.poll(state).toEqual({ arrived: true, last: expect.any(String) });
      const request = await server.arrived(before);
      await expect.poll(() => articles.count()).toBe(shown + 2);
      return { request, answer: articles.nth(shown + 1) };
    },
  };
}

/** The answer's state, as the panel tells assistive technology and us. */
export const stateOf = (answer: Locator): Promise<string | null> => answer.getAttribute('data-state');
