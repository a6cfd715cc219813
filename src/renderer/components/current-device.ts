// Which device the top bar shows. Pure; based on the lab's reports.
import type { MachineReport } from '../../engine/spec/catalogue.ts';
import type { RunState, Settings } from '../../protocol/state.ts';

export interface CurrentDevice {
  readonly title: string;
  /** 0 = the device has none. */
  readonly threads: number;
  /** A GPU that is emulated on the processor. */
  readonly software: boolean;
}

/**
 * The device of the runs under way; else of the last run that started; else the default of the settings, where `auto` and unknown names
 * mean the first device that is ready.
 */
export function currentDevice(
  machine: MachineReport | null,
  settings: Settings | null,
  runs: readonly RunState[],
): CurrentDevice | null {
  if (!machine) return null;
  const stamped = runs.filter((run) => run.environment !== null);
  const run = stamped.find((candidate) => candidate.status === 'running') ?? stamped[stamped.length - 1];
  const wanted = run?.environment?.device ?? settings?.device ?? 'auto';
  const report = machine.devices.find((device) => device.kind === wanted);
  const ready = machine.devices.find((device) => device.state === 'ready');
  const chosen = report ?? ready;
  if (!chosen) return null;
  const limit = settings && settings.threads > 0 ? Math.min(settings.threads, chosen.threads) : chosen.threads;
  return { title: chosen.title, threads: run?.environment?.threads ?? limit, software: chosen.state === 'software' };
}
