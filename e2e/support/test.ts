// The test of every end-to-end file: a program of its own with an empty folder, and a page that fails the test when it complains.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { Program } from './program.ts';
import { watch, type Watch } from './watch.ts';

interface Options {
  /** Name of the program's folder, for pictures that show it; null = a different one for each test. */
  readonly folder: string | null;
}
interface Fixtures {
  readonly program: Program;
  readonly complaints: Watch;
}

export const test = base.extend<Options & Fixtures>({
  folder: [null, { option: true }],
  program: async ({ folder }, use) => {
    const home = folder === null ? await mkdtemp(join(tmpdir(), 'minrnn-e2e-')) : join(tmpdir(), folder);
    if (folder !== null) await mkdir(home);
    const program = new Program(home);
    await program.start();
    await use(program);
    await program.stop();
    const { errors } = program;
    await rm(home, { recursive: true, force: true });
    expect(errors, 'what the program wrote to standard error').toBe('');
  },
  // Depends on the program fixture, so that the page is checked and closed before the program ends.
  complaints: [
    async ({ page, program: _program }, use) => {
      const complaints = await watch(page);
      await use(complaints);
      complaints.leave();
      await page.context().close();
      expect(complaints.problems, 'what the page complained about').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
