// Session files: found, copied, removed with a way back, exported, annotated.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { allFinished, startExperiment, steps, storedRows } from './actions/race.ts';
import { answer, command, goTo, openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { sessionsPage } from './pages/sessions.ts';
import { shellPage } from './pages/shell.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

test('sessions are duplicated, deleted with undo, filtered, opened, compared and exported', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Kept', steps: 30 }));
  await allFinished(page, 2);
  await goTo(page, 'Sessions');
  const sessions = sessionsPage(page);
  await expect(sessions.rows).toHaveCount(1);
  await expect(sessions.details).toContainText('Metrics');
  await sessions.duplicate.click();
  await expect(sessions.rows).toHaveCount(2);
  await expect(shellPage(page).toast).toContainText('Duplicated as');

  const copy = sessions.rows.filter({ hasNotText: 'Open now' });
  const copyPath = join(program.home, 'sessions');
  await copy.click();
  await expect(sessions.details).toContainText(copyPath);
  const file = await sessions.details.locator('.path').innerText();
  expect(existsSync(file)).toBe(true);
  await sessions.remove.click();
  await expect(sessions.rows).toHaveCount(1);
  expect(existsSync(file)).toBe(false);
  await sessions.undo.click();
  await expect(sessions.rows).toHaveCount(2);
  expect(existsSync(file)).toBe(true);

  await sessions.filter.fill('no such name');
  await expect(page.getByText('No session matches “no such name”.')).toBeVisible();
  await expect(page.locator('.sessions .bar .num')).toHaveText('0 / 2');
  await sessions.filter.fill('');
  await copy.dblclick();
  await allFinished(page, 2);

  // Two of them side by side: the runs of both in a session of its own, told apart, with their curves.
  await goTo(page, 'Sessions');
  await expect(sessions.ticks).toHaveCount(2);
  for (const tick of await sessions.ticks.all()) await tick.check();
  await sessions.compare.click();
  const race = racePage(page);
  await expect(race.rows).toHaveCount(4);
  await expect(shellPage(page).sessionName).toHaveText(/Kept.* \+ .*Kept/);
  const names = await race.rows.locator('td:nth-child(2) .strong').allInnerTexts();
  expect(new Set(names).size).toBe(4);
  expect(await steps(page)).toEqual([30, 30, 30, 30]);
  expect(await storedRows(page, 'Loss')).not.toHaveLength(0);

  // And out of the lab without opening them: a folder each in one archive, or one file of one that is not open.
  await goTo(page, 'Sessions');
  await expect(sessions.rows).toHaveCount(3);
  for (const tick of (await sessions.ticks.all()).slice(0, 2)) await tick.check();
  await sessions.exportSeveral.click();
  await expectCleanInBoth(page, 'Sessions, export of several');
  const several = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Run tables and curves, CSV' }).click();
  const files = unzipSync(await readFile(await (await several).path()));
  const folders = [...new Set(Object.keys(files).map((name) => name.split('/')[0]))];
  expect(folders).toHaveLength(2);
  for (const folder of folders) {
    const [runs = '', curves = ''] = ['runs', 'curves'].map((what) => strFromU8(files[`${folder}/${what}.csv`]));
    expect(runs.trimEnd().split('\n').length).toBeGreaterThan(2);
    expect(curves).toContain('val/loss');
  }
  await sessions.rows.filter({ hasNotText: 'Open now' }).first().click();
  const report = page.waitForEvent('download');
  await sessions.exports.click();
  await page.getByRole('menuitem', { name: 'Report, HTML' }).click();
  expect((await report).suggestedFilename()).toMatch(/^Kept.*\.html$/);
});

test('a session exports its measurements and keeps its note, and is found by its tags and words', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Numbers', steps: 30 }));
  await allFinished(page, 2);
  await goTo(page, 'Sessions');
  const sessions = sessionsPage(page);
  const download = page.waitForEvent('download');
  await sessions.exports.click();
  await page.getByRole('menuitem', { name: 'Curves, CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('Numbers.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split(/\r?\n/);
  expect(lines[0]).toContain('step');
  expect(lines.some((line) => line.includes('minGRU'))).toBe(true);
  expect(lines.some((line) => /(^|,)GRU,/.test(line) || line.includes('GRU'))).toBe(true);
  expect(lines.length).toBeGreaterThan(60);

  await sessions.note.fill('What was found out. #paper');
  await sessions.note.blur();
  const tag = sessions.rows.locator('.tag', { hasText: /^paper$/ });
  await expect(tag).toBeVisible();
  await expect(shellPage(page).saved).toBeVisible();
  await page.reload();
  await expect(sessions.note).toHaveValue('What was found out. #paper');
  await expect(tag).toBeVisible();
  for (const [query, found] of [
    ['#paper', 1],
    ['minGru found', 1],
    ['#pape-', 0],
  ] as const) {
    await sessions.filter.fill(query);
    await expect(sessions.rows, query).toHaveCount(found);
  }
});

test('weights are written to a named file, which is not replaced without asking', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Weights', steps: 20, models: ['minGru'] }));
  await allFinished(page, 1);
  await command(page, 'Export: Weights, safetensors');
  await answer(page, 'weights-of-one');
  const path = join(program.home, 'sessions', 'weights-of-one.safetensors');
  await expect(shellPage(page).toast).toContainText('weights-of-one.safetensors');
  expect(existsSync(path)).toBe(true);
  await command(page, 'Export: Weights, safetensors');
  await shellPage(page).answer.fill('weights-of-one');
  await page.keyboard.press('Enter');
  await expect(shellPage(page).question).toContainText('A file with this name exists. Replace it?');
  await shellPage(page).question.getByRole('button', { name: 'Cancel' }).click();
});

test('a file that is not a session is refused with a message, and the open one stays', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Stays', steps: 20, models: ['minGru'] }));
  await allFinished(page, 1);
  const settings = join(program.home, 'settings.json');
  const nothing = join(program.home, 'sessions', 'nothing.rnnlab');
  for (const path of [nothing, existsSync(settings) ? settings : join(import.meta.dirname, 'sessions.spec.ts')]) {
    await command(page, 'Open a session file');
    await answer(page, path);
    await expect(page.getByRole('alert')).toContainText(path.split('/').at(-1) ?? '');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page).toHaveTitle(/Stays/);
  }
  await expect(racePage(page).rows).toHaveCount(1);
});
