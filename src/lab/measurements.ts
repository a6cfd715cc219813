// What steps took on this machine, remembered between sessions: the source of estimates. Losing the file loses nothing but estimates.
import { join } from 'node:path';
import type { RunFacts } from '../engine/spec/metrics.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import { readJson, writeWhole } from './files.ts';

interface Measured {
  /** Median seconds of one training step. */
  readonly stepSeconds: number;
  readonly flopsPerStep: number;
}

/** Kept: the newest of each shape. */
const most = 2000;

const sorted = (values: object): [string, unknown][] => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Everything the time of a step depends on, and nothing else (no seed, budget, learning rate). */
export function shapeKey(spec: RunSpec): string {
  const { model, task, training, device } = spec;
  const { batch, accumulate, optimiser } = training;
  return JSON.stringify([
    model.kind,
    model.implementation,
    sorted(model.fields),
    task.id,
    sorted(task.fields),
    batch,
    accumulate,
    optimiser,
    device,
  ]);
}

const familyKey = (spec: RunSpec): string => JSON.stringify([spec.model.kind, spec.model.implementation, spec.device]);
const deviceKey = (spec: RunSpec): string => JSON.stringify([spec.device]);

const isMeasured = (value: unknown): value is Measured =>
  typeof value === 'object' &&
  value !== null &&
  'stepSeconds' in value &&
  'flopsPerStep' in value &&
  typeof value.stepSeconds === 'number' &&
  typeof value.flopsPerStep === 'number';

export interface StepEstimate {
  readonly seconds: number;
  readonly source: 'measured' | 'calibrated';
}

export class Measurements {
  readonly #path: string;
  readonly #byKey: Map<string, Measured>;

  private constructor(path: string, byKey: Map<string, Measured>) {
    this.#path = path;
    this.#byKey = byKey;
  }

  static async load(folder: string): Promise<Measurements> {
    const path = join(folder, 'measurements.json');
    const stored = await readJson(path);
    const entries = Array.isArray(stored) ? stored : [];
    const known = entries.filter(
      (entry): entry is [string, Measured] =>
        Array.isArray(entry) && typeof entry[0] === 'string' && isMeasured(entry[1]),
    );
    return new Measurements(path, new Map(known));
  }

  /** Remembers a run's median step, for its own shape and as FLOP/s of its family and device. */
  async record(spec: RunSpec, facts: RunFacts, stepSeconds: number): Promise<void> {
    const measured: Measured = { stepSeconds, flopsPerStep: facts.flopsPerToken * facts.tokensPerStep };
    for (const key of [shapeKey(spec), familyKey(spec), deviceKey(spec)]) {
      this.#byKey.delete(key);
      this.#byKey.set(key, measured);
    }
    const kept = [...this.#byKey].slice(-most);
    await writeWhole(this.#path, JSON.stringify(kept)).catch(() => undefined);
  }

  /** Seconds of a step: measured for this very shape, else from the FLOP/s of the same model, else of the same device; null = not known. */
  step(spec: RunSpec, facts: RunFacts): StepEstimate | null {
    const own = this.#byKey.get(shapeKey(spec));
    if (own) return { seconds: own.stepSeconds, source: 'measured' };
    const like = this.#byKey.get(familyKey(spec)) ?? this.#byKey.get(deviceKey(spec));
    if (!like || like.flopsPerStep <= 0) return null;
    const flops = facts.flopsPerToken * facts.tokensPerStep;
    return { seconds: (flops / like.flopsPerStep) * like.stepSeconds, source: 'calibrated' };
  }

  knowsDevice(spec: RunSpec): boolean {
    return this.#byKey.has(deviceKey(spec));
  }
}
