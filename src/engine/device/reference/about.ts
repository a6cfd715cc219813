// Description of the reference device.
import { say } from '../../core/say.ts';
import type { DeviceEntry } from '../device.ts';

export const reference: DeviceEntry = {
  info: {
    title: 'Reference',
    detail: say`TypeScript, float64: defines every operation, slow`,
    threaded: false,
    modules: [],
    storages: ['f32'],
    automatic: false,
    offers: [],
  },
  load: async () => (await import('./index.ts')).referenceDevice,
};
