// A person's own tables, from the file to the race: what was recognised, what each column is for, what a model must beat, and that all is still
// there when the session is opened again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { pngOf } from '../tests/support/png.ts';
import { leastSteps, pauseAll } from './actions/race.ts';
import { answer, goTo, openLab } from './actions/shell.ts';
import { dataPage } from './pages/data.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { expect, test } from './support/test.ts';

/** Heat demand of 400 hours with a day's season, of which one is missing; a cell of the last column is no number. */
const heat = Array.from({ length: 400 }, (_, hour) => {
  const time = new Date(Date.UTC(2024, 0, 1, hour)).toISOString().slice(0, 16).replace('T', ' ');
  const temperature = Math.round(10 * Math.abs(12 - (hour % 24))) / 10;
  const demand = hour === 2 ? '' : String(200 - 8 * temperature + (hour % 7));
  return [time, demand, temperature, hour === 40 ? 'broken' : hour].join(',');
});
const csv = Buffer.from(['time,demand_kw,temp_c,meter', ...heat].join('\n'));
const parquet = Buffer.from(
  parquetWriteBuffer({
    columnData: [{ name: 'speed', data: Array.from({ length: 60 }, (_, i) => (i % 5) / 2), type: 'DOUBLE' }],
  }),
);

/** A folder with two classes of one picture each. */
function picturesIn(home: string): string {
  const folder = join(home, 'shapes');
  for (const [name, samples] of Object.entries({ dark: [0, 51], light: [204, 255] })) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, '1.png'), pngOf({ width: 2, height: 1, samples }));
  }
  return folder;
}

async function bringIn(page: Page, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await dataPage(page).import.click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer });
}

test('a table of its own is recognised, gets roles and a split, is learned from, and is there again', async ({
  page,
  program,
}) => {
  const [data, shell] = [dataPage(page), shellPage(page)];
  await openLab(page, program);
  await goTo(page, 'Data');
  const chooser = page.waitForEvent('filechooser');
  await data.importPictures.click();
  await (await chooser).setFiles(picturesIn(program.home));
  await expect(data.facts).toContainText('pictures');
  await bringIn(page, 'wind.parquet', parquet);
  await expect(data.facts).toContainText('60 rows, 1 columns');
  await data.rename.click();
  await answer(page, 'Wind of a mast');
  await expect(data.set).toContainText('Wind of a mast');

  await bringIn(page, 'heat.csv', csv);
  await expect(data.facts).toContainText('400 rows, 4 columns');
  await expect(data.role('demand_kw')).toContainText('Forecast');
  await expect(data.role('time')).toContainText('Time');
  await expect(data.firstRows).toContainText('missing');
  await expect(data.warnings.filter({ hasText: '"broken" in line 42' })).toBeVisible();
  await data.role('temp_c').click();
  await data.option('Known ahead').click();
  await expect(data.floors).toHaveCount(3);
  await data.field('Window').fill('4000');
  await expect(data.problem).toContainText('A window of 4,000 rows');
  await expect(data.learn).toBeDisabled();
  await data.field('Window').fill('24');
  await data.edge.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(data.heldOut).toContainText('84 rows, 21 %');
  await expect(data.learn).toBeEnabled();
  await data.learn.click();

  // More than any machine trains before the pause.
  await setupPage(page).field('Stop after').fill('1000000');
  await setupPage(page).start.click();
  await expect.poll(() => leastSteps(page, 2)).toBeGreaterThan(3);
  await pauseAll(page);
  await page.reload();
  await expect(racePage(page).rows).toHaveCount(2);
  await goTo(page, 'Data');
  await expect(data.facts).toContainText('400 rows');
  await expect(data.field('Window')).toHaveValue('24');

  await data.set.click();
  await page.getByRole('option', { name: /Wind of a mast/ }).click();
  await expect(data.facts).toContainText('60 rows');
  await data.remove.click();
  await shell.question.getByRole('button', { name: 'Delete' }).click();
  await expect(data.facts).toContainText('400 rows');
});
