// Once through the chat in Chinese: every accessible name.
import { expect, test } from 'vitest';
import { answer, hang, text } from '../support/fakeServer.ts';
import { useRivulet } from './rivulet.ts';
import { sendQuestion } from '../../scripts/workbench.ts';

const rivulet = useRivulet({ language: 'zh-cn', settings: { 'rivulet.retry.maxAttempts': 1, 'rivulet.resume.maxResumes': 0 } });

test('asks, stops, resumes, edits, looks at versions, queues and compares in Chinese', async () => {
  const { chat, server } = rivulet;
  const box = chat.getByRole('textbox', { name: '消息' });
  const button = (name: string) => chat.getByRole('button', { name, exact: true });
  const states = () => chat.locator('article').evaluateAll((articles) => articles.map((article) => article.getAttribute('data-state')));
  server.next(text('半个回答'), hang());
  await box.fill('你好?');
  await button('发送').click();
  await expect.poll(() => chat.getByRole('log', { name: '对话' }).textContent()).toContain('半个回答');
  await button('停止').click();
  await expect.poll(states).toEqual(['done', 'stopped']);
  const note = await chat.locator('.note-text').textContent();
  server.next(...answer(',现在完整了。'));
  await button('续写').click();
  await expect.poll(states).toEqual(['done', 'done']);
  const own = chat.getByRole('article', { name: '你' });
  await own.hover();
  await own.getByRole('button', { name: '编辑', exact: true }).click();
  server.next(...answer('另一个回答。'));
  const edit = chat.getByRole('textbox', { name: '编辑问题' });
  await edit.fill('你好啊?');
  await edit.press('Enter');
  await expect.poll(() => chat.getByRole('log').textContent()).toContain('另一个回答。');
  await own.getByRole('button', { name: '较旧的版本', exact: true }).click();
  await expect.poll(() => chat.getByRole('log').textContent()).toContain('现在完整了。');
  server.next(text('很长'), hang());
  await sendQuestion(box, '再说一次');
  await sendQuestion(box, '排队的问题');
  await button('从队列中移除').click();
  await expect.poll(() => box.inputValue()).toBe('排队的问题');
  // With a question in the box, Send is in the place of Stop.
  await button('其他发送方式').click();
  await chat.getByRole('menuitem', { name: '停止', exact: true }).click();
  await button('比较模型').click();
  await rivulet.page.locator('.quick-input-widget').getByText('比较模型').waitFor();
  await rivulet.page.keyboard.press('Escape');
  const inTitle = (name: string) => rivulet.page.locator('.part.sidebar').getByRole('button', { name }).click();
  await inTitle('新建对话');
  await inTitle('历史对话');
  await rivulet.page.locator('.quick-input-widget').getByText('历史对话', { exact: true }).waitFor();
  await rivulet.page.keyboard.press('Escape');
  // What is left in English is a word of the page that nobody translated.
  const names = await chat
    .locator('button, [role="button"], [role="textbox"], textarea, [title]')
    .evaluateAll((elements) =>
      elements
        .map((element) => element.getAttribute('aria-label') ?? element.getAttribute('title') ?? '')
        .filter((name) => /^[A-Za-z ]{3,}$/.test(name)),
    );
  expect({ note, names }).toEqual({ note: '已停止生成。', names: [] });
});
