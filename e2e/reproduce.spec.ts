// The screen of reproductions: a counted result is there when its page is opened, with its verdicts and without a run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLab, visit } from './actions/shell.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { expect, test } from './support/test.ts';

const pictures = join(import.meta.dirname, '..', 'test-results', 'screenshots');

test('counts weights at once, shows print and count side by side, and saves them', async ({ page, program }) => {
  await openLab(page, program);
  await visit(page, 'reproduce?of=parameters');
  const verdicts = page.getByRole('region', { name: 'Verdicts' });
  await expect(verdicts.locator('tbody tr')).toHaveCount(2);
  await expect(verdicts.getByText('Holds')).toHaveCount(2);
  const numbers = page.getByRole('region', { name: 'Numbers' });
  await expect(numbers.locator('tbody tr')).toHaveCount(24);
  await expect(numbers.locator('tbody tr').first()).toContainText('8,192 / 24,576');
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Counts as CSV' }).click();
  const path = await (await saved).path();
  expect(await readFile(path, 'utf8')).toContain('minGru,gru,64,1,matrices,8192,24576,');

  for (const width of [1440, 1024, 800]) {
    await page.setViewportSize({ width, height: width === 1440 ? 900 : 700 });
    await page.screenshot({ path: join(pictures, `reproduce-parameters-${width}.png`) });
  }
  await expectCleanInBoth(page, 'a counted reproduction');
  await page.screenshot({ path: join(pictures, 'reproduce-parameters-dark.png') });

  await page.getByRole('navigation', { name: 'Published results' }).getByText('Table 1').click();
  await expect(page.getByRole('button', { name: 'Run', exact: true }).first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Table 1' })).toBeVisible();
});
