// Description of the cpu device.
import { say, verbatim } from '../../core/say.ts';
import type { DeviceEntry } from '../device.ts';

export const cpu: DeviceEntry = {
  info: {
    title: 'CPU',
    detail: say`WebAssembly, SIMD 128 bit, float32`,
    threaded: true,
    // Fastest first (bench/results/peers.md).
    modules: [
      {
        name: 'native',
        title: say`native`,
        help: say`Compiled on this machine for its processor. Where that is not possible, the run does not start.`,
      },
      {
        name: 'wasm',
        title: verbatim('WebAssembly'),
        help: say`The same on every machine, slower than native ones.`,
      },
    ],
    storages: ['f32'],
    automatic: true,
    offers: [],
  },
  load: async () => (await import('./index.ts')).cpuDevice,
};
