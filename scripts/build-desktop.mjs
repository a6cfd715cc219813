// Builds what an Electron window needs (out/main, out/preload, out/renderer), only when its sources changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRenderer } from './build-renderer.mjs';
import { filesUnder, hashOf, isFresh, root, stamp } from './fresh.mjs';

const folders = ['src/main', 'src/preload', 'src/protocol', 'src/engine/spec', 'src/engine/core'];
const files = ['bin/packaged-node.mjs', 'electron.vite.config.ts', 'package-lock.json'];
const outputs = ['out/main/index.js', 'out/preload/index.cjs'];

/** Builds it if it is stale; returns whether it did. */
export async function ensureDesktop() {
  const page = await ensureRenderer();
  const sources = folders.flatMap((folder) => filesUnder(join(root, folder), (name) => !name.endsWith('.test.ts')));
  const hash = hashOf([...sources, ...files.map((file) => join(root, file)).filter(existsSync)]);
  const stampFile = join(root, 'out/desktop.hash');
  const made = outputs.map((output) => join(root, output));
  if (isFresh(stampFile, hash, made)) return { built: page?.built === true };
  const { build } = await import('electron-vite');
  await build({ root, configFile: join(root, 'electron.vite.config.ts'), logLevel: 'warn', ignoreConfigWarning: true });
  stamp(stampFile, hash);
  return { built: true };
}
