// The page of components, as `npm run gallery` serves it from the sources: in each theme it draws all of them, without a complaint of the page
// under the content policy and without one of axe.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import { expectClean } from './support/axe.ts';
import { watch } from './support/watch.ts';

const root = join(import.meta.dirname, '..');

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
      for (const part of ['Buttons', 'Choices', 'Fields', 'Runs', 'States', 'Signs']) {
        await expect(page.getByRole('region', { name: part })).toBeVisible();
      }
      await expectClean(page, theme);
    }
    expect(complaints.problems).toEqual([]);
  } finally {
    server.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true, force: true });
  }
});
