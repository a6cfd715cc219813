// Builds and checks the native kernels of this machine ahead of their first use, and reports the result. Never fails: without a compiler
// the program computes with WebAssembly.
import { nativeModule } from '../src/engine/device/cpu/native-module.ts';

const found = await nativeModule();
console.log(
  found.state === 'ready' ? `native kernels: ${found.isa}, ${found.path}` : `native kernels: none, ${found.why}`,
);
