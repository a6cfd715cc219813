// Entry of a short-lived process that examines one device and reports what it found: `probe.ts KIND`. Drivers are loaded here and never in
// the lab, so a driver that crashes takes down only this process.
import { asIs, say, verbatim } from '../engine/core/say.ts';
import { isDeviceKind, loadDevice } from '../engine/device/registry.ts';
import type { DeviceProbe } from '../protocol/engine.ts';

async function probe(kind: string): Promise<DeviceProbe> {
  if (!isDeviceKind(kind)) return { missing: say`there is no device "${asIs(kind)}"`, software: null, modules: [] };
  const device = await loadDevice(kind);
  const missing = await device.unavailable();
  if (missing !== null) return { missing, software: null, modules: [] };
  const storages = await device.storages?.();
  return {
    missing,
    software: (await device.software?.()) ?? null,
    modules: (await device.modules?.()) ?? [],
    ...(storages === undefined ? {} : { storages }),
  };
}

const found = await probe(process.argv[2] ?? '').catch((error: unknown) => {
  const missing = verbatim(error instanceof Error ? error.message : String(error));
  return { missing, software: null, modules: [] };
});
process.stdout.write(JSON.stringify(found), () => process.exit(0));
