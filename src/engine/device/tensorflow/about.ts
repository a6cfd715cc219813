// Description of the tensorflow device.
import { say } from '../../core/say.ts';
import type { DeviceEntry } from '../device.ts';

export const tensorflow: DeviceEntry = {
  info: {
    title: 'TensorFlow',
    detail: say`TensorFlow.js, float32: tfjs-node where installed, else its WebAssembly; memory inside an operation is not counted`,
    threaded: false,
    modules: [],
    storages: ['f32'],
    automatic: false,
    // Kernels of a library that compute a layer as a whole.
    offers: ['layers'],
  },
  load: async () => (await import('./index.ts')).tensorflowDevice,
};
