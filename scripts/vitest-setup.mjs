// Once before all tests: the kernel module must match its sources.
import { ensureWasm } from './build-wasm.mjs';

export async function setup() {
  await ensureWasm();
}
