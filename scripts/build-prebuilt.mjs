// Compiles the native kernels that an installer ships for machines without a compiler, next to the C sources in out/. Without a compiler
// here none are shipped, and such a machine computes with WebAssembly.
import { join } from 'node:path';
import { broughtSets, buildPrebuilt, findCompiler } from '../src/engine/device/cpu/native-build.ts';
import { nativeSources } from '../src/engine/device/cpu/native-sources.ts';
import { root } from './fresh.mjs';

/** Builds them for every instruction set of this architecture; returns which, or why none. */
export async function ensurePrebuilt() {
  if (process.platform === 'win32') return 'none, not built on Windows';
  const compiler = await findCompiler();
  if (compiler === null) return 'none, no C compiler was found';
  await buildPrebuilt(nativeSources(), compiler, broughtSets(), join(root, 'out/engine/device/cpu/native'));
  return broughtSets().join(', ');
}
