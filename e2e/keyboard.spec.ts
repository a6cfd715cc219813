// Everything without a mouse: from Start to a running race, pause, single step, and the command palette.
import type { Page } from '@playwright/test';
import { running, steps, stepsOf } from './actions/race.ts';
import { command, openLab } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { startPage } from './pages/start.ts';
import { expect, test } from './support/test.ts';

const most = 80;

/** Tabs until the control has the focus; fails when it is not reachable. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`keyboard: ${target.toString()} must be reachable with Tab within ${most} presses`);
}

test('a race can be started, paused and stepped by keyboard alone', async ({ page, program }) => {
  await openLab(page, program);
  await tabTo(page, startPage(page).newExperiment);
  await page.keyboard.press('Enter');
  const race = racePage(page);
  await tabTo(page, race.chooseModels);
  await page.keyboard.press('Enter');
  const setup = setupPage(page);
  for (const [label, value] of [
    ['Sequence length', '14'],
    ['Symbols to copy', '2'],
    ['Batch', '4'],
    ['Stop after', '1000000'],
  ] as const) {
    await tabTo(page, setup.field(label));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(value);
  }
  await expect(setup.plans).toHaveCount(2);
  await tabTo(page, setup.start);
  await page.keyboard.press('Enter');
  await running(page);
  await expect.poll(() => stepsOf(page, 1)).toBeGreaterThan(0);
  await page.keyboard.press('Space');
  await expect(race.rows.filter({ hasText: 'Paused' })).toHaveCount(2);
  const total = async (): Promise<number> => (await steps(page)).reduce((sum, step) => sum + step, 0);
  const before = await total();
  await page.keyboard.press('.');
  await expect.poll(total).toBe(before + 2);
  await tabTo(page, race.rows.first());
  await page.keyboard.press('ArrowDown');
  await expect(race.rows.nth(1)).toBeFocused();
  const name = await race.rows.nth(1).locator('.name .strong').innerText();
  await page.keyboard.press('b');
  await expect(race.rows.filter({ hasText: 'baseline' }).locator('.name .strong')).toHaveText(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+b');
  await expect(page.getByRole('button', { name: /^Open the setup/ })).toBeVisible();
});

test('the palette finds commands, runs and settings, and reports when nothing matches', async ({ page, program }) => {
  await openLab(page, program);
  const shell = shellPage(page);
  await page.keyboard.press('Control+k');
  await expect(shell.paletteField).toBeFocused();
  await page.keyboard.type('zzzz');
  await expect(shell.palette).toContainText('Nothing matches “zzzz”.');
  await page.keyboard.press('Escape');
  await expect(shell.palette).toBeHidden();
  await command(page, 'Go to Settings');
  await expect(shell.heading('Settings')).toBeVisible();
  await command(page, 'Theme: Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('5');
  await expect(shell.heading('Sessions')).toBeVisible();
  await page.keyboard.press('1');
  await expect(shell.heading('Race two sequence models')).toBeVisible();
  await command(page, 'Keyboard shortcuts');
  await expect(page.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeInViewport();
});
