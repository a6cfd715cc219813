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
  webgpu: { title: 'WebGPU', detail: 'WGSL by Dawn, float32', threaded: false },
  reference: { title: 'Reference', detail: 'TypeScript, float64: defines every operation, slow', threaded: false },
  tensorflow: {
    title: 'TensorFlow',
    detail:
      'TensorFlow.js, float32: tfjs-node where installed, else its WebAssembly; memory inside an operation is not counted',
    threaded: false,
  },
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
  return {
    kind,
    title,
    threads,
    ...(await readiness(kind, threaded ? `${detail}, up to ${threads} threads` : detail)),
  };
}

/** What a usable device computes with: its kernel modules, each with what it is or why it is missing, or the software it stands on. */
async function readiness(kind: DeviceKind, detail: string): Promise<Pick<DeviceReport, 'state' | 'detail'>> {
  const device = await loadDevice(kind);
  const software = (await device.software?.()) ?? null;
  if (software !== null) return { state: 'software', detail: `${detail}; ${software}` };
  const modules = (await device.modules?.()) ?? [];
  const words = modules.map(
    (module) => `${module.name}: ${module.state === 'ready' ? '' : 'missing, '}${module.detail}`,
  );
  return { state: 'ready', detail: [detail, ...words].join('; ') };
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
