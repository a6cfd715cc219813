// Entry of a short-lived process that looks at one device and says what it found: `probe.ts KIND`. Drivers are loaded here and never in the lab,
// which shares its process with a session's door; a driver that crashes takes only this process along.
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
