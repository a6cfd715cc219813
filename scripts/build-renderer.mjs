// Builds the renderer bundle out/renderer, shared by the browser shell and the Electron window, only when its sources changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, hashOf, isFresh, root, stamp } from './fresh.mjs';

const folders = ['src/renderer', 'src/protocol', 'src/engine/spec', 'src/engine/core'];
const config = join(root, 'vite.renderer.config.ts');
const stampFile = join(root, 'out/renderer.hash');
const page = join(root, 'out/renderer/index.html');

/** The bundle's page, built if it is stale; null without the sources (an installed package contains the bundle). */
export async function ensureRenderer() {
  if (!existsSync(join(root, 'src/renderer/index.html'))) return null;
  const sources = folders.flatMap((folder) => filesUnder(join(root, folder), (name) => !name.endsWith('.test.ts')));
  const hash = hashOf([...sources, config, join(root, 'package-lock.json')]);
  if (isFresh(stampFile, hash, [page])) return { path: page, built: false };
  const { build } = await import('vite');
  // Vite sets NODE_ENV for the whole process; tests started afterwards would then load production builds of their libraries.
  const before = process.env.NODE_ENV;
  await build({ configFile: config, logLevel: 'warn' });
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
  stamp(stampFile, hash);
  return { path: page, built: true };
}

if (process.argv[1] === import.meta.filename) {
  const result = await ensureRenderer();
  console.log(result === null ? 'no renderer sources here' : `${result.built ? 'built' : 'fresh'}: out/renderer`);
}
