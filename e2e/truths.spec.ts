// What a person must be able to rely on: cells show their whole content, lists are read as lists, messages cover nothing, and a lost server
// is reported once, with the way to reconnect.
import type { Page } from '@playwright/test';
import { allFinished, startExperiment, pauseAll, openExperiment } from './actions/race.ts';
import { command, goTo, openLab, screenAddresses, visit } from './actions/shell.ts';
import { racePage } from './pages/race.ts';
import { setupPage } from './pages/setup.ts';
import { shellPage } from './pages/shell.ts';
import { layoutFaults } from './support/layout.ts';
import { endless, tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';
import { restarting } from './support/watch.ts';

const widths = [1440, 1024, 800];

/** Cells of the starting grid that do not show all of their text. */
const cutCells = (page: Page): Promise<string[]> =>
  page
    .locator('.gridtbl input')
    .evaluateAll((all) =>
      all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => (cell as HTMLInputElement).value),
    );

/** Controls of the grid that another control covers. */
const coveredCells = (page: Page): Promise<number> =>
  page.locator('.gridtbl :is(input, button)').evaluateAll((all) => {
    const shown = all.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
    return shown.filter((a, at) =>
      shown.some(
        (b, other) =>
          other > at && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1,
      ),
    ).length;
  });

test('cells of the grid show their whole content, in both languages and at every width', async ({ page, program }) => {
  await openLab(page, program);
  const name = 'A name that says what this race is about';
  await openExperiment(page, tinyRace({ name }));
  const setup = setupPage(page);
  await setup.cell(0, 'Width').fill('16 32');
  await setup.cell(1, 'Width').fill('128');
  await setup.cell(1, 'Learning rate').fill('1.25e-4');
  await setup.field('Batch').focus();
  await expect(setup.sweep(0).locator('.tag')).toHaveText(['16', '32']);
  await expect(setup.count).toContainText('3 variants');
  await setup.cell(1, 'Learning rate').fill('0,003');
  await expect(setup.rowMessage).toContainText('Write 0.003 if that is meant');
  await expect(setup.start).toBeDisabled();
  await setup.cell(1, 'Learning rate').fill('1.25e-4');
  await expect(setup.start).toBeEnabled();
  for (const language of ['English', '中文']) {
    await command(page, `Language: ${language}`.replace('Language: English', 'English'));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 700 });
      expect(await cutCells(page), `${language} at ${width}`).toEqual([]);
      expect(await coveredCells(page), `${language} at ${width}`).toBe(0);
      const shownName = await page.getByRole('banner').locator('.name').boundingBox();
      expect(shownName?.width, `the session's name at ${width}`).toBeGreaterThan(120);
    }
  }
});

/** Panels of bars that do not show every row, or whose axis or legend is cut off or out of sight. */
const cutBars = (page: Page): Promise<string[]> =>
  page.locator('.charts').evaluate((charts) => {
    const { bottom } = charts.getBoundingClientRect();
    const panels = [...charts.querySelectorAll('figure')].filter((one) => one.querySelector('.bars') !== null);
    const cut = panels.filter((panel) => {
      const [host, axis, legend] = ['.host', '.axis', '.legend'].map((one) => panel.querySelector(one));
      if (!host || !axis || !legend) return true;
      const under = axis.getBoundingClientRect().bottom > legend.getBoundingClientRect().top + 1;
      return under || host.scrollHeight > host.clientHeight + 1 || legend.getBoundingClientRect().bottom > bottom + 1;
    });
    return cut.map((panel) => panel.querySelector('h2')?.textContent ?? '');
  });

test('bars show all of five runs; a message covers no control and leaves the page as it was; T turns a chart into its table and back', async ({
  page,
  program,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless, models: ['minGru', 'minLstm', 'gru', 'lstm', 'elman'] }));
  await pauseAll(page);
  const race = racePage(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.locator('.charts .bars')).toHaveCount(2);
  expect(await cutBars(page), 'bars of five runs with their axis and legend').toEqual([]);
  await race.plot('Loss').focus();
  for (const shown of [race.stored('Loss').first(), race.canvas('Loss'), race.stored('Loss').first()]) {
    await page.keyboard.press('t');
    await expect(shown).toBeVisible();
    const inside = await race
      .chart('Loss')
      .evaluate((figure) => figure.contains(document.activeElement) && !document.activeElement?.closest('header'));
    expect(inside, 'the focus stays in the chart, on what is shown').toBe(true);
  }
  await page.setViewportSize({ width: 800, height: 700 });
  await goTo(page, 'Sessions');
  await page.getByRole('button', { name: 'Duplicate' }).click();
  const { toast } = shellPage(page);
  await expect(toast).toBeVisible();
  const covered = await toast.evaluate((strip) => {
    const over = strip.getBoundingClientRect();
    const controls = [...document.querySelectorAll(':is(button, input, a, textarea, [role="grid"])')];
    return controls.filter((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      const within = !strip.contains(one) && top < over.bottom && bottom > over.top;
      // Content scrolled out of its own box is not on the screen.
      const onTop = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return within && left < over.right && right > over.left && onTop !== null && strip.contains(onTop);
    }).length;
  });
  expect(covered, 'controls below the message').toBe(0);
  await expect(toast, 'it goes away by itself').toBeHidden({ timeout: 30_000 });
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((one) => {
        const { transitionDuration, animationName } = getComputedStyle(one);
        return animationName !== 'none' || transitionDuration.split(',').some((time) => Number.parseFloat(time) > 0);
      }).length,
  );
  expect(moving, 'elements that move although the system asks for none of it').toBe(0);
});

/** Addresses of all screens; the Race screen with each of its panels. */
const addressesOf = async (page: Page): Promise<string[]> => {
  const panels = ['charts', 'sweep', 'examples'].map((panel) => `race?panel=${panel}`);
  return (await screenAddresses(page)).flatMap((address) => (address === 'race' ? panels : [address]));
};

test('no screen is wider than the window, cuts words off or covers a control, at any width, in both languages', async ({
  page,
  program,
}) => {
  await openLab(page, program);
  const models = ['minGru', 'gru', 'lstm'].map((model) => ({
    model,
    fields: { layers: 1, d: 8, learningRate: [0.001, 0.003, 0.01] },
  }));
  const name = 'Three models at three learning rates each';
  await startExperiment(page, { ...tinyRace({ name, steps: 30 }), variants: models, seeds: [1, 2] });
  await allFinished(page, 9);
  const addresses = await addressesOf(page);
  const faults: string[] = [];
  const look = async (screen: string): Promise<void> => {
    for (const width of [1920, 1440, 1200, 1024, 900, 800]) {
      await page.setViewportSize({ width, height: 800 });
      faults.push(...(await layoutFaults(page)).map((fault) => `${screen}, ${width}: ${fault}`));
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  for (const language of ['English', 'Chinese']) {
    if (language === 'Chinese') await command(page, 'Language: 中文');
    for (const address of addresses) {
      await visit(page, address);
      await look(`${address}, ${language}`);
    }
  }
  await visit(page, 'race?panel=charts');
  await page.getByRole('button', { name: '作为新竞赛编辑' }).click();
  await expect(page.locator('details.pv')).toHaveCount(9);
  await look('setup, Chinese');
  await visit(page, 'settings');
  await page.getByRole('radio', { name: 'English' }).click();
  await visit(page, 'race');
  await expect(setupPage(page).plans).toHaveCount(9);
  await look('setup, English');
  expect(faults).toEqual([]);
});

test('a lost server is reported once and correctly, and controls are disabled in the meantime', async ({
  page,
  program,
  complaints,
}) => {
  complaints.allow(restarting);
  await openLab(page, program);
  await startExperiment(page, tinyRace({ steps: endless }));
  await program.stop('SIGKILL');
  const banner = page.locator('.banner');
  await expect(banner).toHaveCount(1);
  await expect(banner).toContainText('The connection to the lab process is lost.');
  await expect(page.locator('main > .screen')).toHaveAttribute('inert', '');
  // What was pressed before it was noticed, and keys that still arrive, add no message of their own.
  for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Space');
  await program.start();
  await expect(banner).toContainText('Open the address that “minrnn serve” printed last');
  await expect(shellPage(page).toast).toHaveCount(0);
  await openLab(page, program);
  await expect(banner).toHaveCount(0);
  await expect(page.locator('main > .screen')).not.toHaveAttribute('inert', '');
});
