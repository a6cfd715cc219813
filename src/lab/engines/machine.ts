// What this machine has and what is missing and why: `doctor`, the Start screen, and the stamp on each run.
import { asIs, joined, say } from '../../engine/core/say.ts';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Capabilities } from '../../engine/device/device.ts';
import { deviceKinds, infoOf, type DeviceKind } from '../../engine/device/registry.ts';
import type { DeviceReport, MachineReport } from '../../engine/spec/catalogue.ts';
import { probeDevices } from './device-probe.ts';
import { programCommit, programVersion } from '../files/program.ts';
import type { Runtimes } from '../runtimes/runtimes.ts';

/** What a device computes with: its kernel modules, each with its description or why it is missing, or the software that emulates it. */
function reportOf(kind: DeviceKind, found: Capabilities | undefined): DeviceReport {
  const { title, detail, threaded, storages: everywhere } = infoOf(kind);
  const threads = threaded ? availableParallelism() : 1;
  if (found?.missing !== null)
    return { kind, title, state: 'missing', detail: found?.missing ?? say`not asked`, threads: 0, storages: [] };
  const { storages, software } = found;
  const halves = everywhere
    .filter((storage) => storage !== 'f32')
    .map((storage) =>
      storages.some((one) => one === storage)
        ? say`${asIs(storage)} storage`
        : say`no ${asIs(storage)} storage (shader-${asIs(storage)})`,
    );
  if (software !== null) {
    const words = joined([say`${detail}; ${asIs(software)}`, ...halves], ', ');
    return { kind, title, state: 'software', detail: words, threads, storages };
  }
  const words = found.modules.map(({ name, state, detail: what }) =>
    state === 'ready' ? say`${asIs(name)}: ${what}` : say`${asIs(name)}: missing, ${what}`,
  );
  const limit = threaded ? [say`up to ${threads} threads`] : [];
  const all = joined([joined([detail, ...halves, ...limit], ', '), ...words], '; ');
  return { kind, title, state: 'ready', detail: all, threads, storages };
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

/** TensorFlow with what it stands on here, or why it does not stand on what is installed. */
function withRuntime(report: DeviceReport, { offered, broken }: Standing): DeviceReport {
  if (report.kind !== 'tensorflow' || report.state === 'missing') return report;
  if (offered?.installed) {
    const { title, package: name, installed } = offered;
    const detail = say`${asIs(title)} ${asIs(installed.version)} by ${asIs(name)} ${asIs(installed.packageVersion)}, float32; memory inside an operation is not counted`;
    return { ...report, detail };
  }
  const why = broken?.installed?.broken;
  if (!broken || !why) return report;
  return { ...report, detail: say`${report.detail}; ${asIs(broken.title)} is broken and not used: ${why}` };
}

/** Which installed runtime the device tensorflow stands on, and which one is there but cannot be used. */
type Standing = Pick<Runtimes, 'offered' | 'broken'>;

export async function describeMachine(sessionsFolder: string, runtimes: Standing): Promise<MachineReport> {
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
    devices: deviceKinds.map((kind) => withRuntime(reportOf(kind, probes.get(kind)), runtimes)),
    sessionsFolder,
  };
}
