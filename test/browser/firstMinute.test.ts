// From a fresh window to the first word of an answer, counting each action: a click, a paste, a question, a choice.
import { beforeEach, expect, test } from 'vitest';
import { answer, fakeServer, status, type FakeRequest, type FakeServer } from '../support/fakeServer.ts';
import { runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet();
const key = 'sk-0aB1cD2eF3gH4iJ5kL6mN7';
const page = status(200, '<!doctype html><title>Relay</title>');

beforeEach(async () => {
  await rivulet.configure({ 'rivulet.endpoints': [], 'rivulet.model': 'demo/tour' });
  await rivulet.newChat();
  await runCommand(rivulet.page, 'Notifications: Clear All Notifications');
});

/** A relay: its API below /v1 and for one key, its web page everywhere else. */
async function relay(): Promise<FakeServer> {
  const server = await fakeServer();
  server.models = ({ path, headers }: FakeRequest) => {
    if (path !== '/v1/models') return page;
    if (headers.authorization !== `Bearer ${key}`) return status(401, { error: { message: 'Invalid token' } });
    return status(200, { data: [{ id: 'text-embedding-3-small' }, { id: 'gpt-4o' }, { id: 'gpt-4o-mini' }] });
  };
  server.always(answer('Here I am.'));
  return server;
}

class Person {
  readonly actions: string[] = [];

  async #act(name: string, task: () => Promise<unknown>): Promise<void> {
    this.actions.push(name);
    await task();
  }

  get box() {
    return rivulet.chat.getByRole('textbox', { name: 'Connect a model' });
  }

  clickBox = () => this.#act('click', () => this.box.click());

  paste = (text: string) =>
    this.#act('paste', async () => {
      await rivulet.page.evaluate((words) => navigator.clipboard.writeText(words), text);
      await rivulet.page.keyboard.press('Control+V');
    });

  /** Into a dialog of VS Code. */
  enter = (text: string) =>
    this.#act('paste', async () => {
      const input = rivulet.page.locator('.quick-input-widget input');
      await input.fill(text);
      await input.press('Enter');
    });

  click = (name: string) => this.#act('click', () => rivulet.button(name).click());

  /** Resolves to what is shown of the answer. */
  async ask(question: string): Promise<string> {
    await this.#act('question', async () => {
      await rivulet.box.fill(question);
      await rivulet.box.press('Enter');
    });
    await expect.poll(() => rivulet.articles.count()).toBe(2);
    const words = rivulet.articles.last();
    await expect.poll(() => words.getAttribute('data-state')).toBe('done');
    return words.innerText();
  }
}

const connected = (server: FakeServer) => rivulet.modelIs(`gpt-4o (127.0.0.1:${server.port})`);
const sent = ({ requests, others }: FakeServer) => ({
  // Once the server is in the settings, it is asked for facts about its models as well.
  lists: [...new Set(others.filter(({ path }) => path === '/v1/models').map(({ path, headers }) => `${path} ${headers.authorization}`))],
  question: requests.map(({ path, headers, body }) => [path, headers.authorization, body.model]),
});
const right = { lists: [`/v1/models Bearer ${key}`], question: [['/v1/chat/completions', `Bearer ${key}`, 'gpt-4o']] };

test.each([
  ['an address and a key', (origin: string) => `${origin}/v1\n${key}`],
  ['an address without /v1', (origin: string) => `${origin}\n${key}`],
  [
    'a full path, in an example',
    (origin: string) => `curl ${origin}/v1/chat/completions \\\n  -H "Authorization: Bearer ${key}" \\\n  -d '{"model": "gpt-4o"}'`,
  ],
])('a relay answers after a click, a paste and the question: %s', async (_, text) => {
  await using server = await relay();
  const person = new Person();
  await person.clickBox();
  await person.paste(text(`http://127.0.0.1:${server.port}`));
  await connected(server);
  const said = await person.ask('Are you there?');
  expect({ actions: person.actions, said: said.includes('Here I am.'), ...sent(server) }).toEqual({
    actions: ['click', 'paste', 'question'],
    said: true,
    ...right,
  });
});

test('a wrong key is told as one, and the right key is all that is asked for', async () => {
  await using server = await relay();
  const person = new Person();
  await person.clickBox();
  await person.paste(`http://127.0.0.1:${server.port}/v1\nsk-wrong0123456789abcd`);
  const dialog = rivulet.page.locator('.quick-input-widget').filter({ hasText: 'did not accept the API key: Invalid token' });
  await dialog.waitFor();
  await person.enter(key);
  await connected(server);
  const said = await person.ask('Are you there?');
  expect({ actions: person.actions, said: said.includes('Here I am.'), ...sent(server) }).toEqual({
    actions: ['click', 'paste', 'paste', 'question'],
    said: true,
    ...right,
    lists: ['/v1/models Bearer sk-wrong0123456789abcd', `/v1/models Bearer ${key}`],
  });
});

test('Escape at the question for a key keeps nothing, and the box keeps what was pasted', async () => {
  await using server = await relay();
  const person = new Person();
  await person.clickBox();
  await person.paste(`http://127.0.0.1:${server.port}/v1`);
  await rivulet.page.locator('.quick-input-widget').filter({ hasText: 'did not accept the API key' }).waitFor();
  await rivulet.page.keyboard.press('Escape');
  await expect.poll(() => rivulet.button('Connect').isEnabled()).toBe(true);
  await runCommand(rivulet.page, 'Rivulet: Remove Endpoint');
  const none = rivulet.page.locator('.notification-list-item').filter({ hasText: 'You have no endpoints yet' });
  await none.first().waitFor();
  expect(await person.box.inputValue()).toBe(`http://127.0.0.1:${server.port}/v1`);
});

test('a server that is off is told as that, and can be tried again', async () => {
  const person = new Person();
  const gone = await fakeServer();
  await gone.close();
  await person.clickBox();
  await person.paste(gone.url);
  const said = rivulet.chat.locator('.connect p');
  await expect.poll(() => said.innerText()).toContain('Nothing is running at');
  await using server = await fakeServer({ port: gone.port });
  server.models = ['gpt-4o'];
  server.always(answer('Here I am.'));
  await person.click('Connect');
  await connected(server);
  const words = await person.ask('Are you there?');
  expect({ actions: person.actions, said: words.includes('Here I am.') }).toEqual({
    actions: ['click', 'paste', 'click', 'question'],
    said: true,
  });
});

test('the same address is not added twice, and Remove Endpoint takes it away with its key', async () => {
  await using server = await relay();
  const person = new Person();
  const text = `http://127.0.0.1:${server.port}\n${key}`;
  await person.clickBox();
  await person.paste(text);
  await connected(server);
  const lists = (): number => server.others.filter(({ path }) => path === '/v1/models').length;
  const before = lists();
  await runCommand(rivulet.page, 'Rivulet: Add Endpoint');
  const input = rivulet.page.locator('.quick-input-widget input');
  await input.fill(text.replace('\n', ' '));
  await rivulet.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Connect to' }).waitFor();
  await input.press('Enter');
  await expect.poll(lists).toBeGreaterThan(before);
  await runCommand(rivulet.page, 'Rivulet: Remove Endpoint');
  // With two endpoints, it would ask which.
  const question = rivulet.page.locator('.monaco-dialog-box');
  await question.filter({ hasText: `Remove the endpoint "127.0.0.1:${server.port}"?` }).waitFor();
  await question.getByRole('button', { name: 'Remove', exact: true }).click();
  await rivulet.modelIs('Demo (offline');
  await rivulet.configure({
    'rivulet.endpoints': [{ id: '127.0.0.1', baseURL: server.url, models: ['gpt-4o'] }],
    'rivulet.model': '127.0.0.1/gpt-4o',
  });
  await rivulet.modelIs('gpt-4o (127.0.0.1)');
  await person.ask('Without a key?');
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});
