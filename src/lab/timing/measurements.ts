// Step times on this machine, remembered between sessions, as the source of estimates. Losing the file loses nothing but estimates.
import { join } from 'node:path';
import type { RunFacts } from '../../engine/spec/metrics.ts';
import type { DeviceChoice, RunSpec } from '../../engine/spec/run-spec.ts';
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { changeStored, readAtStart, type Stored } from '../files/home-list.ts';

interface Measured {
  /** Everything the time of a step depends on. */
  readonly shape: string;
  /** Model and implementation. */
  readonly family: string;
  readonly device: string;
  /** Median seconds of one training step. */
  readonly stepSeconds: number;
  readonly flopsPerStep: number;
}

/** Kept: the newest of each shape. */
const most = 2000;

const sorted = (values: object): [string, unknown][] => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Everything the time of a step depends on, and nothing else (no seed, budget, learning rate). */
export function shapeKey({ model, task, training, device }: RunSpec): string {
  const { batch, accumulate, optimiser } = training;
  const { kind, implementation, fields } = model;
  return JSON.stringify([
    kind,
    implementation,
    sorted(fields),
    task.id,
    sorted(task.fields),
    batch,
    accumulate,
    optimiser,
    device,
  ]);
}

const familyOf = ({ model }: RunSpec): string => `${model.kind} ${model.implementation}`;
/** What its speed depends on, except the kernels. */
export const nameOf = ({ kind, threads, storage = 'f32' }: DeviceChoice): string =>
  `${kind} ${threads}${storage === 'f32' ? '' : ` ${storage}`}`;
const deviceOf = ({ device }: RunSpec): string => nameOf(device);

const names = ['shape', 'family', 'device', 'stepSeconds', 'flopsPerStep'];

const isMeasured = (value: unknown): value is Measured =>
  typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name));

const listOf = (stored: unknown): readonly Measured[] => (Array.isArray(stored) ? stored.filter(isMeasured) : []);

export interface StepEstimate {
  readonly seconds: number;
  readonly source: 'measured' | 'calibrated';
}

export class Measurements {
  readonly #path: string;
  #all: readonly Measured[];
  readonly problem: AppError | null;

  private constructor(path: string, { value, problem }: Stored) {
    this.#path = path;
    this.#all = listOf(value);
    this.problem = problem;
  }

  static async load(folder: string): Promise<Measurements> {
    const path = join(folder, 'measurements.json');
    return new Measurements(path, await readAtStart('measurements', path));
  }

  /** Whether anything has run there. */
  knows(device: DeviceChoice): boolean {
    return this.#all.some((one) => one.device === nameOf(device));
  }

  async record(spec: RunSpec, facts: RunFacts, stepSeconds: number): Promise<void> {
    const flopsPerStep = facts.flopsPerToken * facts.tokensPerStep;
    const newest = { shape: shapeKey(spec), family: familyOf(spec), device: deviceOf(spec), stepSeconds, flopsPerStep };
    const add = (all: readonly Measured[]): Measured[] =>
      [...all.filter((one) => one.shape !== newest.shape), newest].slice(-most);
    this.#all = add(this.#all);
    try {
      this.#all = await changeStored('measurements', this.#path, (stored) => add(listOf(stored)));
    } catch (error) {
      // Still valid in this process; if the list cannot be written, only later estimates suffer.
      if (!(error instanceof AppFailure)) throw error;
    }
  }

  /**
   * Seconds of a step: measured for this very shape; else from the FLOP/s of the run nearest in size, if possible of the same model, on the
   * same device; null = nothing similar has run here.
   */
  step(spec: RunSpec, facts: RunFacts): StepEstimate | null {
    const own = this.#all.find((one) => one.shape === shapeKey(spec));
    if (own) return { seconds: own.stepSeconds, source: 'measured' };
    const flops = facts.flopsPerToken * facts.tokensPerStep;
    const here = this.#all.filter((one) => one.device === deviceOf(spec) && one.flopsPerStep > 0);
    const alike = here.filter((one) => one.family === familyOf(spec));
    const distance = (one: Measured): number => Math.abs(Math.log(one.flopsPerStep / flops));
    const [nearest] = (alike.length > 0 ? alike : here).toSorted((a, b) => distance(a) - distance(b));
    if (!nearest) return null;
    return { seconds: (flops / nearest.flopsPerStep) * nearest.stepSeconds, source: 'calibrated' };
  }
}
