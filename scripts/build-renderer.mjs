// Builds the renderer bundle out/renderer, shared by the browser shell and the Electron window, only when its sources changed.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, hashOf, isFresh, root, stamp } from './fresh.mjs';

const folders = ['src/renderer', 'src/protocol', 'src/engine/spec', 'src/engine/core'];
const config = join(root, 'vite.renderer.config.ts');
const stampFile = join(root, 'out/renderer.hash');
const bundle = join(root, 'out/renderer');
const page = join(bundle, 'index.html');

/** The bundle's page, built if it is stale; null without the sources (an installed package contains the bundle). */
export async function ensureRenderer() {
  if (!existsSync(join(root, 'src/renderer/index.html'))) return null;
  const sources = folders.flatMap((folder) => filesUnder(join(root, folder), (name) => !name.endsWith('.test.ts')));
  const hash = hashOf([...sources, config, join(root, 'package-lock.json')]);
  if (isFresh(stampFile, hash, [page])) return { path: page, built: false };
  const { build } = await import('vite');
  // Vite sets NODE_ENV for the whole process; tests started afterwards would then load production builds of their libraries.
  const before = process.env.NODE_ENV;
  // Beside its place: a second program that builds or serves at the same time never meets half a bundle.
  const made = `${bundle}.${process.pid}`;
  await build({ configFile: config, logLevel: 'warn', build: { outDir: made, emptyOutDir: true } });
  putInPlace(made, bundle);
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
  stamp(stampFile, hash);
  return { path: page, built: true };
}

/** Another program may put its bundle there, or take the old one away, in between. */
function putInPlace(made, target) {
  const old = `${made}.old`;
  for (;;) {
    tolerating('ENOENT', () => renameSync(target, old));
    rmSync(old, { recursive: true, force: true });
    if (tolerating('ENOTEMPTY', () => renameSync(made, target))) return;
  }
}

/** Whether `act` did it; false where it failed with that code. */
function tolerating(code, act) {
  try {
    act();
    return true;
  } catch (error) {
    if (error.code === code) return false;
    throw error;
  }
}

if (process.argv[1] === import.meta.filename) {
  const result = await ensureRenderer();
  console.log(result === null ? 'no renderer sources here' : `${result.built ? 'built' : 'fresh'}: out/renderer`);
}
