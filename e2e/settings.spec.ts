// Settings: the look and the language of the whole window, kept by the program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { en } from '../src/renderer/i18n/en/index.ts';
import { goTo, openLab } from './actions/shell.ts';
import { allFinished, openExperiment } from './actions/race.ts';
import { settingsPage } from './pages/settings.ts';
import { setupPage } from './pages/setup.ts';
import { tinyRace } from './support/specs.ts';
import { expectCleanInBoth } from './support/axe.ts';
import { expect, test } from './support/test.ts';
import { restarting } from './support/watch.ts';
import { RuntimeServer } from '../tests/support/runtime-server.ts';

/** Text keys such as `race.board.step` that a page shows instead of their texts. Names of files and libraries do not count. */
const sections = Object.keys(en).join('|');
const rawKeys = (text: string): string[] =>
  text.match(new RegExp(`(?<![\\w./])(${sections})(\\.[a-zA-Z0-9]+)+`, 'g')) ?? [];
const fileEndings = /\.(rnnlab|json|csv|txt|experiment)$/;

test('every theme is applied and kept', async ({ page, program, complaints }) => {
  complaints.allow(restarting);
  await openLab(page, program);
  await goTo(page, 'Settings');
  const settings = settingsPage(page);
  for (const [name, value] of [
    ['Dark', 'dark'],
    ['High contrast, dark', 'hc'],
    ['High contrast, light', 'hc-light'],
    ['Light', 'light'],
  ] as const) {
    await settings.theme.click();
    await settings.option(name).click();
    await expect(settings.html).toHaveAttribute('data-theme', value);
  }
  await settings.theme.click();
  await settings.option('Dark').click();
  await expect(settings.html).toHaveAttribute('data-theme', 'dark');
  await program.stop();
  await program.start();
  await page.goto(program.url);
  await expect(settings.html).toHaveAttribute('data-theme', 'dark');
});

test('every screen is in Chinese, with no text missing', async ({ page, program }) => {
  await openLab(page, program);
  await openExperiment(page, tinyRace());
  await goTo(page, 'Settings');
  const settings = settingsPage(page);
  await settings.language('中文').click();
  await expect(settings.html).toHaveAttribute('lang', /^zh/);
  // Settings, which has the switch back, is the last.
  const links = page.getByRole('navigation').getByRole('link');
  await expect(links).not.toHaveCount(0);
  for (const [screen, link] of (await links.all()).entries()) {
    await link.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/\p{Script=Han}/u);
    const text = await page.locator('body').innerText();
    expect(
      rawKeys(text).filter((word) => !fileEndings.test(word)),
      `keys on screen ${screen}`,
    ).toEqual([]);
    const labels = await page
      .locator('[aria-label],[title],[placeholder]')
      .evaluateAll((all) =>
        all.flatMap((one) => ['aria-label', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? '')),
      );
    expect(labels.flatMap(rawKeys).filter((word) => !fileEndings.test(word))).toEqual([]);
  }
  await settings.language('English').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});

test('an impossible number of threads is refused next to the field', async ({ page, program }) => {
  await openLab(page, program);
  await goTo(page, 'Settings');
  const settings = settingsPage(page);
  await settings.threads.fill('lots');
  await settings.threads.blur();
  await expect(settings.threadsMessage).toContainText('"lots" is not a number');
  await settings.threads.fill('1');
  await settings.threads.blur();
  await expect(settings.threadsMessage).toBeHidden();
  await page.reload();
  await expect(settings.threads).toHaveValue('1');
  await openExperiment(page, { ...tinyRace(), device: {} });
  await expect(setupPage(page).field('Threads')).toHaveValue('1');
});

test('a runtime is installed from a server, seen at work, used by its device and removed', async ({
  page,
  program,
}) => {
  const server = new RuntimeServer();
  await server.start();
  try {
    const catalogue = join(program.home, 'catalogue.json');
    writeFileSync(catalogue, JSON.stringify([server.source()]));
    await program.stop();
    await program.start({ MINRNN_RUNTIME_CATALOGUE: catalogue });
    await openLab(page, program);
    await goTo(page, 'Settings');
    const { runtime: row, device } = settingsPage(page);
    const runtime = row('TensorFlow');
    await expect(runtime).toContainText('to fetch');
    server.mode = 'refused';
    await runtime.getByRole('button', { name: 'Install TensorFlow' }).click();
    await expect(runtime.getByRole('alert')).toContainText('could not be fetched: the server answered 404.');
    server.mode = 'held';
    await runtime.getByRole('button', { name: 'Install TensorFlow' }).click();
    const bar = runtime.getByRole('progressbar', { name: 'Fetching TensorFlow' });
    await expect(bar).toHaveAttribute('aria-valuenow', /^[1-9]/);
    await expect(runtime.locator('[aria-current=step]')).toHaveText('1 Fetch');
    await expectCleanInBoth(page, 'a runtime that is being installed');
    await page.reload();
    await expect(bar).toBeVisible();
    server.release();
    await expect(runtime).toContainText('checked 2 of 2');
    const { sameStep, agree } = settingsPage(page);
    await expect(sameStep).toContainText(/TensorFlow 2\.15\.1\s*[\d.]+ m?s/);
    await expect(agree.getByRole('row', { name: /TensorFlow 2\.15\.1( \de-\d){3}/ })).toBeVisible();
    await expect(agree.getByRole('row', { name: /CPU, wasm/ })).toContainText('–');
    await expect(device('TensorFlow')).toContainText('TensorFlow 2.15.1 by @tensorflow/tfjs-node 4.22.0');
    await expectCleanInBoth(page, 'a runtime that is installed');
    await openExperiment(page, { ...tinyRace({ models: ['minGru'] }), device: { kind: 'tensorflow' } });
    await setupPage(page).start.click();
    await allFinished(page, 1);
    await goTo(page, 'Settings');
    await runtime.getByRole('button', { name: 'Remove TensorFlow' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(runtime.getByRole('button', { name: 'Install TensorFlow' })).toBeVisible();
    await expect(device('TensorFlow')).toContainText('else its WebAssembly');
  } finally {
    await server.stop();
  }
});
