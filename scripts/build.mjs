// Everything an installed copy needs, below out/: kernels, the Node part, and the Electron shell with the renderer bundle.
import { buildProgram } from './build-program.mjs';
import { ensureDesktop } from './build-desktop.mjs';
import { ensurePrebuilt } from './build-prebuilt.mjs';
import { ensureWasm } from './build-wasm.mjs';

const wasm = await ensureWasm();
console.log(`kernels: ${wasm === null ? 'no sources' : wasm.built ? 'built' : 'fresh'}`);
console.log(`program: ${await buildProgram()} files`);
console.log(`native kernels: ${await ensurePrebuilt()}`);
const desktop = await ensureDesktop();
console.log(`desktop: ${desktop.built ? 'built' : 'fresh'}`);
