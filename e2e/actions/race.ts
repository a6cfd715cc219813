// What a person does with races: brings an experiment in, starts it, waits for steps, reads a chart.
import { expect, type Page } from '@playwright/test';
import type { ExperimentSpec } from '../../src/engine/spec/run-spec.ts';
import { racePage } from '../pages/race.ts';
import { setupPage } from '../pages/setup.ts';
import { command } from './shell.ts';

/** Opens an experiment file through the browser's own dialog; ends on the setup. */
export async function openExperiment(page: Page, spec: ExperimentSpec): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await command(page, 'Open an experiment file');
  const buffer = Buffer.from(JSON.stringify(spec));
  await (await chooser).setFiles({ name: 'tiny.experiment.json', mimeType: 'application/json', buffer });
  await expect(setupPage(page).preflight).toBeVisible();
}

/** Opens it and starts it; every run has made a step when this resolves. */
export async function startExperiment(page: Page, spec: ExperimentSpec): Promise<void> {
  await openExperiment(page, spec);
  await setupPage(page).start.click();
  await expect(racePage(page).table).toBeVisible();
  for (const at of spec.variants.keys()) await expect.poll(() => stepsOf(page, at)).toBeGreaterThan(0);
}

/** Steps of each run as the run table shows them, top to bottom. */
export async function steps(page: Page): Promise<number[]> {
  const cells = await racePage(page).rows.locator('td:nth-child(4)').allInnerTexts();
  return cells.map((text) => Number(text.replace(/\D/g, '') || 0));
}

/** Steps of the run that has made the fewest; 0 until the table shows all of these runs. */
export async function leastSteps(page: Page, runs: number): Promise<number> {
  const shown = await steps(page);
  return shown.length < runs ? 0 : Math.min(...shown);
}

export const stepsOf = async (page: Page, at: number): Promise<number> => (await steps(page))[at] ?? 0;

export const allFinished = (page: Page, runs: number): Promise<void> =>
  expect(racePage(page).rows.filter({ hasText: 'Finished' })).toHaveCount(runs);

/** Pauses and waits until every run is paused; the bar may be there before the table has its rows. */
export async function pauseAll(page: Page): Promise<void> {
  const race = racePage(page);
  await expect(race.rows).not.toHaveCount(0);
  await race.pauseAll.click();
  await expect(race.rows.filter({ hasNotText: 'Paused' })).toHaveCount(0);
}

export const running = (page: Page): Promise<void> => expect(racePage(page).pauseAll).toBeEnabled();

/** The picture of a chart, to see that it changed. */
export const picture = (page: Page, title: string): Promise<string> =>
  racePage(page)
    .canvas(title)
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Stored values of a chart, one row per position: the text of each cell. */
export async function storedRows(page: Page, title: string): Promise<string[][]> {
  const race = racePage(page);
  await race.asTable(title).click();
  const rows = race.stored(title);
  await expect(rows.first()).toBeVisible();
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('th,td')].map((cell) => cell.textContent?.trim() ?? '')),
  );
  await race.asChart(title).click();
  return cells;
}
