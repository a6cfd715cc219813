// What a person takes out of the lab: pictures, tables, curves, networks and the report, judged by what is in the files.
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { allFinished, startExperiment } from './actions/race.ts';
import { openLab } from './actions/shell.ts';
import { setupPage } from './pages/setup.ts';
import { tinyRace } from './support/specs.ts';
import { expect, test } from './support/test.ts';

const hostile = 'R&D <img src=x onerror=alert(1)> "x"';

async function exported(page: Page, item: string, count = 1): Promise<readonly Download[]> {
  const found: Download[] = [];
  const listen = (download: Download): void => void found.push(download);
  page.on('download', listen);
  await page.getByRole('toolbar', { name: 'How the charts are read' }).getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  await expect.poll(() => found.length).toBe(count);
  page.off('download', listen);
  return found;
}

const bytesOf = async (download: Download): Promise<Buffer> => readFile(await download.path());

test('pictures, tables, curves, networks and a report are exported completely', async ({ page, program, browser }) => {
  await openLab(page, program);
  await startExperiment(page, tinyRace({ name: hostile, steps: 30 }));
  await allFinished(page, 2);
  const shown = await page.locator('figure.chart').count();
  const charts = await exported(page, 'Each chart, SVG', shown);
  const loss = (await bytesOf(charts[0])).toString('utf8');
  const parsed = await page.evaluate((text) => {
    const { documentElement: svg } = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { root: svg.nodeName, text: svg.textContent ?? '', paths: svg.querySelectorAll('path').length };
  }, loss);
  expect(parsed.root).toBe('svg');
  expect(parsed.paths).toBeGreaterThan(3);
  for (const words of ['Validation loss', 'per predicted position', 'minGRU', 'GRU', 'minRNN Lab', hostile])
    expect(parsed.text).toContain(words);

  const [board] = await exported(page, 'All charts in one, PNG');
  const png = await bytesOf(board);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBeGreaterThan(2 * 1400);

  const [events] = await exported(page, 'Curves, TensorBoard');
  expect(Object.keys(unzipSync(await bytesOf(events)))).toHaveLength(2);
  const [networks] = await exported(page, 'Networks, ONNX');
  const files = Object.keys(unzipSync(await bytesOf(networks)));
  expect(files).toHaveLength(2);
  expect(files.every((name) => name.endsWith('.onnx'))).toBe(true);
  const [latex] = await exported(page, 'Run table, LaTeX');
  expect((await bytesOf(latex)).toString()).toContain('\\toprule');

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('toolbar', { name: 'How the charts are read' }).getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Copy the run table' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Run\tModel\t[\s\S]*minGRU\t/);

  const [report] = await exported(page, 'Report, HTML');
  const file = await report.path();
  const offline = await browser.newContext({ offline: true, javaScriptEnabled: true });
  const reader = await offline.newPage();
  const trouble: string[] = [];
  reader.on('dialog', (dialog) => (trouble.push(dialog.message()), void dialog.dismiss()));
  reader.on(
    'request',
    (request) => request.url().startsWith('file:') || request.url().startsWith('data:') || trouble.push(request.url()),
  );
  await reader.setContent((await readFile(file)).toString('utf8'));
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText(hostile);
  await expect(reader.getByRole('row')).not.toHaveCount(0);
  const pictures = reader.getByRole('img');
  await expect(pictures).toHaveCount(shown);
  for (const picture of await pictures.all())
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(700);
  expect(trouble).toEqual([]);
  await offline.close();
});

test('a text dropped anywhere is imported, selected at once, and read as tokens', async ({ page, program }) => {
  await openLab(page, program);
  const text = 'Call me Ishmael. Some years ago, never mind how long precisely. '.repeat(80);
  const held = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'my own.txt', { type: 'text/plain' }));
    return transfer;
  }, text);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: held });
  await expect(page.getByText('Drop the file: it is imported')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: held });
  await expect(setupPage(page).preflight).toBeVisible();
  await expect(setupPage(page).text).toContainText('my own.txt');
  await page.getByRole('combobox', { name: /^Symbols: / }).click();
  await page.getByRole('option', { name: 'tokens (GPT-2)' }).click();
  await expect(page.getByRole('combobox', { name: /^Symbols: / })).toContainText('tokens');
});
