// From a file that nobody has seen before to a race and its report, in at most five clicks: a table as a spreadsheet of a German office writes
// it, and a UCR file with labels and numbers as the archive writes them, some series shorter.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { allFinished } from './actions/race.ts';
import { openLab } from './actions/shell.ts';
import { dataPage } from './pages/data.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { expect, test } from './support/test.ts';

/** Quarter hours of two weeks: comma decimals, dates with dots, an empty cell. */
function officeTable(): string {
  const rows = Array.from({ length: 1344 }, (_, i) => {
    const time = new Date(Date.UTC(2023, 2, 6) + i * 900_000).toISOString();
    const day = `${time.slice(8, 10)}.${time.slice(5, 7)}.${time.slice(0, 4)} ${time.slice(11, 16)}`;
    const load = 40 + 25 * Math.sin((2 * Math.PI * (i % 96)) / 96) + ((i * 7919) % 13) / 5;
    const words = load.toFixed(2).replace('.', ',');
    return [
      day,
      i === 400 ? '' : words,
      (8 + 6 * Math.sin((2 * Math.PI * (i % 96)) / 96 - 0.7)).toFixed(1).replace('.', ','),
    ].join(';');
  });
  return ['Zeitpunkt;Last (kW);Außentemperatur', ...rows].join('\r\n');
}

/** Two classes, -1 and 1, of 60 and of 45 steps, the shorter ones filled with NaN. */
function archiveTable(): string {
  const lines = Array.from({ length: 80 }, (_, i) => {
    const label = i % 2 === 0 ? -1 : 1;
    const values = Array.from({ length: 60 }, (_v, t) => {
      if (i % 5 === 0 && t >= 45) return 'NaN';
      const noise = (((i + 1) * 7919 + t * 104_729) % 997) / 997 - 0.5;
      return (Math.sin(t * (label === 1 ? 0.5 : 0.25) + i) + 0.3 * noise).toExponential(7);
    });
    return [label.toExponential(7), ...values].join('\t');
  });
  return `${lines.join('\n')}\n`;
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const held = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ''], file ?? ''));
      return transfer;
    },
    [name, text] as const,
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: held });
  await page.dispatchEvent('body', 'drop', { dataTransfer: held });
}

/** Presses of the pointer from now on. */
async function clicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const count = { clicks: 0 };
    addEventListener('pointerdown', () => count.clicks++, { capture: true });
    Object.assign(globalThis, { counted: count });
  });
  // The page's own globals have no type here: what was put there above is read back.
  return () => page.evaluate(() => (globalThis as unknown as { counted: { clicks: number } }).counted.clicks);
}

/** From the setup on; the number of steps is typed, so that the test is short. */
async function raceAndReport(page: Page): Promise<string> {
  await setupPage(page).field('Stop after').fill('20');
  await expect(setupPage(page).plans).toHaveCount(2);
  await setupPage(page).start.click();
  await allFinished(page, 2);
  const report = page.waitForEvent('download');
  await racePage(page).exportMenu.click();
  await page.getByRole('menuitem', { name: 'Report, HTML', exact: true }).click();
  return (await readFile(await (await report).path())).toString('utf8');
}

test('a spreadsheet of an office becomes a forecast, a race and a report', async ({ page, program }) => {
  await openLab(page, program);
  const count = await clicks(page);
  await drop(page, 'Lastgang März.csv', officeTable());
  const data = dataPage(page);
  await expect(data.facts).toContainText('1,344 rows, 3 columns');
  await expect(data.role('Last \\(kW\\)')).toContainText('Forecast');
  await expect(data.role('Zeitpunkt')).toContainText('Time');
  await expect(data.floors).toHaveCount(3);
  await data.learn.click();
  const report = await raceAndReport(page);
  expect(report).toContain('Forecast');
  expect(report).toContain('Last (kW)');
  expect(report).toContain('Lastgang März');
  expect(await count()).toBeLessThanOrEqual(5);
});

test('a UCR file becomes classes, a race and a report', async ({ page, program }) => {
  await openLab(page, program);
  const count = await clicks(page);
  await drop(page, 'TwoWaves_TRAIN.tsv', archiveTable());
  await expect(setupPage(page).preflight).toBeVisible();
  await expect(page.getByText('80 series of 45–60 steps with 1 values each.')).toBeVisible();
  const report = await raceAndReport(page);
  expect(report).toContain('Labelled series');
  expect(report).toContain('TwoWaves_TRAIN');
  expect(await count()).toBeLessThanOrEqual(5);
});
