// What this machine has and what is missing and why: `doctor`, the Start screen, and the stamp on each run.
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { deviceKinds, loadDevice, type DeviceKind } from '../engine/device/registry.ts';
import type { DeviceReport, MachineReport } from '../engine/spec/catalogue.ts';
import { programCommit, programVersion } from './entries.ts';

const titles: Readonly<
  Record<DeviceKind, { readonly title: string; readonly detail: string; readonly threaded: boolean }>
> = {
  cpu: { title: 'CPU', detail: 'WebAssembly, SIMD 128 bit, float32', threaded: true },
  reference: { title: 'Reference', detail: 'TypeScript, float64: defines every operation, slow', threaded: false },
};

async function reportOf(kind: DeviceKind): Promise<DeviceReport> {
  const { title, detail, threaded } = titles[kind];
  const threads = threaded ? availableParallelism() : 1;
  let missing: string | null;
  try {
    missing = await (await loadDevice(kind)).unavailable();
  } catch (error) {
    missing = error instanceof Error ? error.message : String(error);
  }
  if (missing !== null) return { kind, title, state: 'missing', detail: missing, threads: 0 };
  return { kind, title, state: 'ready', detail: threaded ? `${detail}, up to ${threads} threads` : detail, threads };
}

/** Free bytes where `path` lies or would lie; null when the system does not say. */
export async function diskFree(path: string): Promise<number | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      if (dirname(folder) === folder) return null;
    }
  }
}

export async function describeMachine(sessionsFolder: string): Promise<MachineReport> {
  return {
    version: programVersion(),
    commit: programCommit(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryTotal: totalmem(),
    memoryFree: freemem(),
    diskFree: await diskFree(sessionsFolder),
    devices: await Promise.all(deviceKinds.map(reportOf)),
    sessionsFolder,
  };
}
