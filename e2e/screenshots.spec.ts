// Pictures of every screen in light and dark, from one real race of five models on the default book: `npm run screenshots` writes
// them to docs/screenshots, and further ones to look at into test-results.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { ExperimentSpec } from '../src/engine/spec/run-spec.ts';
import { leastSteps, openExperiment, steps } from './actions/race.ts';
import { command, goTo, openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { scalingPage } from './pages/scaling.ts';
import { sessionsPage } from './pages/sessions.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { startPage } from './pages/start.ts';
import { storedScaling } from './support/scaling.ts';
import { tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

const themes = ['light', 'dark'] as const;
const root = join(import.meta.dirname, '..');
const shown = join(root, 'docs', 'screenshots');
const kept = join(root, 'test-results', 'screenshots');
const wide = { width: 1440, height: 900 };
const small = { width: 1024, height: 700 };
/** Size of these pictures: everything on a screen fits, and it is still readable within a page of text. */
const middle = { width: 1200, height: 800 };

const models = ['minGru', 'minLstm', 'gru', 'lstm', 'elman'];
const textRace: ExperimentSpec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'Five models read Moby-Dick',
  task: { id: 'char-text-v1', fields: { length: 64 } },
  variants: models.map((model) => ({ model })),
  training: { batch: 16, learningRate: 0.003, evaluateEvery: 25 },
  budget: { unit: 'steps', amount: 300 },
};

interface Look {
  readonly size?: { readonly width: number; readonly height: number };
  /** Where the pointer is; without it the pointer is out of the way. */
  readonly over?: Locator;
}

/** One screen in both themes, at one size. */
async function take(page: Page, folder: string, name: string, { size = wide, over }: Look = {}): Promise<void> {
  await page.setViewportSize(size);
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await page.mouse.move(1, size.height - 1);
    await over?.hover({ position: { x: 200, y: 90 } });
    // The charts draw on the next frame after theme and size have changed.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled', caret: 'hide' });
  }
  await page.setViewportSize(wide);
}

async function takeOne(page: Page, name: string): Promise<void> {
  await page.setViewportSize(middle);
  await page.mouse.move(1, middle.height - 1);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: join(shown, `${name}.png`), animations: 'disabled', caret: 'hide' });
  await page.setViewportSize(wide);
}

/** Sessions with curves of their own, so that the lists show what lists look like. */
async function fillSessions(page: Page): Promise<void> {
  const copying = tinyRace({ name: 'Selective copying, length 14', steps: 900, training: { evaluateEvery: 50 } });
  const adding = tinyRace({ name: 'Adding two numbers', steps: 800, models: ['minGru', 'lstm', 'elman'] });
  const rates = { ...tinyRace({ name: 'Four learning rates', steps: 500, models: ['gru'] }) };
  for (const spec of [
    copying,
    { ...adding, task: { id: 'adding-v1', fields: { length: 12 } } },
    { ...rates, variants: [{ model: 'gru', fields: { layers: 1, d: 8, learningRate: [0.0003, 0.001, 0.003, 0.01] } }] },
  ]) {
    await openExperiment(page, spec);
    await setupPage(page).start.click();
    const race = racePage(page);
    await expect(race.table).toBeVisible();
    await expect(race.rows.filter({ hasNotText: 'Finished' })).toHaveCount(0, { timeout: 120_000 });
  }
}

test.use({ folder: 'minRNN Lab' });

test('screenshots of every screen', async ({ page, program }) => {
  test.setTimeout(900_000);
  await mkdir(shown, { recursive: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await openLab(page, program);
  await goTo(page, 'Race');
  await take(page, kept, 'race-empty');
  await fillSessions(page);

  await openExperiment(page, textRace);
  const setup = setupPage(page);
  await expect(setup.plans).toHaveCount(5);
  await setup.start.click();

  const race = racePage(page);
  await expect(race.rows).toHaveCount(5);
  await expect.poll(async () => Math.max(...(await steps(page))), { timeout: 300_000 }).toBeGreaterThan(230);
  await take(page, kept, 'race-running');
  await expect(race.rows.filter({ hasText: 'Finished' })).not.toHaveCount(0, { timeout: 300_000 });
  await expect.poll(() => leastSteps(page, 5), { timeout: 300_000 }).toBeGreaterThan(100);
  await take(page, shown, 'race', { over: race.plot('Loss') });
  await take(page, kept, 'race-small', { size: small });
  await page.keyboard.press('Control+k');
  await expect(shellPage(page).paletteResults.first()).toBeVisible();
  await take(page, kept, 'palette');
  await page.keyboard.press('Escape');

  await goTo(page, 'Start');
  await expect(startPage(page).recents).toHaveCount(4);
  await take(page, shown, 'start');
  await goTo(page, 'Sessions');
  await expect(sessionsPage(page).details).toContainText('Metrics');
  await take(page, shown, 'sessions');
  await goTo(page, 'Settings');
  await take(page, shown, 'settings');
  await page.locator('.runtimes').scrollIntoViewIfNeeded();
  await take(page, shown, 'settings-runtimes');
  await command(page, 'Language: 中文');
  for (const [at, screen] of ['start', 'race', null, 'sessions', 'data', 'settings'].entries()) {
    if (screen === null) continue;
    await page.getByRole('navigation').getByRole('link').nth(at).click();
    await take(page, shown, `${screen}-zh`);
  }
  await page.locator('.runtimes').scrollIntoViewIfNeeded();
  await take(page, shown, 'settings-runtimes-zh');
  await page.getByRole('radio', { name: 'English' }).click();

  await goTo(page, 'Race');
  await expect(race.rows.filter({ hasText: 'Finished' })).toHaveCount(5, { timeout: 300_000 });
  await race.editAsNew.click();
  await setup.cell(2, 'Width').fill('48, 64, 96');
  await expect(setup.plans).toHaveCount(7);
  await setup.field('Learning rate').focus();
  await take(page, shown, 'setup');
  await take(page, kept, 'setup-small', { size: small });
  await command(page, 'Language: 中文');
  await take(page, shown, 'setup-zh');
});

/** The steps of docs/user/first-hour.md, done as they are written there. */
test('screenshots of the first hour', async ({ page, program }) => {
  test.setTimeout(600_000);
  await mkdir(shown, { recursive: true });
  await openLab(page, program);
  await page.getByRole('button', { name: 'Start: minGRU against GRU' }).click();
  const race = racePage(page);
  await expect(race.rows).toHaveCount(2);
  await expect(race.axis('Active time')).toBeChecked();
  await expect(race.rows.filter({ hasText: 'baseline' })).toHaveCount(1);
  await expect(page.locator('.result')).toContainText(/minGRU|GRU/, { timeout: 300_000 });
  await takeOne(page, 'first-hour-result');

  await race.editAsNew.click();
  const setup = setupPage(page);
  await setup.cell(0, 'Width').fill('16 32');
  await setup.field('Seeds').fill('1..2');
  await setup.field('Stop after').fill('3');
  await expect(setup.count).toContainText('3 variants × 2 seeds = 6 runs');
  await expect(setup.preflight).toContainText('Best constant answer');
  await takeOne(page, 'first-hour-setup');
  await setup.start.click();
  await expect(race.rows.filter({ hasText: 'Finished' })).toHaveCount(3, { timeout: 300_000 });

  await goTo(page, 'Sessions');
  await page.getByRole('textbox', { name: 'Note' }).fill('Check again with more seeds. #paper');
  await expect(page.locator('.nm .tag', { hasText: 'paper' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('searchbox').fill('#paper');
  await takeOne(page, 'first-hour-sessions');
});

/** The newest measurement of `bench scaling`, placed in the lab's folder so that the pictures show the recorded figures. */
async function giveMeasurement(home: string): Promise<boolean> {
  const result = storedScaling(root);
  if (result === null) return false;
  await mkdir(join(home, 'scaling'), { recursive: true });
  await writeFile(join(home, 'scaling', `${result.id}.json`), JSON.stringify(result));
  return true;
}

test('screenshots of Scaling, from what bench scaling recorded', async ({ page, program }) => {
  test.skip(!(await giveMeasurement(program.home)), 'bench/results/scaling.json is not there');
  await mkdir(shown, { recursive: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await openLab(page, program);
  await goTo(page, 'Scaling');
  const scaling = scalingPage(page);
  await expect(scaling.status).toContainText(/\d+ of \d+ points/);
  await expect(scaling.side).toBeVisible();
  // Smaller than the others: with so many curves a wide picture is a large file.
  await take(page, shown, 'scaling', { size: { width: 1280, height: 800 } });
  await take(page, kept, 'scaling-small', { size: small });
  await take(page, kept, 'scaling-tip', { over: scaling.chart('Step time') });
  await command(page, 'Language: 中文');
  await take(page, shown, 'scaling-zh', { size: { width: 1280, height: 800 } });
});
