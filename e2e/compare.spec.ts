// Several seeds of two variants: every seed is a dot, the words say how many and how they were compared, and three against three decide nothing where
// a task can fail.
import { allFinished, openExperiment } from './actions/race.ts';
import { openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { expectClean } from './support/axe.ts';
import { tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

test('seeds are compared: every one a dot, the pairing and the rule in words', async ({ page, program }) => {
  await openLab(page, program);
  await openExperiment(page, { ...tinyRace({ steps: 20 }), seeds: [1, 2, 3] });
  await setupPage(page).start.click();
  const race = racePage(page);
  await allFinished(page, 2);
  // The run table is short: solved runs beside the mean, and the whole sentence on it.
  await expect(race.rows.first()).toContainText('0/3 solved');
  await expect(race.rows.first().locator('td[title*="0 of 3 seeds solved it"]')).toHaveCount(1);
  await race.panel('Compare').click();
  const panel = page.getByRole('region', { name: /Variants over their seeds/ });
  const rows = panel.locator('tbody tr');
  await expect(rows).toHaveCount(2);
  for (const row of await rows.all()) {
    await expect(row.locator('circle')).toHaveCount(3);
    await expect(row).toContainText('0 of 3 seeds solved it');
    await expect(row).toContainText('bounded mean; assumes no shape');
  }
  await expect(rows.nth(1)).toContainText('not decided');
  await expect(rows.nth(1)).toContainText('paired by seed, 3 pairs');
  await expect(rows.nth(1)).toContainText('3 against 3 seeds cannot reach 5 %; 4 against 4 can');
  await expectClean(page, 'Compare');
});
