// Once before all tests: the kernel module must match its sources, and a page must be there for tests of the door that serves it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { root } from './fresh.mjs';

export async function setup() {
  await ensureWasm();
  if (!existsSync(join(root, 'out/renderer/index.html'))) await ensureRenderer();
}
