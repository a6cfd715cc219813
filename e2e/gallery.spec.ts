// The page of components, as `npm run gallery` serves it from the sources: in each theme it draws all of them, without a complaint of the page
// under the content policy and without one of axe. Marks of charts look the same on a canvas and in a file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, type Page } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { watch } from './support/watch.ts';

const root = join(import.meta.dirname, '..');

interface Compared {
  readonly kind: string;
  /** Coverage of the canvas, of the file and of their difference, each as the sum over all pixels. */
  readonly canvas: number;
  readonly file: number;
  readonly difference: number;
}

const compareMarks = (page: Page): Promise<readonly Compared[]> =>
  page.locator('[data-mark]').evaluateAll(async (figures) => {
    const pixelsOf = (draw: CanvasImageSource): Uint8ClampedArray => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 120, height: 60 });
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('a canvas must have a context, got none');
      context.drawImage(draw, 0, 0, 120, 60);
      return context.getImageData(0, 0, 120, 60).data;
    };
    const compared: Compared[] = [];
    for (const figure of figures) {
      const [canvas, image] = [figure.querySelector('canvas'), figure.querySelector('img')];
      if (canvas === null || image === null) throw new Error('a sample must have a canvas and an image');
      await image.decode();
      const [drawn, written] = [pixelsOf(canvas), pixelsOf(image)];
      const sums = { canvas: 0, file: 0, difference: 0 };
      for (const [at, value] of drawn.entries()) {
        const other = written[at] ?? 0;
        sums.canvas += 255 - value;
        sums.file += 255 - other;
        sums.difference += Math.abs(value - other);
      }
      compared.push({ kind: figure.getAttribute('data-mark') ?? '', ...sums });
    }
    return compared;
  });

test('every component is drawn in every theme', async ({ page }) => {
  const home = await mkdtemp(join(tmpdir(), 'minrnn-gallery-'));
  const env = { ...process.env, MINRNN_HOME: home, NODE_ENV: 'development' };
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const server = spawn(process.execPath, [join(root, 'scripts/dev.mjs'), '--gallery'], {
    cwd: root,
    env,
    stdio: [...stdio],
  });
  const ended = once(server, 'exit');
  try {
    let url = '';
    for await (const line of createInterface(server.stdout)) {
      url = /the components are at (\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    server.stdout.resume();
    const complaints = await watch(page);
    await page.goto(url);
    for (const theme of ['light', 'dark', 'hc', 'hc-light']) {
      await page.getByRole('radio', { name: theme, exact: true }).click();
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      for (const part of ['Buttons', 'Choices', 'Fields', 'Runs', 'States', 'Marks', 'Signs']) {
        await expect(page.getByRole('region', { name: part })).toBeVisible();
      }
      await expectClean(page, theme);
    }
    for (const { kind, canvas, file, difference } of await compareMarks(page)) {
      expect(canvas, kind).toBeGreaterThan(0);
      expect(difference / Math.max(canvas, file), kind).toBeLessThan(0.05);
    }
    expect(complaints.problems).toEqual([]);
  } finally {
    server.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true, force: true });
  }
});
