// End-to-end tests: the real program behind the browser shell, in a real Chromium. scripts/test.mjs finds the browser and says so.
import { defineConfig } from '@playwright/test';

const executablePath = process.env.MINRNN_CHROMIUM;
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // Pictures for the docs are taken on demand: npm run screenshots.
  testIgnore: process.env['MINRNN_SCREENSHOTS'] === undefined ? ['**/screenshots.spec.ts'] : [],
  outputDir: 'test-results',
  workers: '100%',
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // For what hangs; a slow or busy machine must not reach them, so no test has a shorter one of its own.
  timeout: 1_800_000,
  expect: { timeout: 900_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 600_000,
    viewport: { width: 1440, height: 900 },
    // Recording every step of every test costs the processor that the tests need: MINRNN_TRACE=1 does it for one that failed.
    trace: process.env['MINRNN_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: asRoot ? ['--no-sandbox'] : [],
    },
  },
});
