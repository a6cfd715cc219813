// Devices: a line each. What is said of them is plain data; the device itself is loaded when it is asked for, so that a process pays only for
// what it uses. Everything outside the folders of devices asks here and names none.
import type { DeviceInfo } from '../spec/catalogue.ts';
import { cpu } from './cpu/about.ts';
import type { Device, DeviceEntry } from './device.ts';
import { reference } from './reference/about.ts';
import { tensorflow } from './tensorflow/about.ts';
import { webgpu } from './webgpu/about.ts';

/** The first works on every machine. */
const devices = {
  cpu,
  webgpu,
  reference,
  tensorflow,
} as const satisfies Record<string, DeviceEntry>;

export type DeviceKind = keyof typeof devices;

export const deviceKinds = Object.keys(devices) as readonly DeviceKind[];

/** The device for `auto` until it has been measured, and for reading when no device was chosen. */
export const usualDevice: DeviceKind = 'cpu';

/** The device that defines results: others are judged by it, and it is not judged. */
export const definingDevice: DeviceKind = 'reference';

export const isDeviceKind = (kind: string): kind is DeviceKind => Object.hasOwn(devices, kind);

export const infoOf = (kind: DeviceKind): DeviceInfo => ({ kind, ...devices[kind].info });

export const deviceInfos: readonly DeviceInfo[] = deviceKinds.map(infoOf);

/** What is known of a kind that a person wrote; undefined for `auto` and for what is no device. */
export const findInfo = (kind: string): DeviceInfo | undefined => (isDeviceKind(kind) ? infoOf(kind) : undefined);

/** The device of a kind, loaded. Whether it works on this machine is for its capabilities to say. */
export function loadDevice(kind: DeviceKind): Promise<Device> {
  return devices[kind].load();
}
