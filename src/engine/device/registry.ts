// Devices by kind. Each is loaded on demand, so that unused devices cost nothing.
import type { Device } from './device.ts';

export const deviceKinds = ['cpu', 'webgpu', 'reference', 'tensorflow'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

const loaders = {
  cpu: async () => (await import('./cpu/index.ts')).cpuDevice,
  webgpu: async () => (await import('./webgpu/index.ts')).webgpuDevice,
  reference: async () => (await import('./reference/index.ts')).referenceDevice,
  tensorflow: async () => (await import('./tensorflow/index.ts')).tensorflowDevice,
} satisfies Record<DeviceKind, () => Promise<Device>>;

export const isDeviceKind = (kind: string): kind is DeviceKind => deviceKinds.some((known) => known === kind);

/** The device of a kind, loaded. `unavailable()` tells whether it works on this machine. */
export function loadDevice(kind: DeviceKind): Promise<Device> {
  return loaders[kind]();
}
