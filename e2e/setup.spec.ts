// Setting up a race: the form says what is wrong where it is wrong, what it will cost, and keeps what was typed.
import type { Page } from '@playwright/test';
import { allFinished, openExperiment, steps } from './actions/race.ts';
import { goTo, openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { startPage } from './pages/start.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

/** In the dialog: HGRN by its idea, with the network of its paper, and LSTM from the list with the keyboard alone. */
async function chooseModels(page: Page): Promise<void> {
  const picker = setupPage(page).picker;
  await page.getByRole('button', { name: 'Choose models' }).click();
  await expectCleanInBoth(page, 'Choose models');
  const room = await picker.list.evaluate((list) => [list.scrollWidth, list.clientWidth]);
  expect(room[0], 'no family lies beside the list').toBe(room[1]);
  await picker.search.fill('2023 forget bound');
  await expect(picker.models).toHaveCount(1);
  await picker.model('HGRN').click();
  await picker.search.fill('');
  await page.getByRole('radio', { name: /^As published/ }).click();
  await picker.model('LSTM').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(picker.model('LSTM')).toBeChecked();
  await expect(picker.model('LSTM')).toContainText('1.00 KiB');
  await picker.add.click();
}

test('a new experiment is set up with a sweep, checked, planned and started', async ({ page, program }) => {
  await openLab(page, program);
  await startPage(page).newExperiment.click();
  await racePage(page).chooseModels.click();
  const setup = setupPage(page);
  await expect(setup.rows).toHaveCount(2);
  await setup.field('Sequence length').fill('14');
  await setup.field('Symbols to copy').fill('2');
  await setup.field('Batch').fill('4');

  await setup.addVariant.click();
  await expect(setup.rows).toHaveCount(3);
  await setup.remove.nth(1).click();
  await expect(setup.rows).toHaveCount(2);
  await chooseModels(page);
  await expect(setup.rows).toHaveCount(4);
  await setup.remove.nth(3).click();
  await setup.remove.nth(2).click();
  await setup.cell(0, 'Width').fill('8, 16');
  await setup.cell(1, 'Width').fill('8');
  await expect(setup.sweep(0)).toHaveText(/8\s*16/);
  await expect(setup.count).toHaveText('3 variants × 1 seed = 3 runs');

  await expect(setup.plans).toHaveCount(3);
  for (const plan of await setup.plans.all()) {
    await expect(plan).toContainText(/\d+(\.\d+)? ?k? parameters/);
    await expect(plan).toContainText(/[kM] ?FLOPs\/token/);
    await expect(plan).toContainText(/\d [KM]iB/);
  }

  await setup.field('Learning rate').first().fill('-0.001');
  await expect(setup.message('Learning rate').first()).toContainText('must be a number from 1e-8 to 10, got -1e-3');
  await expect(setup.start).toBeDisabled();
  await expect(setup.toFix).toBeVisible();
  await setup.field('Learning rate').first().fill('2e-3');
  await expect(setup.toFix).toBeHidden();
  await setup.cell(1, 'Width').fill('0');
  await expect(setup.rowMessage).toContainText('0');
  await expect(setup.start).toBeDisabled();
  await setup.cell(1, 'Width').fill('8');
  await setup.field('Stop after').fill('some');
  await expect(setup.message('Stop after')).toContainText('"some" is not a number');
  await expect(setup.start).toBeDisabled();
  await setup.field('Stop after').fill('20');
  await expect(setup.start).toBeEnabled();

  await setup.start.click();
  const race = racePage(page);
  await expect(race.rows).toHaveCount(3);
  await expect(race.rows.filter({ hasText: 'Finished' })).toHaveCount(3);
  expect(await steps(page)).toEqual([20, 20, 20]);
  await expect(race.drawer).toContainText('2e-3');
  await race.editAsNew.click();
  await expect(setup.field('Batch')).toHaveValue('4');
  await expect(setup.field('Learning rate').first()).toHaveValue('2e-3');
});

test('the setup survives a reload', async ({ page, program }) => {
  await openLab(page, program);
  await startPage(page).newExperiment.click();
  await racePage(page).chooseModels.click();
  const setup = setupPage(page);
  await setup.field('Sequence length').fill('99');
  await setup.cell(0, 'Width').fill('24, 40');
  await goTo(page, 'Start');
  await goTo(page, 'Race');
  await expect(setup.field('Sequence length')).toHaveValue('99');
  await expect(setup.plans).toHaveCount(3);
  await page.reload();
  await expect(setup.field('Sequence length')).toHaveValue('99');
  await expect(setup.sweep(0)).toHaveText(/24\s*40/);
});

test('a field shows its purpose, range, default and the paper’s value', async ({ page, program }) => {
  await openLab(page, program);
  await startPage(page).newExperiment.click();
  await racePage(page).chooseModels.click();
  const setup = setupPage(page);
  await setup.field('Batch').focus();
  await expect(setup.help).toContainText('Sequences in one step.');
  await expect(setup.help).toContainText('1 to 65536');
  await setup.field('Batch').fill('7');
  const reset = page.getByRole('button', { name: 'Batch: Back to 32' });
  await reset.click();
  await expect(setup.field('Batch')).toHaveValue('32');
  await expect(reset).toBeHidden();
});

test('a text of the user is imported and raced; other files are refused', async ({ page, program }) => {
  await openLab(page, program);
  await openExperiment(page, {
    ...tinyRace({ steps: 20, models: ['minGru'] }),
    task: { id: 'char-text-v1', fields: { length: 16 } },
  });
  const setup = setupPage(page);
  const choose = async (name: string, buffer: Buffer): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await setup.importText.click();
    await (await chooser).setFiles({ name, mimeType: 'text/plain', buffer });
  };
  await choose('latin.txt', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a]));
  await expect(page.getByRole('alert')).toContainText('"latin.txt": the file must be UTF-8 or UTF-16 text');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await choose('rhyme.txt', Buffer.from('the cat sat on the mat and the rat sat on the hat.\n'.repeat(400)));
  await expect(shellPage(page).toast).toContainText('Imported rhyme.txt');
  await setup.text.click();
  await page.getByRole('option', { name: /rhyme/ }).click();
  await expect(setup.text).toContainText('rhyme');
  await expect(setup.plans).toHaveCount(1);
  await setup.start.click();
  await allFinished(page, 1);
  await expect(racePage(page).drawer).toContainText('rhyme');
});
