// Golden vectors of whole runs: a run spec goes through `prepareRun` and the trainer like any run, and all its results are compared with
// those of another implementation from the same initial weights and data: weights, losses, norms, rates, evaluations, optimiser state,
// FLOPs. Independent of the file system.
import { unwrap } from '../core/result.ts';
import { readSafetensors } from '../core/safetensors.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import type { MetricColumns, MetricKind } from '../spec/metrics.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { prepareRun } from '../training/prepare.ts';
import type { TrainingRun } from '../training/training-run.ts';
import { compare, largest, type Comparison } from './compare.ts';
import type { GoldenTensors } from './golden.ts';
import { goldenRunTolerance } from './tolerances.ts';

export interface GoldenRunCase {
  readonly name: string;
  /** One recorded point per step. The device is the one being checked. */
  readonly spec: RunSpec;
  readonly text: string | null;
  readonly flopsPerStep: number;
  /** Before the first step. */
  readonly weights: GoldenTensors;
  readonly steps: readonly { readonly loss: number; readonly norm: number; readonly rate: number }[];
  readonly evaluations: readonly { readonly step: number; readonly loss: number; readonly accuracy: number | null }[];
  /** Weights by name and `optimiser/<slot>/<weight>` after some of the steps. */
  readonly states: readonly { readonly step: number; readonly tensors: GoldenTensors }[];
}

/** Points of a run by metric and step. */
class Recorded {
  readonly #values = new Map<string, number | null>();

  add(columns: readonly MetricColumns[]): void {
    for (const { metric, step, value } of columns)
      step.forEach((at, i) => this.#values.set(`${metric} ${at}`, value[i] ?? null));
  }

  at(metric: MetricKind, step: number): number {
    return this.#values.get(`${metric} ${step}`) ?? NaN;
  }
}

/** Trains the case's spec step by step on `device` and compares all results. */
export async function checkGoldenRun(
  test: GoldenRunCase,
  device: Device,
  { threads, module }: CompileOptions,
): Promise<Comparison[]> {
  const recorded = new Recorded();
  const listener = {
    metrics: (columns: readonly MetricColumns[]) => recorded.add(columns),
    checkpoint: () => undefined,
  };
  const choice = { kind: device.kind, threads, ...(module === undefined ? {} : { module }) };
  const options = { spec: { ...test.spec, device: choice }, data: test.text, device, listener, resume: null };
  const run = unwrap(await prepareRun(options));
  try {
    const comparisons = [...factsCompared(test, run), ...(await tensorsCompared(test, run, 0, test.weights))];
    for (const step of test.steps.keys()) {
      await run.slice({ seconds: 600, steps: 1 }, () => true);
      const state = test.states.find((one) => one.step === step + 1);
      if (state) comparisons.push(...(await tensorsCompared(test, run, step + 1, state.tensors)));
    }
    return [...comparisons, ...pointsCompared(test, run, recorded)];
  } finally {
    await run.dispose();
  }
}

/** Tolerance after the first step; before it, every device has exactly the numbers of the file. */
const allowedOn = (run: TrainingRun): number => goldenRunTolerance[run.device === 'reference' ? 'f64' : 'f32'];

const labelOf = ({ name }: GoldenRunCase, run: TrainingRun, what: string): string =>
  `product run ${name}: ${what} on ${run.device}`;

function factsCompared(test: GoldenRunCase, run: TrainingRun): Comparison[] {
  const { flopsPerToken, tokensPerStep } = run.facts;
  const label = labelOf(test, run, 'FLOPs of a step');
  return [compare(label, [flopsPerToken * tokensPerStep], [test.flopsPerStep], goldenRunTolerance.f64)];
}

/** `m` of `optimiser/m/head/weight`; weights themselves are one kind too. */
const kindOf = (name: string): string => (name.startsWith('optimiser/') ? (name.split('/')[1] ?? '') : 'weights');

/** Largest number of each kind of tensor: the scale for float32 rounding errors (tolerances.ts). */
function scalesOf(tensors: GoldenTensors): ReadonlyMap<string, number> {
  const scales = new Map<string, number>();
  for (const [name, { data }] of Object.entries(tensors))
    scales.set(kindOf(name), Math.max(scales.get(kindOf(name)) ?? 0, largest(data)));
  return scales;
}

async function tensorsCompared(
  test: GoldenRunCase,
  run: TrainingRun,
  step: number,
  expected: GoldenTensors,
): Promise<Comparison[]> {
  const { tensors } = unwrap(readSafetensors(await run.save()));
  const exact = step === 0 || run.device === 'reference';
  const scales = scalesOf(expected);
  return Object.entries(expected).map(([name, { data }]) => {
    const got = tensors.get(name)?.data ?? [];
    const label = labelOf(test, run, `${name} after step ${step}`);
    if (exact) return compare(label, got, data, goldenRunTolerance.f64);
    return compare(label, got, data, goldenRunTolerance.f32, scales.get(kindOf(name)));
  });
}

function pointsCompared(test: GoldenRunCase, run: TrainingRun, recorded: Recorded): Comparison[] {
  const allowed = allowedOn(run);
  const point = (metric: MetricKind, step: number, want: number, within = allowed): Comparison =>
    compare(labelOf(test, run, `${metric} of step ${step}`), [recorded.at(metric, step)], [want], within);
  const steps = test.steps.flatMap(({ loss, norm, rate }, i) => [
    point('train/loss', i + 1, loss),
    point('train/gradient-norm', i + 1, norm),
    point('train/learning-rate', i + 1, rate, goldenRunTolerance.f64),
  ]);
  const evaluations = test.evaluations.flatMap(({ step, loss, accuracy }) => [
    point('val/loss', step, loss),
    ...(accuracy === null ? [] : [point('val/accuracy', step, accuracy, goldenRunTolerance.f64)]),
  ]);
  return [...steps, ...evaluations];
}
