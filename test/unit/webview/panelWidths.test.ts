// One conversation with everything in it, at four widths, in four themes and both languages: nothing is cut off, lies over
// something else, or is out of reach. RIVULET_PICTURES names a folder for pictures of it all.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { PageMessage } from '../../../src/core/chat/page/protocol.ts';
import { done, type Language, message, panelScene, question, themes, worded, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { open } = panelScene((opened) => {
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
  },
} as const;

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
        'Use **two indices** and `swap`; see [the page](https://example.com/a/very/long/address/that/does/not/end/soon/index.html).',
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
  await panel.tell({ type: 'attached', attachments: [{ id: 'h', name: 'src/a/long/way/down/to/the/file.ts', tokens: 420 }] });
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
      ...document.querySelectorAll('button, vscode-button, vscode-toolbar-button, textarea, select, [role=tab], [role=meter]'),
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
    const rows = '.note-text, .notice-text, .message.user > .body, .find, .composer, .composer-row, .actions, .code-bar, .menu';
    for (const element of document.querySelectorAll(rows))
      if (element.scrollWidth > element.clientWidth + 1) problems.push(`cut off: ${element.className} ${name(element)}`);
    return problems;
  });

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
      const problems = [...(await outOfReach())];
      await page.getByRole('article', { name: words[language].you }).nth(1).hover();
      await picture(shot('all'), 2600);
      for (const name of ['More options', 'More ways to send', 'More actions']) {
        if ((await button(name).count()) === 0) continue;
        await button(name).last().click();
        await page.getByRole('menu', { name: worded(name, language) }).waitFor();
        problems.push(...(await outOfReach()));
        await picture(shot(name.replaceAll(' ', '-')));
        await page.keyboard.press('Escape');
      }
      await panel.tell({ type: 'openFind' });
      await page.getByRole('search').getByRole('textbox').fill('the');
      await expect.poll(() => page.locator('.find-count').innerText()).toMatch(/\d/);
      problems.push(...(await outOfReach()));
      await picture(shot('find'));
      expect(problems).toEqual([]);
    }
  });
});
