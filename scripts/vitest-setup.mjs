// Runs once before all tests: builds the kernel module if stale, and provides a page for tests of the server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { root } from './fresh.mjs';

export async function setup() {
  await ensureWasm();
  if (!existsSync(join(root, 'out/renderer/index.html'))) await ensureRenderer();
}
