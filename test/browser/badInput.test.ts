// Mistakes of users and servers: each produces one sentence that names the setting or the server.
import type { Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { answer, drop, fakeServer, head, raw, status } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';
import { sendQuestion } from '../../scripts/workbench.ts';

const rivulet = useRivulet({ settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });

beforeEach(async () => {
  await rivulet.configure({});
  await rivulet.modelIs('fake (fake)');
});

test.each([
  { wrong: 'an entry without an id', endpoints: [{ baseURL: 'http://127.0.0.1:1/v1' }], says: '"id"' },
  { wrong: 'an address that is not http', endpoints: [{ id: 'files', baseURL: 'ftp://example.org/v1' }], says: '"baseURL" of "files"' },
  { wrong: 'no list at all', endpoints: { id: 'x' }, says: 'must be a list' },
])('$wrong in rivulet.endpoints is named in one message, and a good entry goes on working', async ({ endpoints, says }) => {
  const good = { id: 'fake', baseURL: rivulet.server.url, models: ['fake'] };
  await rivulet.configure({ 'rivulet.endpoints': Array.isArray(endpoints) ? [...endpoints, good] : endpoints });
  const message = rivulet.page.locator('.notification-toast', { hasText: 'rivulet.endpoints' });
  await expect.poll(() => message.allInnerTexts()).toEqual([expect.stringContaining(says)]);
  await dismiss(message);
  if (!Array.isArray(endpoints)) return;
  const { answer: shown } = await rivulet.ask('Still there?', ...answer('Still here.'));
  await expect.poll(() => shown.innerText()).toContain('Still here.');
});

test('a server that answers with a web page is named, and its address can be edited', async () => {
  const page = status(200, '<!doctype html><title>Sign in</title><p>Please sign in');
  const { answer: shown } = await rivulet.ask('Hello?', ...page);
  await expect.poll(() => stateOf(shown)).toBe('error');
  expect({ text: await shown.innerText(), fix: await shown.getByRole('button', { name: 'Edit Endpoint' }).count() }).toEqual({
    text: expect.stringMatching(/fake.*sent a web page.*Sign in/s),
    fix: 1,
  });
});

test.each([
  { code: 401, error: 'Incorrect API key provided', fix: 'Set API Key' },
  { code: 404, error: 'The model `fake` does not exist', fix: 'Select Model' },
])('status $code becomes a sentence with the button $fix', async ({ code, error, fix }) => {
  const { answer: shown } = await rivulet.ask('Hello?', ...status(code, { error: { message: error } }));
  await expect.poll(() => stateOf(shown)).toBe('error');
  const text = await shown.innerText();
  expect({ text, fix: await shown.getByRole('button', { name: fix }).count(), stack: /\bat \S+ \(|\.js:\d/.test(text) }).toEqual({
    text: expect.stringContaining(error),
    fix: 1,
    stack: false,
  });
});

test('a server that is not there is named, and its address can be edited', async () => {
  const gone = await fakeServer();
  await gone.close();
  await rivulet.configure({ 'rivulet.endpoints': [{ id: 'gone', baseURL: gone.url, models: ['m'] }], 'rivulet.model': 'gone/m' });
  await rivulet.modelIs('m (gone)');
  const before = await rivulet.articles.count();
  await sendQuestion(rivulet.box, 'Anybody?');
  const shown = rivulet.articles.nth(before + 1);
  await expect.poll(() => stateOf(shown)).toBe('error');
  expect({ text: await shown.innerText(), fix: await shown.getByRole('button', { name: 'Edit Endpoint' }).count() }).toEqual({
    text: expect.stringMatching(/gone.*Nothing is running at/s),
    fix: 1,
  });
});

test('a connection that breaks in the middle keeps what came and offers to resume', async () => {
  const sse = { 'content-type': 'text/event-stream' };
  const { answer: shown } = await rivulet.ask(
    'Break',
    head(200, sse),
    raw('data: {"choices":[{"index":0,"delta":{"content":"Half a sen"}}]}\n\n'),
    drop(),
  );
  await expect.poll(() => stateOf(shown)).toBe('truncated');
  expect({ text: await shown.innerText(), fix: await shown.getByRole('button', { name: 'Resume' }).count() }).toEqual({
    text: expect.stringContaining('Half a sen'),
    fix: 1,
  });
});

async function dismiss(message: Locator): Promise<void> {
  await message.first().hover();
  await message.first().locator('.codicon-notifications-clear').click();
  await expect.poll(() => message.count()).toBe(0);
}
