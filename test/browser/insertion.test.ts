// What the editor shows and offers while an answer is written into it.
import type { Page } from 'playwright-core';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { done, finish, gate, hang, type Step, text, wait } from '../support/fakeServer.ts';
import { openFile, runCommand } from '../../scripts/workbench.ts';
import { useRivulet } from './rivulet.ts';

const rivulet = useRivulet();

/** Names of Rivulet's commands that the palette offers now: those whose `when` clause is true. */
async function offered(page: Page, name: string): Promise<string[]> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.waitFor();
  await input.fill(`>${name}`);
  const rows = page.locator('.quick-input-list .monaco-list-row .label-name');
  await rows.first().waitFor();
  const names = await rows.allInnerTexts();
  await page.keyboard.press('Escape');
  return names.filter((label) => label.startsWith(name)).sort();
}

test('the status bar counts tokens, Stop is offered, and Escape in the editor stops at once and keeps the text', async () => {
  const { page, server } = rivulet;
  await openFile(page, 'greeting.py');
  await page.keyboard.press('Control+End');
  const before = await offered(page, 'Rivulet: Stop');
  const index = server.requests.length;
  server.next(text('first = 1\n'), text('second = 2'), hang());
  await runCommand(page, 'Rivulet: Insert Answer at Cursor');
  await page.locator('.quick-input-widget input[type="text"]').fill('Two lines');
  await page.keyboard.press('Enter');
  const request = await server.arrived(index);
  await page.locator('.view-line', { hasText: 'second' }).waitFor();
  const counter = page.locator('.statusbar-item').filter({ hasText: /~\d+ tokens/ });
  await counter.waitFor();
  // It has fallen silent.
  await counter.locator('.codicon-loading').waitFor();
  const both = ['Rivulet: Stop', 'Rivulet: Stop All'];
  await expect.poll(() => offered(page, 'Rivulet: Stop')).toEqual(both);
  await page.locator('.monaco-editor').first().click();
  await page.locator('.monaco-editor.focused').waitFor();
  await page.keyboard.press('Escape');
  const { how } = await request.over;
  await expect.poll(() => offered(page, 'Rivulet: Stop')).toEqual(before);
  expect({ before, how, kept: await page.locator('.view-line', { hasText: 'second' }).count() }).toEqual({
    before: [],
    how: 'client-left',
    kept: 1,
  });
});

test('an answer of which nothing gets into the file says so, and is shown in the panel on demand', async () => {
  const { page, server, chat } = rivulet;
  await rivulet.configure({ 'rivulet.insert.prose': 'drop' });
  await openFile(page, 'greeting.py');
  server.next(text('This is only talk, and no code at all.'), finish(), done());
  await runCommand(page, 'Rivulet: Insert Answer at Cursor');
  await page.locator('.quick-input-widget input[type="text"]').fill('Say something');
  await page.keyboard.press('Enter');
  const toast = page.locator('.notification-toast', { hasText: 'Nothing was inserted' });
  await toast.getByRole('button', { name: 'Show in Panel' }).click();
  await chat.locator('article.assistant', { hasText: 'only talk' }).waitFor();
  await rivulet.configure({});
});

test('changes are decided in the peek, by key, by command and in the diff editor, and leave nothing after the last decision', async () => {
  const { page, server } = rivulet;
  const lines = Array.from({ length: 12 }, (_, at) => `value_${at} = compute(${at})`);
  // The third change only removes a line.
  const changed = lines.map((line, at) => (at % 3 === 1 ? `${line} + changed` : line)).filter((_, at) => at !== 7);
  await writeFile(join(rivulet.place.folder, 'changes.py'), `${lines.join('\n')}\n`);
  await openFile(page, 'changes.py');
  await page.keyboard.press('Control+A');
  const more = gate();
  server.next(text(`${changed.slice(0, 7).join('\n')}\n`), wait(more.opened), text(`${changed.slice(7).join('\n')}\n`), finish(), done());
  await runCommand(page, 'Rivulet: Replace Selection With…');
  await page.locator('.quick-input-widget input[type="text"]').fill('Change it');
  await page.keyboard.press('Enter');
  const waiting = (): Promise<number> => page.locator('.codelens-decoration', { hasText: 'Keep This Change' }).count();
  const inText = (): Promise<number> => page.locator('.editor-instance .view-line', { hasText: 'changed' }).count();
  const sourceControl = page.locator('.activitybar .action-label[aria-label^="Source Control"]');
  const status = page.locator('.statusbar-item[id*="rivulet.changes"]');
  await expect.poll(waiting).toBe(2);

  const peek = page.locator('.peekview-widget');
  await page.locator('.view-line', { hasText: 'value_0' }).click();
  // VS Code compares the file a moment after it changes.
  await expect
    .poll(async () => {
      if (!(await peek.isVisible())) await page.keyboard.press('Alt+F3');
      return peek.isVisible();
    })
    .toBe(true);
  more.open();
  await expect.poll(waiting).toBe(4);
  // It stays at its change while the answer grows.
  await expect.poll(() => peek.locator('.peekview-title').innerText()).toContain('1 of 4');
  await peek.locator('.action-label[aria-label^="Undo This Change"]').click();
  await expect.poll(waiting).toBe(3);
  await page.keyboard.press('Escape');
  await peek.waitFor({ state: 'hidden' });
  // What screen readers hear changes every five seconds at most.
  await expect.poll(() => status.locator('[role="status"][aria-label*="Changes: 3"]').count(), { timeout: 20_000 }).toBe(1);
  const seen: unknown[] = [await inText(), /pending/.test((await sourceControl.getAttribute('aria-label'))!)];

  // No change is on the first line.
  await page.locator('.view-line', { hasText: 'value_0' }).click();
  await expect.poll(() => offered(page, 'Rivulet: Keep This Change')).toEqual([]);
  await page.keyboard.press('Control+Shift+Backspace');
  // VS Code has compared the file again.
  await expect.poll(() => page.locator('.margin .dirty-diff-glyph').count()).toBe(3);
  await rivulet.configure({ 'workbench.colorTheme': 'Default High Contrast' });
  /** Lines with the border of added lines, and with that of removed ones. */
  const borders = (): Promise<readonly number[]> =>
    page.locator('.view-overlays .cdr').evaluateAll((marks) => {
      const styles = marks.map((mark) => getComputedStyle(mark));
      return [
        styles.filter((each) => each.borderLeftWidth === '3px').length,
        styles.filter((each) => each.borderTopWidth === '2px').length,
      ];
    });
  await expect.poll(borders).toEqual([2, 1]);
  for (const [key, line] of [
    ['Alt+F5', 5],
    ['Alt+F5', 7],
    ['Shift+Alt+F5', 5],
  ] as const) {
    await page.keyboard.press(key);
    await page.locator('.statusbar-item[id="status.editor.selection"]', { hasText: `Ln ${line},` }).waitFor();
  }
  await expect.poll(() => offered(page, 'Rivulet: Keep This Change')).toEqual(['Rivulet: Keep This Change']);
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(waiting).toBe(2);
  seen.push(await inText());

  await page.keyboard.press('Alt+F5');
  await runCommand(page, 'Rivulet: Undo This Change');
  await expect.poll(waiting).toBe(1);
  seen.push(await inText());

  await expect.poll(borders).toEqual([1, 0]);
  await openFile(page, 'greeting.py');
  await expect.poll(borders).toEqual([0, 0]);
  await openFile(page, 'changes.py');
  await expect.poll(borders).toEqual([1, 0]);
  await rivulet.configure({});

  await runCommand(page, 'Rivulet: Compare with Original');
  await page.locator('.editor-actions .action-label[aria-label^="Keep All"]').click();
  await status.waitFor({ state: 'detached' });
  await expect.poll(async () => /pending/.test((await sourceControl.getAttribute('aria-label'))!)).toBe(false);
  expect(seen).toEqual([2, true, 2, 2]);
});

test('the peek stays on its change while another answer grows above it', async () => {
  const { page, server } = rivulet;
  const lines = Array.from({ length: 20 }, (_, at) => `value_${at} = compute(${at})`);
  await writeFile(join(rivulet.place.folder, 'peek.py'), `${lines.join('\n')}\n`);
  await openFile(page, 'peek.py');
  const replace = async (from: number, keys: readonly string[], ...steps: Step[]): Promise<void> => {
    await page.locator('.view-line', { hasText: `value_${from} =` }).click();
    for (const key of ['Home', ...keys]) await page.keyboard.press(key);
    server.next(...steps, finish(), done());
    await runCommand(page, 'Rivulet: Replace Selection With…');
    await page.locator('.quick-input-widget input[type="text"]').fill('Change it');
    await page.keyboard.press('Enter');
  };
  const waiting = (): Promise<number> => page.locator('.codelens-decoration', { hasText: 'Keep This Change' }).count();
  await replace(14, ['Control+Shift+End'], text(`${[...lines.slice(14, 16), 'below()', ...lines.slice(17)].join('\n')}\n`));
  await expect.poll(waiting).toBe(1);

  const peek = page.locator('.peekview-widget');
  await page.locator('.view-line', { hasText: 'value_14 =' }).click();
  // VS Code compares the file a moment after it changes.
  await expect
    .poll(async () => {
      if (!(await peek.isVisible())) await page.keyboard.press('Alt+F3');
      return peek.isVisible();
    })
    .toBe(true);
  const title = (): Promise<string> => peek.locator('.peekview-title').innerText();
  await expect.poll(title).toContain('1 of 1');
  const more = gate();
  await replace(
    0,
    Array<string>(4).fill('Shift+ArrowDown'),
    text(`above()\n${lines[1]}\n`),
    wait(more.opened),
    text(`${lines[2]}\nabove()\nabove()\n`),
  );
  await expect.poll(title).toContain('2 of 2');
  more.open();
  await expect.poll(title).toContain('3 of 3');
  await peek.locator('.view-line', { hasText: 'below()' }).waitFor();
  await runCommand(page, 'Rivulet: Keep All Changes in File');
  await expect.poll(waiting).toBe(0);
});
