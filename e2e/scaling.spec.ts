// The Scaling screen against the real program: a small measurement from the first click to the exported file, without a finding of axe.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Download, Page } from '@playwright/test';
import { goTo, openLab } from './actions/shell.ts';
import type { ScalingFigures } from '../src/cli/scaling-report.ts';
import type { ScalingResult } from '../src/engine/spec/scaling.ts';
import { scalingPage } from './pages/scaling.ts';
import { jsonOf } from './support/cli.ts';
import { expect, test } from './support/test.ts';

const pictures = join(import.meta.dirname, '..', 'test-results', 'screenshots');

/** Two lines at width 8 and three lengths, so that it takes seconds. */
async function makeSmall(page: Page): Promise<void> {
  const scaling = scalingPage(page);
  for (const [name, value] of [
    ['From', '16'],
    ['To', '64'],
    ['Width', '8'],
    ['Batch', '2'],
  ] as const)
    await scaling.field(name).fill(value);
  for (const box of await scaling.allSeries.all()) {
    const wanted = /^(GRU · fused|minGRU · fused|minGRU · loop)$/.test((await box.innerText()).trim());
    if ((await box.getAttribute('aria-checked')) !== String(wanted)) await box.click();
  }
}

type Figured = ScalingResult & { readonly figures: ScalingFigures };

/** The command line and the screen must show the same measurement, digit for digit. */
async function compareWithCommandLine(page: Page, home: string): Promise<void> {
  const { results } = (await jsonOf(home, ['bench', 'scaling', '--stored'])) as {
    readonly results: readonly Figured[];
  };
  const [result] = results;
  if (result === undefined) throw new Error('the command line must know the measurement, got none');
  const { spec, points, figures } = result;
  const scaling = scalingPage(page);
  const places = new Set(points.map(({ at }) => at)).size;
  await expect(scaling.points.locator('tbody tr')).toHaveCount(places);
  const rows = await scaling.points.locator('tbody tr').all();
  for (const row of rows) {
    const at = Number((await row.getByRole('rowheader').innerText()).replace(',', ''));
    const cells = await row.getByRole('cell').allInnerTexts();
    for (const index of spec.series.keys()) {
      const seconds = points.find((point) => point.series === index && point.at === at)?.stepSeconds?.median ?? NaN;
      const [shown = ''] = (cells[index] ?? '').replace('~', '').split(/\s/);
      const decimals = shown.split('.')[1]?.length ?? 0;
      expect(Math.abs(Number(shown) - seconds * 1000)).toBeLessThanOrEqual(0.5001 * 10 ** -decimals);
    }
  }
  const labels = (await scaling.chart('Step time').locator('.dnote').allTextContents()).map((text) => text.trim());
  const slopes = figures.lines.map(({ exponent }) => `slope ${exponent?.toFixed(2)}`);
  expect(labels).toEqual(slopes);
  const marks = await scaling.chart('Step time').locator('.cross text').allTextContents();
  const crossovers = figures.lines.flatMap(({ crossover }) =>
    crossover === null ? [] : [`crossover at ${Math.round(crossover).toLocaleString('en-US')}`],
  );
  for (const mark of marks) expect(crossovers).toContain(mark);
  if (crossovers.length > 0) expect(marks.length).toBeGreaterThan(0);
  const said = (await scaling.points.locator('tfoot td').allInnerTexts()).slice(0, figures.lines.length);
  const kinds = { clear: '', unclear: 'not clear', none: '–' };
  expect(said.map((text) => text.trim())).toEqual(
    figures.lines.map(({ crossing, crossover }) =>
      crossover === null ? kinds[crossing] : Math.round(crossover).toLocaleString('en-US'),
    ),
  );
}

/** Each chart as it is on the screen: whole SVG with title, axes and names, and colours every reader knows. */
async function savesPictures(page: Page): Promise<void> {
  const found: Download[] = [];
  page.on('download', (one) => void found.push(one));
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Each chart, SVG' }).click();
  await expect.poll(() => found.length).toBe(3);
  const names = found.map((one) => one.suggestedFilename().replace(/^scaling-length-[\d-]+-/, ''));
  expect(names).toEqual(['time.svg', 'speed-up.svg', 'memory.svg']);
  for (const one of found) {
    const svg = await readFile(await one.path(), 'utf8');
    const read = await page.evaluate((text) => {
      const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml');
      return { name: root.nodeName, text: root.textContent, lines: root.querySelectorAll('path').length };
    }, svg);
    expect(read.name).toBe('svg');
    expect(read.lines).toBeGreaterThan(8);
    for (const words of ['minRNN Lab', 'minGRU', '16', '64']) expect(read.text).toContain(words);
    expect(svg).not.toMatch(/var\(|oklab|color-mix|NaN/);
  }
}

test('a small measurement: settings, progress, charts, tables, export', async ({ page, program }) => {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  await openLab(page, program);
  await goTo(page, 'Scaling');
  const scaling = scalingPage(page);
  await expect(scaling.measure).toBeEnabled();
  await page.screenshot({ path: join(pictures, 'scaling-empty-light.png') });

  await scaling.field('From').fill('two');
  await expect(scaling.side).toContainText('A whole number from 4 to 65,536 is required, got “two”.');
  await expect(scaling.measure).toBeDisabled();
  await makeSmall(page);
  await scaling.measure.click();
  await expect(scaling.status).toContainText('of 9 points');
  await expect(scaling.status).toContainText('9 of 9 points in');

  await expect(scaling.points.getByRole('row')).toHaveCount(5);
  await expect(scaling.points.locator('.fast')).toHaveCount(3);
  await compareWithCommandLine(page, program.home);
  await scaling.cursorAt('Step time', 0.3);
  await expect(scaling.values('Step time')).toContainText(/GRU · fused\s*~?[\d.]+ ms\s*±/);
  await page.mouse.move(1, 1);
  for (const title of ['Step time', 'Speed-up over', 'Memory']) {
    await expect(scaling.chart(title)).toBeVisible();
    await scaling.asTable(title).click();
    await expect(page.getByRole('region', { name: new RegExp(`^${title} against`) })).toBeVisible();
    await page.getByRole('button', { name: `${title}: show as chart` }).click();
  }
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toContain('step_seconds_median');
  await savesPictures(page);

  await page.reload();
  await expect(scaling.status).toContainText('9 of 9 points in');
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    for (const [name, width, height] of [
      ['scaling', 1440, 900],
      ['scaling-small', 1024, 700],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(pictures, `${name}-${theme}.png`) });
    }
  }
});

test('a measurement under way can be stopped, and keeps its points', async ({ page, program }) => {
  await openLab(page, program);
  await goTo(page, 'Scaling');
  const scaling = scalingPage(page);
  await expect(scaling.measure).toBeEnabled();
  await scaling.measure.click();
  await scaling.stop.click();
  await expect(scaling.status).toContainText('Stopped at');
  await expect(scaling.measure).toBeEnabled();
});
