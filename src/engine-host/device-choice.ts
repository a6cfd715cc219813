// From the device a spec asks for to one that works here. `auto` takes the fastest kind that is available, in the registry's order.
import { fail, ok, type Result } from '../engine/core/result.ts';
import { asIs, joined, type Message, say } from '../engine/core/say.ts';
import type { Device } from '../engine/device/device.ts';
import { deviceKinds, isDeviceKind, loadDevice } from '../engine/device/registry.ts';
import type { DeviceChoice } from '../engine/spec/run-spec.ts';

/** A usable device, or `unsupported` with the reason the device itself gives. */
export async function chooseDevice(kind: string): Promise<Result<Device>> {
  if (kind === 'auto') return automatic();
  if (!isDeviceKind(kind)) {
    const known = ['auto', ...deviceKinds].join(', ');
    return fail('unsupported', say`device: kind must be one of ${asIs(known)}, got "${asIs(kind)}"`, {
      field: 'device.kind',
    });
  }
  const device = await loadDevice(kind);
  const reason = await device.unavailable();
  if (reason === null) return ok(device);
  return fail('unsupported', say`device ${asIs<string>(kind)}: ${reason}`, {
    field: 'device.kind',
    cure: say`Choose device "auto"; \`minrnn doctor\` says what each device needs.`,
  });
}

/** Whether a settled choice still works here, its kernel module included. */
export async function stillWorks({ kind, module }: DeviceChoice): Promise<boolean> {
  const device = await chooseDevice(kind);
  if (!device.ok) return false;
  const { modules } = await device.value.capabilities();
  return module === undefined || modules.some(({ name, state }) => name === module && state === 'ready');
}

async function automatic(): Promise<Result<Device>> {
  const reasons: Message[] = [];
  for (const kind of deviceKinds) {
    const device = await loadDevice(kind);
    const reason = await device.unavailable();
    if (reason === null) return ok(device);
    reasons.push(say`${asIs<string>(kind)}: ${reason}`);
  }
  return fail('unsupported', say`device: no device works here (${joined(reasons, '; ')})`);
}
