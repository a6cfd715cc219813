// A WebGPU adapter for the tests: the machine's own, else SwiftShader with the Vulkan loader, both of which every Chromium for Linux brings.
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './fresh.mjs';
import { installPackages } from './install-packages.mjs';
import { run } from './run.mjs';

const browserFolders = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium-browser',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
];

async function probe(env) {
  const script = join(root, 'scripts/probe-adapter.mjs');
  const args = ['--disable-warning=ExperimentalWarning', script];
  const { output } = await run(process.execPath, args, { env, seconds: 120, capture: true });
  const line = output.split('\n').find((one) => one.startsWith('{'));
  return line === undefined
    ? { missing: `the search for an adapter ended without a word: ${output}` }
    : JSON.parse(line);
}

/** The folder of a Chromium with its software driver, or undefined. */
function driverFolder(chromium) {
  const own = chromium === undefined ? [] : [dirname(realpathSync(chromium))];
  return [...own, ...browserFolders].find((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')));
}

/** A folder with the browser's Vulkan loader and nothing else of the browser. */
function loaderFolder(browser) {
  const loader = join(browser, 'libvulkan.so.1');
  if (!existsSync(loader)) return undefined;
  const folder = join(root, '.cache', 'vulkan');
  const link = join(folder, 'libvulkan.so.1');
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(loader, link);
  return folder;
}

/** Environments to try in order, each created only when those before it gave no adapter. */
async function* environments(chromium) {
  yield {};
  if (process.platform !== 'linux') return;
  const browser = driverFolder(chromium);
  if (browser === undefined) return;
  const driver = { VK_ICD_FILENAMES: join(browser, 'vk_swiftshader_icd.json') };
  yield driver;
  const loader = loaderFolder(browser);
  if (loader !== undefined) {
    const paths = [loader, process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined && path !== '');
    yield { ...driver, LD_LIBRARY_PATH: paths.join(':') };
  }
  if (await installPackages(['libvulkan1'])) yield driver;
}

/** `{ env, name }`: an adapter is found by processes with that environment; `{ reason }` when there is none and none can be installed. */
export async function findAdapterFor(chromium) {
  let reason = '';
  for await (const env of environments(chromium)) {
    const found = await probe(env);
    if ('name' in found) return { env, name: found.name };
    reason = found.missing;
  }
  return { reason };
}
