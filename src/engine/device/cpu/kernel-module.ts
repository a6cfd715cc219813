// Finds, compiles and instantiates the embedded kernel module. Depends on its exports and its path, not on plans.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppFailure } from '../../core/result.ts';
import { say } from '../../core/say.ts';
import { CONTROL_CONSTANTS } from '../../plan/opcodes.shared.ts';

/** The module's exports; the op table is the rest of the interface. */
export interface KernelExports {
  /** Runs table entries [from, to) on `threads` threads, the caller being thread 0; 0 or an abort code. */
  dispatch(from: number, to: number, threads: number): number;
  /** A worker's life; returns after `stop` or an aborted run. */
  serve(thread: number): void;
  stop(): void;
  /** Aborts the run on behalf of a thread that failed. */
  abandon(thread: number): void;
}

// From a source folder, and from a bundle that is one folder below out/.
const candidates = ['../../../../out/wasm/kernels.wasm', '../wasm/kernels.wasm', './kernels.wasm'];

let compiled: Promise<WebAssembly.Module> | null = null;

/** Path of the built module, or null when there is none. */
export function kernelModulePath(): string | null {
  const paths = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** The compiled module; compiled once a process. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= compileModule();
  return compiled;
}

async function compileModule(): Promise<WebAssembly.Module> {
  const path = kernelModulePath();
  if (path === null) {
    throw new AppFailure({
      code: 'not-found',
      message: say`cpu: the kernel module kernels.wasm is required, got none beside the program`,
      cure: say`Run npm run build:wasm.`,
    });
  }
  return WebAssembly.compile(readFileSync(path));
}

/** An instance over `memory`, which gets the module's constants (scripts/wasm-constants.mjs) and nothing else: there is no data segment. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const abort = (): never => {
    throw new Error('cpu: the kernel module gave up');
  };
  for (const section of WebAssembly.Module.customSections(module, 'constants'))
    new Uint8Array(memory.buffer).set(new Uint8Array(section), CONTROL_CONSTANTS);
  const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
  // Typed here, because the browser's library types exports more loosely.
  const exports: object = instance.exports;
  return exports as KernelExports;
}
