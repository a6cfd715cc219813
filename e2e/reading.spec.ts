// Choosing among many runs: one filter for everything, best first, colours that carry settings, and a view that an address keeps.
import type { Page } from '@playwright/test';
import { allFinished, startExperiment } from './actions/race.ts';
import { answer, goTo, openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { sessionsPage } from './pages/sessions.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { endless, tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

/** Two models at five rates: more than there are colours. */
function sweep() {
  const rates = [0.001, 0.002, 0.003, 0.005, 0.01];
  const variants = ['minGru', 'gru'].map((model) => ({ model, fields: { layers: 1, d: 8, learningRate: rates } }));
  return { ...tinyRace({ name: 'Rates', steps: 40 }), variants };
}
const filterOf = (page: Page) => page.getByRole('searchbox', { name: /^Filter of/ });
const reading = (page: Page) => page.getByRole('group', { name: /^Which runs are shown/ });
const head = (page: Page, name: string) => racePage(page).table.getByRole('columnheader', { name });

/** Numbers of one column, top to bottom. */
async function column(page: Page, name: string): Promise<number[]> {
  const heads = await racePage(page).table.getByRole('columnheader').allInnerTexts();
  const at = heads.findIndex((text) => text.trim().startsWith(name)) + 1;
  const cells = await racePage(page).rows.locator(`td:nth-child(${at})`).allInnerTexts();
  return cells.map((text) => Number(text.replace(/[^\d.e-]/g, '')));
}

test('one filter acts on charts, table and sweep, and reports what it hides and unknown names', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  await startExperiment(page, sweep());
  await allFinished(page, 10);
  const race = racePage(page);
  await expect(reading(page)).toContainText('10 of 10 shown');
  await expect(reading(page)).toContainText('Learning rate (auto)');
  await expect(page.getByRole('list', { name: 'Legend of Learning rate' }).getByRole('listitem')).toHaveText([
    '1e-3',
    '2e-3',
    '3e-3',
    '5e-3',
    '0.01',
  ]);

  await filterOf(page).fill('speed of light > 3');
  await expect(reading(page).getByRole('alert')).toContainText('No setting or result is called “speed of light”');
  await expect(race.rows).toHaveCount(10);
  await filterOf(page).fill('lr >= 2e-3, model = GRU');
  await expect(race.rows).toHaveCount(4);
  await expect(reading(page)).toContainText('4 of 10 shown');
  await expect(reading(page)).toContainText('6 hidden: learning rate below 2e-3 (2), model other than GRU (4)');
  await expect(race.canvas('Loss')).toHaveAccessibleName(/4/);
  await reading(page).getByRole('button', { name: 'Show all' }).click();
  await expect(race.rows).toHaveCount(10);

  // The table begins sorted by its loss, so a first click on that comes after another column.
  for (const [name, best, sort] of [
    ['Accuracy %', Math.max, 'descending'],
    ['Val loss', Math.min, 'ascending'],
  ] as const) {
    await head(page, name).getByRole('button').click();
    const values = await column(page, name);
    expect(values[0], name).toBe(best(...values));
    await expect(head(page, name)).toHaveAttribute('aria-sort', sort);
    await expect(head(page, name)).toContainText(sort === 'ascending' ? '↑' : '↓');
  }

  await race.panel('Sweep').click();
  const grip = await page.locator('.parallel rect.grip[data-axis="training.learningRate"]').boundingBox();
  if (grip === null) throw new Error('the axis of the learning rate must be on the screen');
  await page.mouse.move(grip.x + 12, grip.y + 2);
  await page.mouse.down();
  await page.mouse.move(grip.x + 12, grip.y + grip.height * 0.45, { steps: 4 });
  await page.mouse.up();
  await expect(filterOf(page)).toHaveValue('lr >= 5e-3');
  await expect(race.rows).toHaveCount(4);
  await page.locator('g.mark:not(.off)').last().hover();
  await expect(race.chart('Loss').locator('svg.lifted')).toBeVisible();
  const importance = page.getByRole('region', { name: 'Importance' });
  await expect(importance).toContainText('fewer than 8 variants');
  await filterOf(page).fill('');
  await expect(importance.getByRole('row', { name: /Learning rate/ })).toContainText('10');
  // The same by keyboard: a brush that announces what it keeps, a table in place of the picture, and names in it that select.
  const brush = page.getByRole('slider', { name: 'Filter by Learning rate' }).first();
  await brush.focus();
  for (const [key, filter, words] of [
    ['ArrowUp', 'lr = 0.01', '0.01'],
    ['Shift+ArrowUp', 'lr >= 5e-3', '5e-3 to 0.01'],
    ['ArrowDown', 'lr >= 3e-3, lr <= 5e-3', '3e-3 to 5e-3'],
    ['Shift+ArrowDown', 'lr = 3e-3', '3e-3'],
    ['Escape', '', 'all'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(filterOf(page)).toHaveValue(filter);
    await expect(brush).toHaveAttribute('aria-valuetext', words);
    await expect(brush).toBeFocused();
  }
  await page.keyboard.press('t');
  const listed = race.chart('Settings to results').locator('table.tbl tbody tr');
  await expect(listed).toHaveCount(10);
  await listed.nth(1).getByRole('button').click();
  await expect(race.table.locator('tr[aria-selected="true"]')).toHaveCount(1);
  await page.getByRole('combobox', { name: /^Colour of the marks/ }).click();
  await page.getByRole('option', { name: 'Model' }).click();
  const scatter = race.chart('One setting against one result');
  await expect(scatter.getByRole('list', { name: 'Legend of Model' }).getByRole('listitem')).toHaveText([
    'minGRU',
    'GRU',
  ]);
  await expect(scatter.locator('.ringed'), 'what is selected in the table is marked').toHaveCount(1);
  await expectCleanInBoth(page, 'Sweep');
  await listed.nth(1).getByRole('button').click();
  await expect(race.table.locator('tr[aria-selected="true"]')).toHaveCount(0);
  await race
    .chart('Settings to results')
    .getByRole('button', { name: /as a chart/ })
    .click();
  await expectCleanInBoth(page, 'Sweep as pictures');
  await race.exportMenu.click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectCleanInBoth(page, 'Export menu');
  await page.keyboard.press('Escape');

  await race.editAsNew.click();
  await expect(shellPage(page).sessionName).toHaveText('Rates (2)');
  await expect(setupPage(page).rows).toHaveCount(2);
  await expect(setupPage(page).plans).toHaveCount(10);
});

test('the view survives a reload, opens from its address elsewhere, and a forged address does no harm', async ({
  page,
  program,
  context,
}) => {
  await openLab(page, program);
  await startExperiment(page, sweep());
  await allFinished(page, 10);
  const race = racePage(page);
  await race.axis('Tokens').click();
  await race.logX.click();
  await filterOf(page).fill('lr < 5e-3');
  await head(page, 'Accuracy %').getByRole('button').click();
  await race.rows.first().click();
  await page.getByRole('button', { name: 'Accuracy alone' }).click();
  await expect(page).toHaveURL(/chart=accuracy/);
  await expect(page).toHaveURL(/select=/);
  const kept = async (on: Page): Promise<void> => {
    const there = racePage(on);
    await expect(there.rows).toHaveCount(6);
    await expect(there.axis('Tokens')).toHaveAttribute('aria-checked', 'true');
    await expect(there.logX).toHaveAttribute('aria-pressed', 'true');
    await expect(filterOf(on)).toHaveValue('lr < 5e-3');
    await expect(head(on, 'Accuracy %')).toHaveAttribute('aria-sort', 'descending');
    await expect(there.chart('Accuracy')).toBeVisible();
    await expect(there.chart('Loss')).toHaveCount(0);
    await expect(there.table.locator('tr[aria-selected="true"]')).toHaveCount(1);
  };
  const address = page.url();
  expect(address).not.toContain(program.token);
  await page.reload();
  await kept(page);
  const other = await context.newPage();
  await other.goto(address);
  await kept(other);

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view as' }).click();
  await answer(page, 'Low rates');
  await other.goto(address.replace(/#.*/, '#/race?x=nowhere&zoom=9~1&select=%3Cscript%3E&best=4'));
  await expect(shellPage(other).toast).toContainText('x=nowhere, zoom=9~1, select=<script>');
  await expect(racePage(other).rows).toHaveCount(4);
  await expect(racePage(other).axis('Step')).toHaveAttribute('aria-checked', 'true');
  await other.getByRole('button', { name: 'Views' }).click();
  await other.getByRole('menuitem', { name: 'Low rates', exact: true }).click();
  await expect(filterOf(other)).toHaveValue('lr < 5e-3');
  await expect(racePage(other).rows).toHaveCount(6);
});

test('a session and a run have links that open in a new tab and ask before a race is left', async ({
  page,
  program,
  context,
}) => {
  await openLab(page, program);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await startExperiment(page, tinyRace({ name: 'Linked', steps: 30 }));
  await allFinished(page, 2);
  const named = racePage(page).rows.last();
  const name = await named.locator('td:nth-child(2) .strong').innerText();
  await named.getByRole('button', { name: /^More/ }).click();
  await page.getByRole('menuitem', { name: 'Copy a link to this run' }).click();
  await expect(shellPage(page).toast).toContainText('The link is on the clipboard');
  const ofRun = await copied();
  await goTo(page, 'Sessions');
  await sessionsPage(page).copyLink.click();
  await expect.poll(copied).not.toBe(ofRun);
  const ofSession = await copied();
  for (const link of [ofRun, ofSession]) expect(link).not.toContain(program.token);
  // Steps of some milliseconds: two pages that draw thousands of points a second are another test.
  const training = { batch: 256, evaluateEvery: 100 };
  await startExperiment(page, tinyRace({ name: 'Under way', steps: endless, training }));

  const tab = await context.newPage();
  await tab.goto(ofRun);
  const { question } = shellPage(tab);
  await expect(question).toContainText('Under way');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(tab).toHaveTitle(/^Under way/);
  await expect(tab, 'the address says what is there').toHaveURL(/session=Under/);
  await tab.goto(ofRun);
  await question.getByRole('button', { name: 'Stop and leave' }).click();
  await expect(tab).toHaveTitle(/^Linked/);
  await expect(tab.getByRole('dialog', { name })).toBeVisible();
  await tab.keyboard.press('Escape');
  const chosen = racePage(tab).table.locator('tr[aria-selected="true"]');
  await expect(chosen.locator('td:nth-child(2) .strong')).toHaveText(name);
  await tab.goto('about:blank');
  await tab.goto(ofSession);
  await expect(racePage(tab).rows).toHaveCount(2);
  await expect(chosen).toHaveCount(0);

  await goTo(page, 'Sessions');
  await sessionsPage(page).row('Linked').click();
  await sessionsPage(page).remove.click();
  await expect(sessionsPage(page).row('Linked')).toHaveCount(0);
  const late = await context.newPage();
  await late.goto(ofRun);
  const { toast } = shellPage(late);
  await expect(toast).toContainText('leads to the session “Linked.rnnlab”, which is not in the list');
  await expect(toast).toContainText('The Sessions screen lists those that exist');
});
