// From the click on Start to the first validation loss, for the five ready experiments: in a real Chromium through `minrnn serve`. Cold = a
// fresh home, so nothing is known of this machine; warm = the same experiment again. Run: npm run bench -- first-number
// MINRNN_FIRST_ONLY=text measures one of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { racePage } from '../e2e/pages/race.ts';
import { startPage } from '../e2e/pages/start.ts';
import { Program } from '../e2e/support/program.ts';
import { findChromium } from '../scripts/find-chromium.mjs';
import { presets } from '../src/lab/experiments/presets.ts';
import { record } from './measure.ts';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly runs: number;
  readonly cold: number;
  readonly warm: number;
}

const longest = 120_000;

/** Seconds from the click until the run table shows a loss, including the time the click itself takes. */
async function firstNumber(page: Page, title: string): Promise<number> {
  const race = racePage(page);
  const button = startPage(page).preset(title);
  await button.waitFor({ timeout: longest });
  // A person reads before clicking, so what the screen still loads is not counted.
  await page.waitForTimeout(2000);
  const started = performance.now();
  await button.click();
  // The chart draws the same value with the next frame.
  const heads = race.table.locator('thead th');
  await heads.filter({ hasText: 'Val loss' }).waitFor({ timeout: longest });
  const column = (await heads.allInnerTexts()).findIndex((head) => head.includes('Val loss')) + 1;
  const losses = race.rows.locator(`td:nth-child(${column})`);
  await losses.filter({ hasText: /\d/ }).first().waitFor({ timeout: longest });
  return (performance.now() - started) / 1000;
}

async function measure(browser: Browser, title: string): Promise<{ readonly cold: number; readonly warm: number }> {
  const home = await mkdtemp(join(tmpdir(), 'minrnn-first-'));
  const program = new Program(home);
  try {
    await program.start();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(program.url);
    const cold = await firstNumber(page, title);
    const { rows, stop } = racePage(page);
    await stop.click();
    const ended = rows.filter({ hasText: /Stopped|Finished/ });
    await ended.nth((await rows.count()) - 1).waitFor({ timeout: longest });
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    const warm = await firstNumber(page, title);
    await page.close();
    return { cold, warm };
  } finally {
    await program.stop();
    await rm(home, { recursive: true, force: true });
  }
}

const { path, reason } = await findChromium();
if (path === undefined) console.log(`first-number: skipped: ${reason}`);
else {
  const browser = await chromium.launch({
    executablePath: path,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const only = process.env['MINRNN_FIRST_ONLY'];
  const lineOf = ({ title, runs, cold, warm }: Row): string =>
    `| ${title} | ${runs} | ${cold.toFixed(2)} | ${warm.toFixed(2)} |`;
  const rows: Row[] = [];
  for (const { id, title, spec } of presets) {
    if (only !== undefined && only !== id) continue;
    const implementations = spec.variants[0]?.implementation;
    const layers = spec.variants[0]?.fields?.['layers'];
    const lists = [implementations, layers].map((list) => (Array.isArray(list) ? list.length : 1));
    const runs = spec.variants.length * lists.reduce((product, count) => product * count, 1);
    const row = { id, title, runs, ...(await measure(browser, title)) };
    rows.push(row);
    console.log(lineOf(row));
  }
  await browser.close();
  if (only === undefined) {
    record('first-number', { rows }, [
      '# From the click to the first number',
      '',
      'Seconds from the click on Start to the first validation loss in the run table, in Chromium through `minrnn serve`. Cold: a fresh home, so',
      'nothing is known of this machine (native kernels stay built); warm: the same experiment once more.',
      '',
      '| experiment | runs | cold | warm |',
      '| --- | --- | --- | --- |',
      ...rows.map(lineOf),
    ]);
  }
}
