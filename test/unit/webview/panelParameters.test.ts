// The effort and the other parameters of a conversation, in the page by itself: what is shown, and what is set.
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import type { PageParameters } from '../../../src/core/chat/page/protocol.ts';
import { panelScene, type Panel, worded } from './panel.ts';

// A busy machine draws slowly.
vi.setConfig({ testTimeout: 60_000 });

let panel: Panel;
let page: Page;
const { show: open, open: openIn } = panelScene((opened) => {
  panel = opened;
  ({ page } = opened);
});

async function show(parameters: PageParameters, efforts: readonly string[]): Promise<void> {
  await open();
  await panel.tell({ type: 'parameters', parameters, efforts });
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
}

const effort = () => page.getByRole('combobox', { name: 'Effort' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const form = () => page.getByRole('dialog', { name: 'Parameters' });
const set = async () => (await panel.said()).flatMap((said) => (said.type === 'setParameters' ? [said.parameters] : []));

it('switches the effort of the conversation among the words of the model, and keeps one that the model does not name', async () => {
  await show({ temperature: 0.2 }, ['low', 'high']);
  const offered = await effort().locator('option').allInnerTexts();
  await effort().selectOption('high');
  await panel.tell({ type: 'parameters', parameters: { temperature: 0.2, effort: 'high' }, efforts: ['low', 'high'] });
  await expect.poll(() => effort().inputValue()).toBe('high');
  await effort().selectOption('Default');
  await panel.tell({ type: 'parameters', parameters: { effort: 'xhigh' }, efforts: ['low', 'high'] });
  await expect.poll(() => effort().inputValue()).toBe('xhigh');
  await panel.tell({ type: 'parameters', parameters: {}, efforts: [] });
  await effort().waitFor({ state: 'detached' });
  expect({ offered, set: await set() }).toEqual({
    offered: ['Default', 'low', 'high'],
    set: [{ temperature: 0.2, effort: 'high' }, { temperature: 0.2 }],
  });
});

it('sets the other parameters in a form, which keeps the effort and refuses what is no object', async () => {
  await show({ effort: 'low', topP: 0.5, body: { top_k: 5 } }, ['low']);
  await button('Parameters (2 changed)').click();
  const before = [
    await form().getByLabel('Top p').inputValue(),
    await form()
      .getByLabel(/JSON object/)
      .inputValue(),
    await form().getByLabel('Temperature').inputValue(),
  ];
  await form().getByLabel('Temperature').fill('1.2');
  await form().getByLabel('Top p').fill('');
  await form().getByLabel('Maximum tokens').fill('500');
  await form().getByLabel('Verbosity').selectOption('low');
  await form()
    .getByLabel(/Stop texts/)
    .fill('END\n\n  two words');
  const body = form().getByLabel(/JSON object/);
  await body.fill('[1]');
  await button('Use').click();
  const refused = await body.evaluate((element: HTMLTextAreaElement) => element.validationMessage);
  await body.fill('{"seed": 7}');
  await form().getByLabel('Temperature').press('Enter');
  await form().waitFor({ state: 'hidden' });
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(focused).toBe('Message');
  expect({ before, refused, set: await set() }).toEqual({
    before: ['0.5', '{\n  "top_k": 5\n}', ''],
    refused: 'This is not a JSON object.',
    set: [{ effort: 'low', temperature: 1.2, maxTokens: 500, verbosity: 'low', stop: ['END', '  two words'], body: { seed: 7 } }],
  });
});

it('leaves the parameters as they are when the form is closed with Escape, which stops no answer, and resets them', async () => {
  await show({ temperature: 1 }, []);
  await button('Parameters (1 changed)').click();
  await form().getByLabel('Temperature').fill('2');
  await page.keyboard.press('Escape');
  await form().waitFor({ state: 'hidden' });
  await button('Parameters (1 changed)').click();
  const again = await form().getByLabel('Temperature').inputValue();
  await form().getByRole('button', { name: 'Reset' }).click();
  expect({ again, set: await set(), stopped: (await panel.said()).filter(({ type }) => type === 'stop') }).toEqual({
    again: '1',
    set: [{}],
    stopped: [],
  });
});

it('has the effort in the form where the message box has no room for it, reached by keyboard alone in both languages', async () => {
  const seen: unknown[] = [];
  for (const language of ['en', 'zh-cn'] as const) {
    const word = (sentence: string): string => worded(sentence, language);
    await openIn({ language });
    await page.setViewportSize({ width: 220, height: 800 });
    await panel.tell({ type: 'parameters', parameters: { effort: 'low' }, efforts: ['low', 'high'] });
    const switches = () => page.getByRole('combobox', { name: word('Effort') });
    await button(word('More options')).focus();
    const inBox = await switches().count();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: word('Parameters') }).waitFor();
    // What the row shows is not offered a second time.
    const items = await page.getByRole('menuitem').allInnerTexts();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await switches().waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    const before = await switches().inputValue();
    await switches().selectOption('high');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    seen.push([inBox, items.map((item) => item.trim()), focused === word('Effort'), before, await set()]);
  }
  expect(seen).toEqual([
    [0, ['Attach a file or the selection', 'Parameters', 'Compare models'], true, 'low', [{ effort: 'high' }]],
    [0, ['附加文件或所选内容', '参数', '比较模型'], true, 'low', [{ effort: 'high' }]],
  ]);
});
