// Prints which WebGPU adapter a process with this environment finds, as JSON: `{ name }`, or `{ missing }` with the reason. A process of its own,
// as Dawn reads the environment once.
import { findAdapter } from '../src/engine/device/webgpu/adapter.ts';

const found = await findAdapter();
console.log(JSON.stringify('missing' in found ? { missing: found.missing } : { name: found.name }));
process.exit(0);
