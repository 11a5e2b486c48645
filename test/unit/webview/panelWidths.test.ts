// One conversation with everything in it, at four widths, in four themes and both languages: nothing is cut off, lies over
// something else, is out of reach, or is in English in a Chinese window. RIVULET_PICTURES names a folder for pictures of it all.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { pageStrings } from '../../../src/core/chat/page/pageStrings.ts';
import type { PageMessage } from '../../../src/core/chat/page/protocol.ts';
import { done, type Language, message, panelScene, question, themes, worded, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { open, sent } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

const author = 'deepseek-ai/DeepSeek-V4-Pro-Reasoner-2026-11-preview (siliconflow)';
/** The words of the host, which is not here. */
const words = {
  en: {
    you: 'You',
    footer: '1,320 tokens in, 420 out · first after 42 ms · 61 tokens/s · US$0.0063 · Effort high · Temperature 0.2',
    reasoned: 'Reasoned for 2.1 s',
    unreachable:
      'Lab cannot be reached (connect ECONNREFUSED 127.0.0.1:11434 /home/someone/projects/very-long-folder-name/endpoint.sock). ' +
      'Check that it is running.',
    choose: 'Select model',
    log: 'Show Log',
    limit: 'Stopped at the limit of 500 tokens (rivulet.limits.maxTokens).',
    resume: 'Resume',
    waiting: 'Waiting until you pick one of the answers above.',
    send: 'Send Now',
    back: 'Take Back',
    near: 'Little room is left for the answer.',
    sumUp: 'Sum Up Older Part',
    leaveOut: 'Leave Out the Oldest',
    again: 'Try Again',
    summary: 'Later prompts start with this summary instead of the messages that it covers.',
    offline: 'Nothing is running at http://127.0.0.1:11434/v1. Start the server, or check the baseURL.',
  },
  'zh-cn': {
    you: '你',
    footer: '输入 1,320 token，输出 420 · 首字延迟 42 毫秒 · 61 token/s · ¥0.0453 · 思考强度 high · 温度 0.2',
    reasoned: '思考了 2.1 秒',
    unreachable:
      '无法连接 Lab（connect ECONNREFUSED 127.0.0.1:11434 /home/someone/projects/very-long-folder-name/endpoint.sock）。请检查它是否在运行。',
    choose: '选择模型',
    log: '显示日志',
    limit: '已达到上限 500 token（rivulet.limits.maxTokens），回答在此停止。',
    resume: '续写',
    waiting: '选用上面的一个回答后发送。',
    send: '立即发送',
    back: '从队列中移除',
    near: '留给回答的空间不多了。',
    sumUp: '总结较早的部分',
    leaveOut: '不再发送最早的消息',
    again: '重试',
    summary: '之后的提问以此总结开头，代替其所总结的消息。',
    offline: 'http://127.0.0.1:11434/v1 上没有服务器在运行。请先启动服务器，或检查 API 地址。',
  },
} as const;

const thumbnail = {
  width: 2_000,
  height: 1_250,
  bytes: 1_234_567,
  thumbnail: 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
};

function everything(language: Language): readonly PageMessage[] {
  const w = words[language];
  return [
    {
      ...question('u1', '把这个函数改成不复制数组的版本，并说明每一步的复杂度。\n\nKeep `reverse(list)` as its name.'),
      author: w.you,
      askedAt: Date.UTC(2026, 10, 20, 9, 30),
      versions: { index: 2, count: 3 },
      attachments: [
        { id: 'f', name: 'src/features/conversations/history/reverseLinkedListOfConversations.ts:120-148', tokens: 12_345 },
        { id: 'g', name: 'README.md', tokens: 1 },
        { id: 'p', name: 'a-picture-with-a-long-name.png', tokens: 1_105, picture: thumbnail },
      ],
    },
    message({
      id: 'a1',
      author,
      askedAt: Date.UTC(2026, 10, 20, 9, 30),
      reasoning: 'First, the loop.',
      status: {
        state: 'done',
        reasoning: w.reasoned,
        footer: w.footer,
        sources: [{ url: 'https://example.com/a', title: 'A page whose title is much too long for the panel that it is shown in' }],
      },
      versions: { index: 1, count: 12 },
      text: [
        '## A loop in place',
        'It takes **two indices** and `swap`; see [the page](https://example.com/a/very/long/address/that/does/not/end/soon/index.html).',
        '| 情况 | 时间 | 空间 | 说明 |\n|---|---|---|---|\n| 最好 | $O(n)$ | $O(1)$ | 已经有序 |\n| 最坏 | $O(n \\log n)$ | $O(n)$ | 需要复制 |',
        '```ts\nexport function reverse<T>(list: T[]): T[] {\n  for (let i = 0, j = list.length - 1; i < j; i++, j--)' +
          ' [list[i], list[j]] = [list[j]!, list[i]!];\n  return list;\n}\n```',
        '- [x] in place\n- [ ] tested\n  - > ```mermaid\n    > graph TD\n    > ```\n',
        '> [!WARNING]\n> It changes the list that it is given.',
        '$$\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$$',
      ].join('\n\n'),
    }),
    { ...question('u2', 'And without a loop?'), author: w.you, askedAt: Date.UTC(2026, 10, 20, 9, 31) },
    message({
      id: 'a2',
      author,
      text: 'With recursion, but',
      status: {
        state: 'error',
        resumable: true,
        footer: w.footer,
        note: {
          text: w.unreachable,
          actions: [
            { label: w.choose, command: 'selectModel' },
            { label: w.log, command: 'showLog' },
          ],
        },
      },
    }),
    { ...question('u3', 'Then in short.'), author: w.you },
    message({
      id: 'a3',
      author,
      text: 'In short:',
      status: {
        state: 'limit',
        resumable: true,
        footer: w.footer,
        note: { text: w.limit, actions: [{ label: w.resume, command: 'resume' }] },
      },
    }),
    message({
      id: 's1',
      author,
      text: 'They want a loop.',
      summary: true,
      status: {
        ...done,
        note: {
          text: w.summary,
          actions: [
            { label: worded('Edit Summary', language), command: 'editSummary' },
            { label: worded('Undo', language), command: 'undoCut' },
          ],
        },
      },
    }),
    { ...question('u5', 'Is it stable?'), author: w.you },
    message({
      id: 'a5',
      author,
      status: { state: 'error', resumable: true, note: { text: w.unreachable, actions: [{ label: w.again, command: 'regenerate' }] } },
    }),
    { ...question('u4', 'Which is better?'), author: w.you },
    message({
      id: 'c1',
      author,
      text: 'The loop is better.\n\n```typescript\nO(1)\n```',
      compared: true,
      status: { ...done, footer: w.footer },
    }),
    message({ id: 'c2', author: 'qwen3-coder (Local)', text: 'Both are', compared: true, status: { state: 'streaming' } }),
    message({ id: 'c3', author: 'gpt-5 (OpenAI)', text: 'It depends.', compared: true, status: done }),
    message({
      id: 'q',
      role: 'user',
      author: w.you,
      text: 'Then write the test',
      queued: true,
      status: {
        state: 'waiting',
        note: {
          text: w.waiting,
          actions: [
            { label: w.send, command: 'sendNow' },
            { label: w.back, command: 'unqueue' },
          ],
        },
      },
    }),
  ];
}

/** The composer with all that it can hold. */
async function fillComposer(language: Language): Promise<void> {
  const w = words[language];
  await panel.tell({
    type: 'attached',
    attachments: [
      { id: 'h', name: 'src/a/long/way/down/to/the/file.ts', tokens: 420 },
      { id: 'p', name: 'screen.png', tokens: 1_105, picture: thumbnail },
    ],
  });
  await panel.tell({ type: 'model', model: { id: 'x/y', label: author } });
  await panel.tell({ type: 'parameters', parameters: { effort: 'medium', temperature: 0.2 }, efforts: ['low', 'medium', 'high'] });
  await panel.tell({
    type: 'promptSize',
    size: { system: 1, history: 99_000, attachments: 9, question: 9, prompt: 123_456, window: 128_000, exact: false, state: 'near' },
    notice: {
      text: w.near,
      actions: [
        { label: w.sumUp, command: 'compact' },
        { label: w.leaveOut, command: 'leaveOut' },
        { label: w.choose, command: 'selectModel' },
      ],
      blocking: false,
    },
  });
  await page.getByRole('meter').waitFor();
  await page.getByRole('textbox', { name: worded('Message', language) }).fill('x');
}

/** What a reader cannot see or reach: controls out of the page or over each other, text that is wider than what clips it. */
const outOfReach = (): Promise<readonly string[]> =>
  page.evaluate(() => {
    const problems: string[] = [];
    const name = (element: Element): string =>
      element.getAttribute('aria-label') ?? element.getAttribute('label') ?? element.textContent!.trim();
    if (document.documentElement.scrollWidth > innerWidth) problems.push('the page is wider than its view');
    const controls = [
      ...document.querySelectorAll('button, vscode-button, vscode-toolbar-button, textarea, input, select, [role=tab], [role=meter]'),
    ]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((element) => ({ element, place: element.getBoundingClientRect() }));
    for (const { element, place } of controls) {
      if (place.width > 0 && (place.left < -1 || place.right > innerWidth + 1)) problems.push(`out of view: ${name(element)}`);
      if (place.width < 14) problems.push(`too narrow: ${name(element)} ${place.width}`);
    }
    for (const row of document.querySelectorAll('.actions, .composer-row, .code-bar, .find, .tabs-row, .notice, .note')) {
      const within = controls.filter(({ element }) => row.contains(element) && !element.closest('.code-bar, .menu')?.contains(row));
      for (const [index, one] of within.entries())
        for (const other of within.slice(index + 1)) {
          if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
          const across = Math.min(one.place.right, other.place.right) - Math.max(one.place.left, other.place.left);
          const down = Math.min(one.place.bottom, other.place.bottom) - Math.max(one.place.top, other.place.top);
          if (across > 1 && down > 1) problems.push(`one over the other: ${name(one.element)}, ${name(other.element)}`);
        }
    }
    for (const button of document.querySelectorAll('vscode-button')) {
      const label = button.shadowRoot?.querySelector('[part=base]');
      if (label && label.scrollWidth > label.clientWidth + 1) problems.push(`a label is cut off: ${name(button)}`);
    }
    const rows =
      '.note-text, .notice-text, .message.user > .body, .find, .composer, .composer-row, .actions, .code-bar, .menu, ' +
      '.edit, .parameter-form, .selection-bar, .empty, .connect, .mid-cut, .assistant > header';
    for (const element of document.querySelectorAll(rows))
      if (element.scrollWidth > element.clientWidth + 1) problems.push(`cut off: ${element.className} ${name(element)}`);
    for (const cell of document.querySelectorAll<HTMLElement>('.table :is(th, td)'))
      if (/^[\u4e00-\u9fff]{1,4}$/.test(cell.textContent) && cell.offsetHeight > 45) problems.push(`broken: ${cell.textContent}`);
    for (const { textContent, scrollWidth, clientWidth } of document.querySelectorAll('.code-language'))
      if (scrollWidth > clientWidth && clientWidth < 40) problems.push(`no room for ${textContent}`);
    for (const name of document.querySelectorAll<HTMLElement>('.mid-cut')) {
      if (name.checkVisibility() && name.offsetWidth < 48 && !name.closest('.tabs')) problems.push(`no room for ${name.textContent}`);
      const head = name.firstElementChild!;
      const end = head.getBoundingClientRect();
      const range = document.createRange();
      for (let at = 0; head !== name.lastElementChild && at < head.textContent.length; at++) {
        range.setStart(head.firstChild!, at);
        range.setEnd(head.firstChild!, at + 1);
        const letter = range.getBoundingClientRect();
        if (letter.top < end.bottom - 2 && letter.right > end.right + 1) problems.push(`a letter of ${name.textContent} is cut in half`);
      }
    }
    return problems;
  });

/** Sentences of the page that a Chinese window shows, or says to a screen reader, in English. */
const inEnglish = (): Promise<readonly string[]> =>
  page.evaluate(
    (sentences) => {
      const shown = [...document.querySelectorAll('#root *')].flatMap((element) => [
        ...['aria-label', 'aria-valuetext', 'label', 'placeholder', 'title'].map((name) => element.getAttribute(name)),
        ...[...element.childNodes].filter((node) => node instanceof Text).map((node) => node.data.trim()),
      ]);
      return [...new Set(shown)].filter((text) => sentences.includes(text ?? '')).map((text) => `in English: ${text}`);
    },
    Object.values<string>(pageStrings).filter((sentence) => worded(sentence, 'zh-cn') !== sentence),
  );

const folder = process.env['RIVULET_PICTURES'];

async function picture(name: string, height = 1000): Promise<void> {
  if (folder === undefined) return;
  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, height });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize(size);
}

// Each width is seen in both languages, and pictures are made of all that there is.
const languageOf = (width: number, theme: string): readonly Language[] =>
  folder !== undefined ? ['en', 'zh-cn'] : [theme.endsWith('light') === width > 250 ? 'en' : 'zh-cn'];

describe.each([200, 300, 460, 700])('at %i px', (width) => {
  it.each(themes)('nothing is cut off in %s', async (theme) => {
    for (const language of languageOf(width, theme)) {
      const shot = (what: string): string => `${width}-${language}-${theme}-${what}`;
      const button = (name: string) => page.getByRole('button', { name: worded(name, language), exact: true });
      await open({ theme, language }, ...everything(language));
      await page.setViewportSize({ width, height: 1000 });
      await fillComposer(language);
      await page.locator('math').first().waitFor({ state: 'attached' });
      const problemsNow = async () => [...(await outOfReach()), ...(language === 'en' ? [] : await inEnglish())];
      const problems = await problemsNow();
      await page.getByRole('article', { name: words[language].you }).nth(1).hover();
      await picture(shot('all'), 2600);
      for (const name of ['More options', 'More ways to send', 'More actions']) {
        if ((await button(name).count()) === 0) continue;
        await button(name).last().click();
        await page.getByRole('menu', { name: worded(name, language) }).waitFor();
        problems.push(...(await problemsNow()));
        await picture(shot(name.replaceAll(' ', '-')));
        await page.keyboard.press('Escape');
      }
      await panel.tell({ type: 'openFind' });
      await page.getByRole('search').getByRole('textbox').fill('the');
      await expect.poll(() => page.locator('.find-count').innerText()).toMatch(/\d/);
      const look = async (what: string): Promise<void> => {
        problems.push(...(await problemsNow()));
        await picture(shot(what));
      };
      await look('find');
      await page.keyboard.press('Escape');
      // The composer with the offers, a question that is edited, the bar of a selection, and the form of the parameters.
      await page.getByRole('article').locator('.edit').first().click();
      await page.getByRole('article').getByRole('textbox').waitFor();
      await page.getByRole('textbox', { name: worded('Message', language) }).fill('#src');
      const request = (await sent('find')).at(-1)!.request;
      const detail = 'src/features/conversations/history';
      const offers = ['index.ts', 'reverseLinkedListOfConversations.ts'].map((label) => ({ target: label, label, detail }));
      await panel.tell({ type: 'offers', request, offers });
      await page.getByRole('option').first().waitFor();
      await look('offers');
      await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('.assistant > .body p')!));
      await page.getByRole('toolbar', { name: worded('Selected text', language) }).waitFor();
      await look('selection');
      if ((await button('More options').count()) > 0 && (await button('More options').isVisible())) {
        await button('More options').click();
        await page
          .getByRole('menu', { name: worded('More options', language) })
          .getByRole('menuitem', { name: /1/ })
          .click();
      } else await page.locator('.parameters').click();
      await page.getByRole('dialog').waitFor();
      await look('parameters');
      // An empty chat.
      await open({ theme, language });
      await page.setViewportSize({ width, height: 1000 });
      await look('empty');
      await panel.tell({ type: 'connection', text: words[language].offline });
      await page.getByText(words[language].offline).waitFor();
      await look('connect');
      expect(problems).toEqual([]);
    }
  });
});
