// The shortest whole path: a question in the panel, an answer that grows, and a Stop that reaches the server's socket.
import { expect, test } from 'vitest';
import { done, finish, gate, hang, text, usage, wait } from '../support/fakeServer.ts';
import { stateOf, useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

test('the container is named Rivulet and the panel has an empty conversation and a box named Message', async () => {
  const container = rivulet.page.getByRole('tab', { name: /^Rivulet/ });
  expect({
    container: await container.count(),
    articles: await rivulet.articles.count(),
    box: await rivulet.box.inputValue(),
  }).toEqual({ container: 1, articles: 0, box: '' });
});

test('an answer grows while it comes and is done when the server says so', async () => {
  const more = gate();
  const steps = [text('The **first** half'), wait(more.opened), text(' and the second.'), finish(), usage(9, 7), done()];
  const { request, answer } = await rivulet.ask('Two halves, please', ...steps);
  await expect.poll(() => answer.innerText()).toContain('The first half');
  const during = { state: await stateOf(answer), bold: await answer.locator('strong').innerText() };
  more.open();
  await expect.poll(() => stateOf(answer)).toBe('done');
  expect({
    during,
    after: await answer.textContent(),
    asked: request.body.messages.at(-1),
    streamed: [request.body.stream, request.body.stream_options],
    model: request.body.model,
  }).toEqual({
    during: { state: 'streaming', bold: 'first' },
    after: expect.stringContaining('The first half and the second.'),
    asked: { role: 'user', content: 'Two halves, please' },
    streamed: [true, { include_usage: true }],
    model: 'fake',
  });
});

test('Stop keeps the partial text, marks it stopped, and closes the socket', async () => {
  const { request, answer } = await rivulet.ask('Never end', text('Only this much'), hang());
  await expect.poll(() => answer.textContent()).toContain('Only this much');
  await rivulet.button('Stop').click();
  const { how } = await request.over;
  await expect.poll(() => stateOf(answer)).toBe('stopped');
  await expect.poll(() => rivulet.server.sockets[request.socket]?.closedMs).toBeDefined();
  expect({ how, text: await answer.textContent() }).toEqual({
    how: 'client-left',
    text: expect.stringContaining('Only this much'),
  });
});

test('the status bar counts tokens, about while they come and exactly once the server has said', async () => {
  const more = gate();
  const counter = rivulet.page.locator('.statusbar-item').filter({ hasText: 'token' }).first();
  const { answer } = await rivulet.ask('Count', text('one two three four'), wait(more.opened), finish(), usage(5, 321), done());
  await expect.poll(() => counter.innerText()).toContain('~');
  more.open();
  await expect.poll(() => stateOf(answer)).toBe('done');
  const bar = rivulet.page.locator('.part.statusbar');
  await expect.poll(() => bar.innerText()).toContain('321');
  expect(await bar.innerText()).not.toContain('~');
});
