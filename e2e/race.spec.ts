// A race from the first click until it is saved: it starts, its curves move, it reacts to commands, and nothing is lost.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  allFinished,
  openExperiment,
  leastSteps,
  pauseAll,
  picture,
  running,
  startExperiment,
  steps,
  stepsOf,
  storedRows,
} from './actions/race.ts';
import { answer, command, goTo, openLab, renameSession } from './actions/shell.ts';
import { chartTitles, racePage } from './pages/race.ts';
import { shellPage } from './pages/shell.ts';
import { startPage } from './pages/start.ts';
import { expectClean } from './support/axe.ts';
import { enginesOf } from './support/engines.ts';
import { endless, tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';
import { restarting } from './support/watch.ts';

test('one click on Start races two models, their curves move, and one sentence sums up the result', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startPage(page).preset('minGRU against GRU').click();
  const race = racePage(page);
  await expect(race.rows).toHaveCount(2);
  for (const title of chartTitles) await expect(race.chart(title)).toBeVisible();
  await expect.poll(() => stepsOf(page, 0)).toBeGreaterThan(0);
  await expect.poll(() => stepsOf(page, 1)).toBeGreaterThan(0);
  await race.lossOf('Train').click();
  const before = await picture(page, 'Loss');
  await expect.poll(() => picture(page, 'Loss')).not.toBe(before);
  const rows = await storedRows(page, 'Loss');
  expect(rows.length).toBeGreaterThan(1);

  // The starter opens on the axis that shows its point, with what it is measured by; its result is one sentence.
  await expect(race.axis('Active time')).toHaveAttribute('aria-checked', 'true');
  const baseline = race.rows.filter({ has: page.locator('.tag', { hasText: 'baseline' }) });
  await expect(baseline).toHaveCount(1);
  await expect(baseline).toContainText(/^\s*GRU/);
  await expect.poll(() => leastSteps(page, 2)).toBeGreaterThan(50);
  await expect(race.result).toHaveCount(0);
  await race.stop.click();
  await expect(race.rows.filter({ hasText: 'Stopped' })).toHaveCount(2);
  await expect(race.result).toHaveText(/^(?=.*\bminGRU\b)(?=.*\bGRU\b).*\.$/);

  // Planned memory is shown with the measured growth: a mark on each bar, and a check in the table and in the run list.
  await expect(race.chart('Memory').locator('.grown')).toHaveCount(2);
  await race.asTable('Memory').click();
  await expect(race.stored('Memory')).toHaveCount(2);
  for (const rows of [race.stored('Memory'), race.rows])
    for (const row of await rows.all()) await expect(row.getByText(/^[+−]?\d+\.\d %$/)).toHaveCount(1);
});

test('a race is paused, stepped once, resumed, stopped and kept', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless }));
  const race = racePage(page);
  await pauseAll(page);
  // The order of the rows follows the loss, which a single step may change.
  const sorted = async (): Promise<number[]> => (await steps(page)).sort((a, b) => a - b);
  const paused = await sorted();
  await race.singleStep.click();
  await expect.poll(sorted).toEqual(paused.map((step) => step + 1));
  await expect(race.rows.filter({ hasText: 'Paused' })).toHaveCount(2);
  await race.resumeAll.click();
  await expect.poll(async () => (await sorted())[0]).toBeGreaterThan((paused[0] ?? 0) + 2);
  await race.stop.click();
  await expect(race.rows.filter({ hasText: 'Stopped' })).toHaveCount(2);
  const kept = await sorted();
  expect(kept).toHaveLength(2);
  expect(kept.every((step, at) => step >= (paused[at] ?? Infinity) + 1)).toBe(true);
  await expect(race.resumeAll).toBeEnabled();
});

test('axes, logarithms and the linked cursor show stored values', async ({ page, program }) => {
  await openLab(page, program);
  // Long enough for a speed, which is measured several times a second.
  await startExperiment(page, tinyRace({ steps: 20_000, training: { evaluateEvery: 1000 } }));
  await allFinished(page, 2);
  const race = racePage(page);
  // The last points are drawn a moment after the run is reported as finished.
  await expect.poll(async () => (await storedRows(page, 'Loss')).at(-1)?.[0]).toBe('20,000');
  const rows = await storedRows(page, 'Loss');
  await race.plot('Loss').focus();
  await page.keyboard.press('End');
  const tip = race.tip('Loss');
  await expect(tip).toContainText('step 20,000');
  const last = rows.at(-1)?.slice(1) ?? [];
  expect(last).toHaveLength(2);
  for (const value of last) await expect(tip).toContainText(value);
  for (const title of ['Accuracy', 'Throughput']) {
    await expect(race.cursor(title)).toHaveCount(1);
    await expect(race.tip(title)).toHaveCount(0);
  }
  await page.keyboard.press('ArrowLeft');
  await expect(tip).toContainText(`step ${rows.at(-2)?.[0] ?? ''}`);
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();

  await race.plot('Accuracy').hover();
  await expect(race.tip('Accuracy')).toBeVisible();
  await expect(race.tip('Loss')).toHaveCount(0);
  await page.mouse.move(2, 2);

  for (const name of ['Tokens', 'Active time', 'Wall clock', 'Samples', 'FLOPs', 'Step']) {
    const before = await picture(page, 'Loss');
    await race.axis(name).click();
    await expect(race.axis(name)).toHaveAttribute('aria-checked', 'true');
    await expect.poll(() => picture(page, 'Loss')).not.toBe(before);
  }
  for (const toggle of [race.logX, race.logY('Loss')]) {
    const [before, was] = [await picture(page, 'Loss'), await toggle.getAttribute('aria-pressed')];
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', was === 'true' ? 'false' : 'true');
    await expect.poll(() => picture(page, 'Loss')).not.toBe(before);
  }
});

test('the learning rate can be changed during a race, with a message for an impossible one', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless, models: ['minGru'] }));
  const race = racePage(page);
  await race.rate.click();
  await race.rateField.fill('-1');
  await expect(race.rateMessage).toContainText('got -1');
  await expect(race.applyRate).toBeDisabled();
  await race.rateField.fill('0.0005');
  await race.applyRate.click();
  await expect(race.rateField).toBeHidden();
  await race.moreCharts.click();
  await race.chartChoice('Learning rate').click();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await storedRows(page, 'Learning rate')).at(-1)?.[1]).toMatch(/^5e-4$|^0\.0005/);
});

test('a fork continues from a checkpoint with another setting', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless, models: ['minGru'] }));
  const race = racePage(page);
  // Typed text stays while the race continues behind the dialog.
  await race.fork.click();
  const typed = race.forkDialog.getByLabel('Name');
  await typed.fill('While it runs');
  const table = page.locator('main tbody').first();
  const before = await table.textContent();
  await expect.poll(() => table.textContent()).not.toBe(before);
  await expect(typed).toHaveValue('While it runs');
  await page.keyboard.press('Escape');

  await pauseAll(page);
  const [from = 0] = await steps(page);
  await race.fork.click();
  await expect(race.forkDialog.getByRole('combobox', { name: /^Checkpoint/ })).toContainText(
    `step ${from.toLocaleString('en-US')}`,
  );
  await race.forkDialog.getByLabel('Name').fill('Half the rate');
  await race.forkDialog.getByLabel('Learning rate').fill('0.0015');
  await race.startFork.click();
  await expect(race.forkDialog).toBeHidden();
  await expect(race.row('Half the rate')).toBeVisible();
  await expect(race.rows).toHaveCount(2);
  await expect.poll(async () => Math.max(...(await steps(page)))).toBeGreaterThan(from + 2);
  await pauseAll(page);
  await expect(race.rows.filter({ hasText: from.toLocaleString('en-US') }), 'the old run stays').toHaveCount(1);
  await race.row('Half the rate').press('Enter');
  const details = page.getByRole('dialog', { name: 'Half the rate' });
  await expect(details).toContainText('Learning rate1.5e-3');
  await expect(details).toContainText(`minGRU, step ${from.toLocaleString('en-US')}`);
});

test('a fork of a finished run starts where its budget leaves steps to train, or with the weights of a file', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: 40, models: ['minGru'], training: { learningRate: 0.5 } }));
  await allFinished(page, 1);
  const race = racePage(page);
  await race.fork.click();
  const end = race.forkDialog.getByRole('combobox', { name: /^Checkpoint/ });
  await end.click();
  await expect(page.getByRole('option', { name: /step 40/ })).toHaveAttribute('data-disabled', '');
  await page.keyboard.press('Escape');
  await expect(end).not.toContainText('step 40');
  await page.keyboard.press('Escape');

  await command(page, 'Export: Weights, safetensors');
  await answer(page, 'of-one');
  await expect(shellPage(page).toast).toContainText('of-one.safetensors');
  await race.fork.click();
  await end.click();
  await page.getByRole('option', { name: 'Weights from a file' }).click();
  const path = race.forkDialog.getByLabel('File of weights');
  await path.fill('none');
  await race.startFork.click();
  await expect(race.forkDialog.getByRole('alert')).toContainText('none.safetensors');
  await expectClean(page, 'Fork');
  await path.fill('of-one');
  await race.startFork.click();
  await expect(race.forkDialog).toBeHidden();
  await allFinished(page, 2);
  const child = 'minGRU · from of-one.safetensors';
  await race.row(child).press('Enter');
  const bytes = readFileSync(join(program.home, 'sessions', 'of-one.safetensors'));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  await expect(page.getByRole('dialog', { name: child })).toContainText(`of-one.safetensors (SHA-256 ${hash})`);
});

test('a session is renamed and saved under another name, and a reload finds all of it', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'First name', steps: 40 }));
  await allFinished(page, 2);
  await renameSession(page, 'Second name');
  const rows = await storedRows(page, 'Loss');
  await command(page, 'Save session as');
  await answer(page, 'kept-copy');
  const copy = join(program.home, 'sessions', 'kept-copy.rnnlab');
  await expect(shellPage(page).toast).toContainText(copy);
  expect(existsSync(copy)).toBe(true);

  await page.reload();
  await expect(page).toHaveTitle(/Second name/);
  expect(new URL(page.url()).search, 'the token is in no address a person could share').toBe('');
  await allFinished(page, 2);
  expect(await storedRows(page, 'Loss')).toEqual(rows);
  await goTo(page, 'Start');
  await startPage(page).recent('First name').or(startPage(page).recent('Second name')).first().click();
  await allFinished(page, 2);
});

test('a program that ends during a run offers to continue, and continues', async ({ page, program, complaints }) => {
  complaints.allow(restarting);
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Cut off', steps: endless }));
  await expect.poll(() => stepsOf(page, 0)).toBeGreaterThan(20);
  const seen = Math.max(...(await steps(page)));
  const code = await program.stop('SIGTERM');
  expect(code).toBe(143);
  await expect(page.getByText('The connection to the lab process is lost.')).toBeVisible();

  await program.start();
  await openLab(page, program);
  const start = startPage(page);
  await expect(start.interrupted).toContainText('Cut off was running when the app closed.');
  const said = await start.interrupted.innerText();
  // "minGRU up to step 1,036, GRU up to step 1.": whose turn it was is not known, but nothing that was seen may be lost.
  const saved = Math.max(
    ...[...said.matchAll(/step ([\d,]*\d)/g)].map(([, step = '']) => Number(step.replaceAll(',', ''))),
  );
  expect(saved).toBeGreaterThanOrEqual(seen);
  await start.goOn.click();
  await running(page);
  await expect.poll(async () => Math.max(...(await steps(page)))).toBeGreaterThan(saved);
  await pauseAll(page);
  const firsts = (await storedRows(page, 'Loss')).map(([step]) => step);
  expect(firsts[0], 'the curve from before is still there').toBe('0');
});

test('a killed engine is reported and its run can be resumed; the others continue', async ({ page, program }) => {
  test.skip(process.platform !== 'linux', 'engine processes are found through /proc, which only Linux has');
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless }));
  const race = racePage(page);
  // The newest: an older one may measure the machine's speed and belong to no run.
  const newest = Math.max(...enginesOf(program.pid));
  process.kill(newest, 'SIGKILL');
  const cut = race.rows.filter({ hasText: 'Interrupted' });
  await expect(cut).toHaveCount(1);
  const { toast } = shellPage(page);
  await expect(toast).toHaveRole('alert');
  const other = race.rows.filter({ hasNotText: 'Interrupted' }).locator('td:nth-child(4)');
  const before = await other.innerText();
  await expect.poll(() => other.innerText()).not.toBe(before);
  await toast.getByRole('button', { name: 'Resume' }).click();
  await expect(race.rows.filter({ hasText: 'Running' })).toHaveCount(2);
});

test('leaving a running race asks first', async ({ page, program }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: 'Goes on', steps: endless, models: ['minGru'] }));
  await goTo(page, 'Start');
  await startPage(page).newExperiment.click();
  const { question } = shellPage(page);
  await expect(question).toContainText('Leave “Goes on” while it runs?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await goTo(page, 'Race');
  await running(page);
  await goTo(page, 'Start');
  await startPage(page).newExperiment.click();
  await question.getByRole('button', { name: 'Stop and leave' }).click();
  await expect(racePage(page).chooseModels).toBeVisible();
});

test('two windows show the same race', async ({ page, program, context }) => {
  await openLab(page, program);
  await openExperiment(page, tinyRace({ steps: endless, models: ['minGru'] }));
  const other = await context.newPage();
  await openLab(other, program);
  await page.getByRole('button', { name: 'Start race' }).click();
  await goTo(other, 'Race');
  await expect.poll(() => stepsOf(other, 0)).toBeGreaterThan(0);
  await pauseAll(other);
  await expect(racePage(page).rows.filter({ hasText: 'Paused' })).toHaveCount(1);
});
