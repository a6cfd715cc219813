// The test of every end-to-end file: a program of its own with an empty folder, and a page that fails the test when it complains.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { Program } from './program.ts';
import { watch, type Watch } from './watch.ts';

interface Fixtures {
  readonly program: Program;
  readonly complaints: Watch;
}

export const test = base.extend<Fixtures>({
  program: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'minrnn-e2e-'));
    const program = new Program(home);
    await program.start();
    await use(program);
    await program.stop();
    const { errors } = program;
    await rm(home, { recursive: true, force: true });
    expect(errors, 'what the program wrote to standard error').toBe('');
  },
  // Needs the program, so that the page is judged and left before the program ends.
  complaints: [
    async ({ page, program: _program }, use) => {
      const complaints = await watch(page);
      await use(complaints);
      await page.context().close();
      expect(complaints.problems, 'what the page complained about').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
