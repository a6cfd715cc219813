// The results of `auto`, remembered for each shape of run on this machine, so that it is measured once; and what a resumed run must know
// about its earlier device. Losing the file loses nothing but a second of measuring.
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { findInfo } from '../../engine/device/registry.ts';
import type { EnvironmentStamp } from '../../engine/spec/catalogue.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import type { ChosenDevice } from '../../protocol/engine.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import { hardwareKinds } from './device-probe.ts';
import { programCommit, programVersion } from '../files/program.ts';
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { type Message, messageFrom, say, verbatim } from '../../engine/core/say.ts';
import { changeStored, readAtStart, type Stored } from '../files/home-list.ts';
import { shapeKey } from '../timing/measurements.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';

/** A choice is valid for this version on this machine: another version's kernels may have other speeds. */
interface Remembered {
  readonly machine: string;
  readonly shape: string;
  readonly chosen: ChosenDevice;
}

interface Settling {
  readonly chosen: ChosenDevice | null;
  readonly devices: readonly string[] | null;
}

interface Keeper {
  readonly run: SessionKeeper['run'];
  readonly records: Pick<SessionKeeper['records'], 'event'>;
}

const most = 500;
const keys = ['machine', 'shape', 'chosen'];

const isRemembered = (value: unknown): value is Remembered =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key));

const listOf = (stored: unknown): readonly Remembered[] =>
  Array.isArray(stored)
    ? stored.filter(isRemembered).filter(({ chosen }) => messageFrom(chosen.reason) === chosen.reason)
    : [];

export const machineName = (): string =>
  [cpus()[0]?.model.trim(), availableParallelism(), programVersion(), programCommit()].join(' · ');

export class DeviceChoices {
  readonly #path: string;
  readonly #machine: string;
  #all: readonly Remembered[];
  readonly problem: AppError | null;

  private constructor(path: string, machine: string, { value, problem }: Stored) {
    this.#path = path;
    this.#machine = machine;
    this.#all = listOf(value);
    this.problem = problem;
  }

  static async load(folder: string, machine: string): Promise<DeviceChoices> {
    const path = join(folder, 'device-choices.json');
    return new DeviceChoices(path, machine, await readAtStart('device choices', path));
  }

  /** For a run with device `auto`: the device it ran on before, else the one measured fastest for such a run, else null. */
  for(run: Pick<StoredRun, 'spec' | 'environment' | 'cursor'>): ChosenDevice | null {
    const { spec, environment } = run;
    if (spec.device.kind !== 'auto') return null;
    if (environment !== null && run.cursor.step > 0) return asBefore(environment);
    return this.known(spec);
  }

  /** The device measured fastest for a run of this shape here; null = not measured yet. */
  known(spec: RunSpec): ChosenDevice | null {
    const shape = shapeKey(spec);
    const found = this.#all.find((one) => one.machine === this.#machine && one.shape === shape);
    return found?.chosen ?? null;
  }

  /**
   * What an engine must know to settle `auto`: the answer, or the devices to measure. Runs of one task in one session (`others`) are on the
   * same device, module and thread count, or their times could not be compared.
   */
  async settle(run: StoredRun, others: readonly StoredRun[]): Promise<Settling> {
    const began = run.environment !== null && run.cursor.step > 0;
    const chosen = (began ? null : sharedWith(run, others)) ?? this.for(run);
    const open = run.spec.device.kind === 'auto' && chosen === null;
    return { chosen, devices: open ? await hardwareKinds() : null };
  }

  /** The environment stamp of a run whose engine is ready: stores the result of `auto`, and records from where the run is no longer bit-exact. */
  stamp(keeper: Keeper, run: RunId, now: EnvironmentStamp, chosen: ChosenDevice | null): EnvironmentStamp {
    const stored = keeper.run(run);
    const moved = movedFrom(stored, now) ?? null;
    if (moved?.step === stored.cursor.step) {
      keeper.records.event(
        run,
        'moved',
        `from ${moved.module} to ${now.module}: not bit-exact from step ${moved.step} on`,
      );
    } else if (chosen && !isShared(chosen.reason)) void this.remember(stored.spec, chosen);
    return { ...now, movedFrom: moved };
  }

  async remember(spec: RunSpec, chosen: ChosenDevice): Promise<void> {
    const newest: Remembered = { machine: this.#machine, shape: shapeKey(spec), chosen };
    const isOther = (one: Remembered): boolean => one.machine !== newest.machine || one.shape !== newest.shape;
    const add = (all: readonly Remembered[]): Remembered[] => [...all.filter(isOther), newest].slice(-most);
    this.#all = add(this.#all);
    try {
      this.#all = await changeStored('device choices', this.#path, (stored) => add(listOf(stored)));
    } catch (error) {
      // Still valid in this process; if the list cannot be written, it only costs another measurement.
      if (!(error instanceof AppFailure)) throw error;
    }
  }
}

const sharedBy = (reason: Message): Message => say`the same for all runs of a race: ${reason}`;
const isShared = ({ pattern }: Message): boolean => pattern === sharedBy(verbatim('')).pattern;

/** The device of an existing run of the same task with the same request; null if there is none. */
function sharedWith(run: StoredRun, others: readonly StoredRun[]): ChosenDevice | null {
  const asked = ({ spec: { device, task } }: StoredRun): string => JSON.stringify([device, task]);
  if (run.spec.device.kind !== 'auto') return null;
  const here = cpus()[0]?.model.trim();
  const alike = others.find(
    (one) => one.id !== run.id && one.environment?.cpu === here && asked(one) === asked(run),
  )?.environment;
  if (!alike) return null;
  const { device, reason } = asBefore(alike);
  return { device, reason: isShared(reason) ? reason : sharedBy(reason) };
}

/** The same device, module and threads again, since a resumed run is bit-exact only there. */
function asBefore({ device, module, threads, reason }: EnvironmentStamp): ChosenDevice {
  const name = findInfo(device)?.modules.find((known) => module.startsWith(known.name))?.name;
  const choice = { kind: device, threads, ...(name === undefined ? {} : { module: name }) };
  return { device: choice, reason: reason ?? say`the device this run began on` };
}

/** Where a run was trained before it moved to another device; null if it did not move or has just started. The number of threads does not matter, since it does not change bits. */
function movedFrom(
  { environment, cursor }: Pick<StoredRun, 'environment' | 'cursor'>,
  now: EnvironmentStamp,
): EnvironmentStamp['movedFrom'] {
  if (environment === null || cursor.step === 0) return null;
  const same = environment.device === now.device && environment.module === now.module;
  if (same) return environment.movedFrom ?? null;
  return { step: cursor.step, device: environment.device, module: environment.module };
}
