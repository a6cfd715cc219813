// Checks the device of an experiment: its kind, threads, kernels and storage.
import { asIs, label, say } from '../core/say.ts';
import { moduleNames, storageNames, type Catalogue, type DeviceInfo } from './catalogue.ts';
import { checkField, show } from './field-check.ts';
import { checkKeys, isObject, type Json, type Report } from './spec-report.ts';

export function checkDevice(device: unknown, { devices, threads: threadsField }: Catalogue, report: Report): void {
  if (device === undefined) return;
  if (!isObject(device)) {
    report('device', say`The device must be an object with kind and threads, got ${show(device)}.`);
    return;
  }
  checkKeys(device, say`setting of the device`, 'device', ['kind', 'threads', 'module', 'storage'], report);
  const { kind, threads, module } = device;
  if (kind !== undefined && typeof kind !== 'string')
    report('device.kind', say`The kind of the device must be text, got ${show(kind)}.`);
  if (threads !== undefined) {
    const problem = checkField({ ...threadsField, label: 'Threads' }, threads);
    if (problem !== null) report('device.threads', say`${problem} ${label(threadsField.help)}`);
  }
  const kernelModules = ['auto', ...moduleNames(devices)];
  if (module !== undefined && (typeof module !== 'string' || !kernelModules.includes(module))) {
    report(
      'device.module',
      say`The kernels of the device must be one of ${asIs(kernelModules.join(', '))}, got ${show(module)}.`,
    );
  }
  checkStorage(device, devices, report);
}

function checkStorage({ kind = 'auto', storage }: Json, devices: readonly DeviceInfo[], report: Report): void {
  if (storage === undefined) return;
  const storages = storageNames(devices);
  if (typeof storage !== 'string' || !storages.includes(storage)) {
    report(
      'device.storage',
      say`The storage of the device must be one of ${asIs(storages.join(', '))}, got ${show(storage)}.`,
    );
    return;
  }
  const able = devices.filter((one) => one.storages.includes(storage)).map((one) => one.kind);
  // Every device stores float32; `auto` may settle on any of them.
  if (able.length === devices.length || able.some((one) => one === kind)) return;
  const message = say`Storage ${asIs(storage)} needs the device ${asIs(able.join(', '))}, got ${show(kind)}. Choose storage f32.`;
  report('device.storage', message);
}
