// Entry of a short-lived process that examines one device and reports what it found: `probe.ts KIND`. Drivers are loaded here and never in
// the lab, so a driver that crashes takes down only this process.
import { verbatim } from '../engine/core/say.ts';
import type { Capabilities } from '../engine/device/device.ts';
import { isDeviceKind, loadDevice } from '../engine/device/registry.ts';

async function probe(kind: string): Promise<Capabilities> {
  if (!isDeviceKind(kind)) throw new Error(`there is no device "${kind}"`);
  return (await loadDevice(kind)).capabilities();
}

const found = await probe(process.argv[2] ?? '').catch((error: unknown): Capabilities => {
  const missing = verbatim(error instanceof Error ? error.message : String(error));
  return { missing, software: null, modules: [], storages: [] };
});
process.stdout.write(JSON.stringify(found), () => process.exit(0));
