// Description of the webgpu device.
import { say } from '../../core/say.ts';
import type { DeviceEntry } from '../device.ts';

export const webgpu: DeviceEntry = {
  info: {
    title: 'WebGPU',
    detail: say`WGSL by Dawn, float32`,
    threaded: false,
    modules: [],
    storages: ['f32', 'f16'],
    automatic: true,
    offers: [],
  },
  load: async () => (await import('./index.ts')).webgpuDevice,
};
