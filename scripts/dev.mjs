// `npm run dev`: the lab for developers. The page is served from its sources and updates while it is open; a change of TypeScript behind it
// starts the lab again, with the same session; kernels are rebuilt; runs under way continue. `--gallery` also prints the address of the
// component gallery.
import { relative } from 'node:path';
import { ensureWasm } from './build-wasm.mjs';
import { workOf } from './dev/changes.mjs';
import { openDoor } from './dev/door.mjs';
import { LabKeeper } from './dev/lab-keeper.mjs';
import { openPage } from './dev/page.mjs';
import { root } from './fresh.mjs';
import { run } from './run.mjs';

const say = (text) => console.log(`dev: ${text}`);
const since = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** In a process of its own: kernels are generated from modules, and this process caches the modules it has loaded. */
async function buildWasm() {
  const started = performance.now();
  const { code, output } = await run(process.execPath, ['scripts/build-wasm.mjs'], { capture: true });
  if (code !== 0) say(output.trim());
  else if (output.includes('built:'))
    say(`kernels for WebAssembly built in ${since(started)}; the next run takes them`);
}

let native = '';
async function buildNative() {
  const started = performance.now();
  const { output } = await run(process.execPath, ['scripts/build-native.mjs'], { capture: true });
  if (native !== '' && output !== native) say(`${output.trim()}, in ${since(started)}; the next run takes them`);
  native = output;
}

/** Builds run one after the other; files that change meanwhile are built again. */
let builds = Promise.resolve();
let waiting = false;
function buildKernels() {
  if (waiting) return;
  waiting = true;
  builds = builds.then(async () => {
    waiting = false;
    await buildWasm();
    await buildNative();
  });
}

await ensureWasm();
const lab = new LabKeeper(say);
const page = await openPage();
await lab.start();
const door = await openDoor({ page, lab });
buildKernels();
page.watch((path) => {
  const work = workOf(relative(root, path));
  if (work.includes('kernels')) buildKernels();
  if (work.includes('lab')) lab.refresh();
});
if (process.argv.includes('--gallery')) say(`the components are at ${door.url.replace('/?', '/gallery/?')}`);
say(`the lab is at ${door.url}`);
say('a change of the page shows at once, of the engine at the next run; Ctrl+C ends it');

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    if (ending) process.exit(1);
    ending = true;
    door.close();
    await lab.stop();
    await page.close();
    process.exit(0);
  });
}
