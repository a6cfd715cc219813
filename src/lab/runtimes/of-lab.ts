// The runtimes of a lab, wired to what it has: its settings, its events, its device; and those of a command that opens no lab.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { english, say } from '../../engine/core/say.ts';
import { definingDevice, deviceKinds } from '../../engine/device/registry.ts';
import { probeAgain, probeDevices } from '../engines/device-probe.ts';
import type { EventHub } from '../event-hub.ts';
import { findHome } from '../files/home.ts';
import { SettingsStore } from '../files/settings.ts';
import { Comparison, type Way } from './comparison.ts';
import { Runtimes } from './runtimes.ts';
import { runtimeSources } from './source.ts';

interface LabParts {
  readonly settings: Pick<SettingsStore, 'now'>;
  readonly hub: EventHub;
}

const machineTaken: AppError = {
  code: 'conflict',
  message: say`runtimes: the machine must be free, got steps that are being timed`,
  cure: say`Pause the runs or stop the measurement, or wait until they have finished.`,
};

/** `timing`: whether steps are being timed. */
export function runtimesOfLab({ settings, hub }: LabParts, timing: () => boolean): Runtimes {
  return new Runtimes({
    sources: runtimeSources,
    dataFolder: () => settings.now.dataFolder,
    busy: () => (timing() ? machineTaken : null),
    changed: (runtimes, settled) => {
      if (settled) probeAgain('tensorflow');
      if (settled) hub.send('runtimes/changed', { runtimes, settled });
      else hub.newest('runtimes/changed', { runtimes, settled });
    },
    failed: (error) => {
      process.stderr.write(`runtimes: ${error.stack ?? english(error.message)}\n`);
      hub.send('problem', { error, run: null });
    },
  });
}

/** Every device that works here, with each of its modules; the one that defines results is not compared with itself. */
async function waysHere(): Promise<readonly Way[]> {
  const probes = await probeDevices();
  return deviceKinds.flatMap((kind): readonly Way[] => {
    const found = probes.get(kind);
    if (kind === definingDevice || found?.missing !== null) return [];
    const ready = found.modules.filter(({ state }) => state === 'ready');
    return ready.length === 0 ? [{ kind, module: null }] : ready.map(({ name }) => ({ kind, module: name }));
  });
}

/** `timing`: whether steps are being timed elsewhere. */
export function comparisonOfLab({ settings, hub }: LabParts, timing: () => boolean, runtimes: Runtimes): Comparison {
  return new Comparison({
    ways: waysHere,
    dataFolder: () => settings.now.dataFolder,
    ops: [],
    needFree: () => {
      if (timing()) throw new AppFailure(machineTaken);
      runtimes.needIdle('runtimes');
    },
    changed: (ways) => hub.newest('comparison/changed', { ways }),
    failed: (error) => hub.send('problem', { error, run: null }),
  });
}

/** For commands that compute in this process and open no lab: what is installed is offered to the device. */
export async function offerInstalled(): Promise<void> {
  const settings = await SettingsStore.load(findHome());
  const nothing = (): void => undefined;
  const dataFolder = (): string => settings.now.dataFolder;
  await new Runtimes({
    sources: runtimeSources,
    dataFolder,
    busy: () => null,
    changed: nothing,
    failed: nothing,
  }).refresh();
}
