// What this machine has and what is missing and why: `doctor`, the Start screen, and the stamp on each run.
import { asIs, joined, type Message, say } from '../engine/core/say.ts';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { deviceKinds, type DeviceKind } from '../engine/device/registry.ts';
import type { DeviceReport, MachineReport } from '../engine/spec/catalogue.ts';
import type { DeviceProbe } from '../protocol/engine.ts';
import { probeDevices } from './device-probe.ts';
import { programCommit, programVersion } from './entries.ts';

const titles: Readonly<
  Record<DeviceKind, { readonly title: string; readonly detail: Message; readonly threaded: boolean }>
> = {
  cpu: { title: 'CPU', detail: say`WebAssembly, SIMD 128 bit, float32`, threaded: true },
  webgpu: { title: 'WebGPU', detail: say`WGSL by Dawn, float32`, threaded: false },
  reference: { title: 'Reference', detail: say`TypeScript, float64: defines every operation, slow`, threaded: false },
  tensorflow: {
    title: 'TensorFlow',
    detail: say`TensorFlow.js, float32: tfjs-node where installed, else its WebAssembly; memory inside an operation is not counted`,
    threaded: false,
  },
};

/** Details of a device: its kernel modules, each with its description or why it is missing, or the software that emulates it. */
function reportOf(kind: DeviceKind, probe: DeviceProbe | undefined): DeviceReport {
  const { title, detail, threaded } = titles[kind];
  const threads = threaded ? availableParallelism() : 1;
  if (probe?.missing !== null)
    return { kind, title, state: 'missing', detail: probe?.missing ?? say`not asked`, threads: 0 };
  const { storages } = probe;
  const halves =
    storages === undefined ? [] : [storages.includes('f16') ? say`f16 storage` : say`no f16 storage (shader-f16)`];
  const stored = storages === undefined ? {} : { storages };
  if (probe.software !== null) {
    const words = joined([say`${detail}; ${asIs(probe.software)}`, ...halves], ', ');
    return { kind, title, state: 'software', detail: words, threads, ...stored };
  }
  const words = probe.modules.map(({ name, state, detail: what }) =>
    state === 'ready' ? say`${asIs(name)}: ${what}` : say`${asIs(name)}: missing, ${what}`,
  );
  const limit = threaded ? [say`up to ${threads} threads`] : [];
  const all = joined([joined([detail, ...halves, ...limit], ', '), ...words], '; ');
  return { kind, title, state: 'ready', detail: all, threads, ...stored };
}

/** Free bytes on the disk of `path`; null if the system does not say. */
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
  const probes = await probeDevices();
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
    devices: deviceKinds.map((kind) => reportOf(kind, probes.get(kind))),
    sessionsFolder,
  };
}
