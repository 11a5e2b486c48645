// Asks one question in the real panel of a headless VS Code and mirrors the answer in the terminal as it is drawn.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { outputFolder } from './paths.ts';
import { startPlace } from './place.ts';
import { openChat, openWindow } from './workbench.ts';

const lookEveryMs = 50;
const running = ['streaming', 'waiting'];
const good = ['done', 'limit', 'stopped'];

export async function askInPanel(question: string): Promise<number> {
  console.log('Starting VS Code …');
  await using own = await startPlace({ frozen: true });
  await using window = await openWindow(own.place);
  const chat = await openChat(window.page);
  const box = chat.getByRole('textbox', { name: 'Message' });
  await box.fill(question);
  await box.press('Enter');
  const answer = chat.getByRole('log').getByRole('article').nth(1);
  await answer.waitFor();
  console.log(`\nYou: ${question}\n\n${await answer.getAttribute('aria-label')}:`);
  const state = await mirror(answer);
  const picture = join(outputFolder, 'ask.png');
  await mkdir(outputFolder, { recursive: true });
  await window.page.screenshot({ path: picture });
  console.log(`\n\nScreenshot: ${picture}`);
  if (good.includes(state)) return 0;
  console.error(`The answer failed (${state}): ${await lastLine(answer)}`);
  return 1;
}

/** Prints new text until the answer has ended, and returns its last state. */
async function mirror(answer: Locator): Promise<string> {
  let printed = '';
  for (;;) {
    const state = (await answer.getAttribute('data-state')) ?? 'error';
    const now = await answer.locator(':scope > .body').evaluate(withoutSeams);
    process.stdout.write(added(printed, now));
    printed = now;
    if (!running.includes(state)) return state;
    await answer.page().waitForTimeout(lookEveryMs);
  }
}

/** The visible text without the marks of a seam, which appear above a paragraph that is printed already. */
function withoutSeams(body: HTMLElement): string {
  const marks = [...body.querySelectorAll<HTMLElement>('.seam')];
  for (const mark of marks) mark.hidden = true;
  const text = body.innerText;
  for (const mark of marks) mark.hidden = false;
  return text;
}

/** Markdown may redraw a line that the terminal shows already; it is printed again. */
function added(before: string, now: string): string {
  if (now.startsWith(before)) return now.slice(before.length);
  let same = 0;
  while (before[same] === now[same]) same++;
  return `\n${now.slice(now.lastIndexOf('\n', same - 1) + 1)}`;
}

const lastLine = async (answer: Locator): Promise<string> => (await answer.innerText()).trim().split('\n').at(-1) ?? '';
