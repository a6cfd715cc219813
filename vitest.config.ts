// Two test projects: everything that runs in Node, and the renderer in a simulated DOM. Tests sit beside their file; black-box
// tests are in tests/.
import { availableParallelism } from 'node:os';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import LongestFirst from './scripts/vitest-order.mjs';

export default defineConfig({
  test: {
    // Most tests wait for processes and disks, so with a worker a core there would be cores that stand idle.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: LongestFirst },
    globalSetup: ['scripts/vitest-setup.mjs'],
    setupFiles: ['tests/support/property-setup.ts', 'tests/support/isolation-setup.ts', 'scripts/vitest-fast.mjs'],
    // For what hangs. A slow or busy machine must not reach it, so no test has a shorter one of its own.
    // V8 can end a worker of many threads without it: src/session/node-flags.ts.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts', 'bin/**/*.test.ts'],
          exclude: ['src/renderer/**'],
        },
      },
      {
        extends: true,
        plugins: [vue()],
        test: { name: 'renderer', environment: 'happy-dom', include: ['src/renderer/**/*.test.ts'] },
      },
    ],
  },
});
