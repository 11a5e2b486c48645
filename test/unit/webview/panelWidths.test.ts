// One conversation with everything in it, at four widths in four themes: nothing is cut off, nothing lies out of reach.
// RIVULET_PICTURES names a folder for pictures of it all.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { PageMessage } from '../../../src/core/chat/page/protocol.ts';
import { done, message, panelScene, question, themes, type Panel } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { open } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

const author = 'deepseek-ai/DeepSeek-V4-Pro-Reasoner-2026-11-preview (siliconflow)';
const everything: readonly PageMessage[] = [
  {
    ...question('u1', '把这个函数改成不复制数组的版本，并说明每一步的复杂度。\n\nKeep `reverse(list)` as its name.'),
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
    reasoning: 'First, the loop.',
    status: { state: 'done', reasoning: 'Reasoned for 2.1 s', footer: '1,320 tokens · 2.3 s · US$0.0063', resumable: false },
    versions: { index: 1, count: 2 },
    text: [
      '## A loop in place',
      'Use **two indices** and `swap`; see [the page](https://example.com/a/very/long/address/that/does/not/end/soon/index.html).',
      '| 情况 | 时间 | 空间 | 说明 |\n|---|---|---|---|\n| 最好 | $O(n)$ | $O(1)$ | 已经有序 |\n| 最坏 | $O(n \\log n)$ | $O(n)$ | 需要复制 |',
      '```ts\nexport function reverse<T>(list: T[]): T[] {\n  for (let i = 0, j = list.length - 1; i < j; i++, j--)' +
        ' [list[i], list[j]] = [list[j]!, list[i]!];\n  return list;\n}\n```',
      '> [!WARNING]\n> It changes the list that it is given.',
      '- [x] in place\n- [ ] tested\n',
      '$$\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$$',
    ].join('\n\n'),
  }),
  question('u2', 'And without a loop?'),
  message({
    id: 'a2',
    author,
    text: 'With recursion, but',
    status: {
      state: 'error',
      resumable: true,
      footer: '9 tokens · 0.4 s',
      note: {
        text:
          'Lab cannot be reached (connect ECONNREFUSED 127.0.0.1:11434 /home/someone/projects/very-long-folder-name/endpoint.sock). ' +
          'Check that it is running.',
        actions: [
          { label: 'Select model', command: 'selectModel' },
          { label: 'Show log', command: 'showLog' },
        ],
      },
    },
  }),
  question('u3', 'Which is better?'),
  message({
    id: 'c1',
    author,
    text: 'The loop is better.\n\n```\nO(1)\n```',
    compared: true,
    status: { ...done, footer: '12 tokens · 0.6 s' },
  }),
  message({ id: 'c2', author: 'qwen3-coder (Local)', text: 'Both are', compared: true, status: { state: 'streaming' } }),
  message({ id: 'c3', author: 'gpt-5 (OpenAI)', text: 'It depends.', compared: true, status: done }),
  message({
    id: 'q',
    role: 'user',
    author: 'You',
    text: 'Then write the test',
    queued: true,
    status: {
      state: 'waiting',
      note: {
        text: 'Waiting until you pick one of the answers above.',
        actions: [
          { label: 'Send now', command: 'sendNow' },
          { label: 'Take back', command: 'unqueue' },
        ],
      },
    },
  }),
];

/** What a reader cannot see or reach: controls out of the page, text that is wider than what clips it, the page itself. */
const outOfReach = (): Promise<readonly string[]> =>
  page.evaluate(() => {
    const problems: string[] = [];
    const name = (element: Element): string =>
      element.getAttribute('aria-label') ?? element.getAttribute('label') ?? element.textContent!.trim();
    if (document.documentElement.scrollWidth > innerWidth) problems.push('the page is wider than its view');
    for (const element of document.querySelectorAll('button, vscode-button, vscode-toolbar-button, textarea, [role=tab]')) {
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && (left < -1 || right > innerWidth + 1)) problems.push(`out of view: ${name(element)}`);
    }
    for (const button of document.querySelectorAll('vscode-button')) {
      const label = button.shadowRoot?.querySelector('[part=base]');
      if (label && label.scrollWidth > label.clientWidth + 1) problems.push(`a label is cut off: ${name(button)}`);
    }
    for (const element of document.querySelectorAll('.note-text, .message.user > .body, .find, .composer, .actions'))
      if (element.scrollWidth > element.clientWidth + 1) problems.push(`cut off: ${element.className} ${name(element)}`);
    return problems;
  });

describe.each([200, 300, 460, 700])('at %i px', (width) => {
  it.each(themes)('nothing is cut off in %s', async (theme) => {
    await open({ theme }, ...everything);
    await page.setViewportSize({ width, height: 1000 });
    await panel.tell({ type: 'attached', attachments: [{ id: 'h', name: 'src/a/long/way/down/to/the/file.ts', tokens: 420 }] });
    await panel.tell({ type: 'model', model: { id: 'x/y', label: author } });
    await page.locator('math').first().waitFor({ state: 'attached' });
    const folder = process.env['RIVULET_PICTURES'];
    if (folder !== undefined) {
      await page.screenshot({ path: join(folder, `${width}-${theme}-end.png`) });
      await page.setViewportSize({ width, height: 2600 });
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder, `${width}-${theme}-all.png`) });
    }
    await panel.tell({ type: 'openFind' });
    await page.getByRole('search').getByRole('textbox').fill('the');
    await expect.poll(() => page.locator('.find-count').innerText()).toMatch(/of/);
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${width}-${theme}-find.png`) });
    expect(await outOfReach()).toEqual([]);
  });
});
