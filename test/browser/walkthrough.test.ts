// The walkthrough as VS Code shows it: five steps, each with its picture and buttons that work.
import { expect, test } from 'vitest';
import { runCommand, webviewFrame } from '../../scripts/workbench.ts';
import { stateOf, useRivulet } from './rivulet.ts';

// A narrow window shows the steps alone, and one that has been open for a while may not offer the walkthrough any more.
const rivulet = useRivulet({ own: true, size: { width: 1700, height: 900 } });

test('the walkthrough leads through asking, inserting, stopping and resuming', async () => {
  const { page, server, articles } = rivulet;
  await runCommand(page, 'Welcome: Open Walkthrough...');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Get Started with Rivulet' }).click();
  const steps = page.locator('.gettingStartedContainer .step-title');
  await expect
    .poll(() => steps.allInnerTexts())
    .toEqual(['Connect a model', 'Ask a question', 'Insert at the cursor', 'Stop at any time', 'Resume where it broke off']);
  const pictures = new Set<string>();
  for (const step of await steps.all()) {
    await step.click();
    const seen = pictures.size;
    await expect
      .poll(async () => {
        const picture = (await webviewFrame(page, 'svg[viewBox="0 0 520 300"]')).locator('svg');
        pictures.add(await picture.innerHTML());
        return pictures.size;
      })
      .toBe(seen + 1);
    const width = async (): Promise<number> =>
      (await (await webviewFrame(page, 'svg[viewBox="0 0 520 300"]')).locator('svg').boundingBox())?.width ?? 0;
    await expect.poll(width).toBeGreaterThan(300);
  }
  await steps.nth(1).click();
  await page.getByRole('button', { name: 'Ask for Some Code' }).click();
  await expect.poll(() => articles.count()).toBe(2);
  await expect.poll(() => stateOf(articles.last())).toBe('done');
  // The demo answers: the selected model would be paid for an example.
  expect({ pictures: pictures.size, author: await articles.last().getAttribute('aria-label'), asked: server.requests.length }).toEqual({
    pictures: 5,
    author: 'Demo (offline, no model)',
    asked: 0,
  });
});
