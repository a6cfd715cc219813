// What each device reports, asked once per lab in separate processes, so that native drivers are never loaded into the lab.
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { execFile } from 'node:child_process';
import type { Capabilities } from '../../engine/device/device.ts';
import { deviceKinds, loadDevice, type DeviceKind } from '../../engine/device/registry.ts';
import { probeEntry } from '../files/program.ts';
import { childFlags } from '../../session/node-flags.ts';

/** Building kernels at first use takes seconds; a driver that hangs must not block the lab for ever. */
const longestMs = 90_000;

let asked: Promise<ReadonlyMap<DeviceKind, Capabilities>> | null = null;

/** All devices. The answer does not change while the lab runs and nothing is installed. */
export function probeDevices(): Promise<ReadonlyMap<DeviceKind, Capabilities>> {
  asked ??= askAll();
  return asked;
}

/** Asks one device again: what it depends on has been installed or removed. */
export function probeAgain(kind: DeviceKind): void {
  if (asked === null) return;
  const [before, now] = [asked, probe(kind)];
  asked = before.then(async (found) => new Map(found).set(kind, await now));
}

/** Plans made here must match the kernels of the engines, although this process never loads them. */
async function askAll(): Promise<ReadonlyMap<DeviceKind, Capabilities>> {
  const found = new Map(await Promise.all(deviceKinds.map(async (kind) => [kind, await probe(kind)] as const)));
  for (const [kind, capabilities] of found) (await loadDevice(kind)).assume?.(capabilities);
  return found;
}

/** Kinds that `auto` may measure: they work here, and on hardware. */
export async function hardwareKinds(): Promise<readonly DeviceKind[]> {
  const probes = await probeDevices();
  return deviceKinds.filter((kind) => probes.get(kind)?.missing === null && probes.get(kind)?.software === null);
}

function probe(kind: DeviceKind): Promise<Capabilities> {
  const args = [...childFlags, probeEntry(), kind];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: longestMs }, (error, stdout) => {
      resolve(
        readProbe(stdout) ?? {
          missing: say`the check failed: ${endOf(error)}`,
          software: null,
          modules: [],
          storages: [],
        },
      );
    });
  });
}

function readProbe(text: string): Capabilities | null {
  try {
    return JSON.parse(text) as Capabilities;
  } catch {
    return null;
  }
}

function endOf(error: (Error & { readonly signal?: string; readonly code?: unknown }) | null): Message {
  if (error === null) return say`the process gave no answer`;
  return error.signal
    ? say`the process ended by ${asIs(error.signal)}`
    : say`the process ended with ${asIs(String(error.code))}`;
}
