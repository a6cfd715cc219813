// Smoke test of the desktop in a real Electron: window, preload, bridge, relay, lab, a short race, reload and a clean shutdown, with
// pictures in test-results. Uses the installed Electron; MINRNN_OLD_ELECTRON names the binary of an Electron 9 instead, for which main,
// preload and page are compiled to its language level. Without either it says "skipped" and succeeds.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDesktop } from './build-desktop.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { root } from './fresh.mjs';
import { run } from './run.mjs';

const smoke = join(root, 'scripts/smoke');
const pictures = join(root, 'test-results');
const asRoot = process.getuid?.() === 0;

/** Node 12 has no `node:` prefix and no fs/promises; an adapter gives the program a modern interface to the old Electron. */
const oldPlatform = {
  name: 'old-platform',
  setup(build) {
    build.onResolve({ filter: /^electron$/ }, ({ importer }) =>
      importer.endsWith('old-electron.mjs')
        ? { path: 'electron', external: true }
        : { path: join(smoke, 'old-electron.mjs') },
    );
    build.onResolve({ filter: /^node:/ }, ({ path }) => {
      const name = path.slice('node:'.length);
      if (name === 'fs/promises') return { path: name, namespace: 'fs-promises' };
      return { path: name, external: builtinModules.includes(name) };
    });
    build.onLoad({ filter: /.*/, namespace: 'fs-promises' }, () => ({
      contents: "module.exports = require('fs').promises",
    }));
  },
};

async function buildOldMain(folder) {
  const { build } = await import('esbuild');
  const common = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning', plugins: [oldPlatform] };
  await build({
    ...common,
    target: 'node12',
    entryPoints: [join(smoke, 'old-main.mjs')],
    outfile: join(folder, 'out/main/index.js'),
  });
  const preload = join(folder, 'out/preload/index.cjs');
  await build({ ...common, target: 'chrome83', entryPoints: [join(root, 'src/preload/index.ts')], outfile: preload });
}

async function buildOldPage(folder) {
  const { build } = await import('vite');
  const outDir = join(folder, 'out/renderer');
  const olderBuiltins = {
    name: 'older-builtins',
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: './old-page.js' }, injectTo: 'head-prepend' }],
  };
  await build({
    configFile: join(root, 'vite.renderer.config.ts'),
    logLevel: 'warn',
    plugins: [olderBuiltins],
    build: { outDir, target: 'chrome83', cssTarget: 'chrome83' },
  });
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(join(smoke, 'old-page.js'), 'utf8'), { target: 'chrome83' });
  writeFileSync(join(outDir, 'old-page.js'), code);
}

/** A program folder for the old Electron; the lab in it is the real one, run by the real Node. */
async function buildOld() {
  const folder = join(root, '.cache/electron-old');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'minrnn-lab-smoke', main: 'out/main/index.js' }));
  for (const name of ['src', 'node_modules']) symlinkSync(join(root, name), join(folder, name));
  await buildOldMain(folder);
  await buildOldPage(folder);
  return folder;
}

async function smokeOld(binary, home) {
  const folder = await buildOld();
  const display = process.env.DISPLAY ? [] : ['xvfb-run', '--auto-servernum', '--server-args=-screen 0 1600x1000x24'];
  const [command, ...args] = [...display, binary, ...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu', folder];
  const env = { MINRNN_HOME: join(home, 'lab'), MINRNN_SMOKE_HOME: home, MINRNN_SMOKE_PICTURES: pictures };
  const { code } = await run(command, args, { env, seconds: 240 });
  const file = join(home, 'checks.json');
  const checks = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  return [
    ...checks,
    { what: 'the program ends in order', ok: code === 0 && checks.length > 0, got: `exit code ${code}` },
  ];
}

async function smokeCurrent(home) {
  await ensureDesktop();
  const { _electron } = await import('@playwright/test');
  const { checkPage, startRace, stopRace } = await import('./smoke/in-page.mjs');
  const flags = [...(asRoot ? ['--no-sandbox'] : []), `--user-data-dir=${join(home, 'electron')}`];
  const program = await _electron.launch({
    args: [root, ...flags],
    env: { ...process.env, MINRNN_HOME: join(home, 'lab') },
  });
  const ended = new Promise((resolve) => program.process().once('exit', resolve));
  const page = await program.firstWindow();
  const picture = (name) => page.screenshot({ path: join(pictures, name) });
  await page.waitForTimeout(3000);
  const checks = await page.evaluate(checkPage);
  await picture('electron-start.png');
  checks.push(...(await page.evaluate(startRace)));
  await picture('electron-race.png');
  await page.reload();
  await page.waitForTimeout(2000);
  checks.push(
    ...(await page.evaluate(checkPage)).map((check) => ({ ...check, what: `after a reload: ${check.what}` })),
  );
  checks.push(...(await page.evaluate(stopRace)));
  await program.evaluate(({ app }) => app.quit());
  const code = await ended;
  return [...checks, { what: 'the program ends in order', ok: code === 0, got: `exit code ${code}` }];
}

/** The installed Electron's binary is there. */
const hasCurrent = () => existsSync(join(root, 'node_modules/electron/path.txt'));

async function main() {
  const old = process.env.MINRNN_OLD_ELECTRON;
  if (!old && !hasCurrent()) {
    console.log('skipped: no Electron binary here; "npm start" fetches one, or MINRNN_OLD_ELECTRON names an old one');
    return 0;
  }
  await ensureWasm();
  mkdirSync(pictures, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), 'minrnn-smoke-'));
  const checks = await (old ? smokeOld(old, home) : smokeCurrent(home));
  for (const { what, ok, got } of checks) console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}${ok ? '' : `: got ${got}`}`);
  const failed = checks.filter(({ ok }) => !ok).length;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
