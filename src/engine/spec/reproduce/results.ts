// Which runs of a session belong to a reproduction at a size, and what of it has not run yet. A run belongs to it by what it has trained with, not by a
// mark: its arm's name, and every setting that the experiment states. Pure.
import { nameWithoutSeed } from '../names.ts';
import type { FieldValues } from '../fields.ts';
import type { ExperimentSpec, RunSpec, VariantSpec } from '../run-spec.ts';
import { variantOf, type EndedRun } from '../statistics/run-results.ts';
import { sizeNames, type Preset, type SizeName } from './preset.ts';
import type { Results } from './outcome.ts';

/** What is read of a run. */
export interface RanRun extends EndedRun {
  readonly name: string;
  readonly spec: RunSpec;
}

const agrees = (
  given: Readonly<Record<string, unknown>> | undefined,
  values: FieldValues,
  except: readonly string[],
): boolean => Object.entries(given ?? {}).every(([name, value]) => except.includes(name) || values[name] === value);

/** Widths follow from the first row where rows are equal in size. */
const chosenByMatch = ['d', 'expansion'];

function isOf(run: RanRun, experiment: ExperimentSpec, variant: VariantSpec): boolean {
  const { spec } = run;
  return (
    variant.name !== undefined &&
    nameWithoutSeed(run.name, spec.seed) === variant.name &&
    spec.model.kind === variant.model &&
    spec.task.id === experiment.task.id &&
    spec.budget.amount === experiment.budget.amount &&
    agrees(experiment.task.fields, spec.task.fields, []) &&
    agrees(experiment.training, spec.training, []) &&
    agrees(
      variant.fields,
      { ...spec.training, ...spec.model.fields },
      experiment.match === undefined ? [] : chosenByMatch,
    )
  );
}

/** Runs of a reproduction at a size, each with the name of its arm. */
export const runsOf = <R extends RanRun>(
  runs: readonly R[],
  experiments: readonly ExperimentSpec[],
): readonly { readonly arm: string; readonly run: R }[] =>
  experiments.flatMap((experiment) =>
    experiment.variants.flatMap((variant) =>
      runs.filter((run) => isOf(run, experiment, variant)).map((run) => ({ arm: variant.name ?? '', run })),
    ),
  );

export function resultsOf(runs: readonly RanRun[], preset: Preset, size: SizeName): Results {
  const arms = Map.groupBy(runsOf(runs, preset.experiments(size)), ({ arm }) => arm);
  return new Map(
    [...arms].map(([arm, ran]) => [
      arm,
      variantOf(
        arm,
        ran.map(({ run }) => run),
        preset.metric,
      ),
    ]),
  );
}

/** The size that most of the runs belong to; null where none does. */
export function sizeOfRuns(runs: readonly RanRun[], preset: Preset): SizeName | null {
  const counted = sizeNames.map((size) => ({ size, count: runsOf(runs, preset.experiments(size)).length }));
  const [most] = counted.toSorted((a, b) => b.count - a.count);
  return most === undefined || most.count === 0 ? null : most.size;
}

/** Seeds of an experiment that a variant has no run of. */
const seedsLeft = (runs: readonly RanRun[], experiment: ExperimentSpec, variant: VariantSpec): readonly number[] => {
  const there = new Set(runs.filter((run) => isOf(run, experiment, variant)).map(({ spec }) => spec.seed));
  return (experiment.seeds ?? [1]).filter((seed) => !there.has(seed));
};

/**
 * The experiments with those variants and seeds alone that no run stands for yet. Rows of equal size are never parted, since they follow from the
 * first one.
 */
export function missing(runs: readonly RanRun[], experiments: readonly ExperimentSpec[]): readonly ExperimentSpec[] {
  return experiments.flatMap((experiment): readonly ExperimentSpec[] => {
    const left = experiment.variants.map((variant) => ({ variant, seeds: seedsLeft(runs, experiment, variant) }));
    if (experiment.match !== undefined) {
      const seeds = [...new Set(left.flatMap((one) => one.seeds))];
      return seeds.length === 0 ? [] : [{ ...experiment, seeds }];
    }
    const groups = Map.groupBy(left, ({ seeds }) => seeds.join(','));
    return [...groups.values()].flatMap((group) => {
      const [{ seeds } = { seeds: [] }] = group;
      return seeds.length === 0 ? [] : [{ ...experiment, variants: group.map(({ variant }) => variant), seeds }];
    });
  });
}

/** What running a reproduction comes to: runs that have not ended go on, and what is missing starts. */
export function leftOf<R extends RanRun>(
  runs: readonly R[],
  experiments: readonly ExperimentSpec[],
): { readonly resume: readonly R[]; readonly start: readonly ExperimentSpec[] } {
  const mine = runsOf(runs, experiments).map(({ run }) => run);
  return { resume: mine.filter(({ status }) => atRest.has(status)), start: missing(mine, experiments) };
}

/** A diverged run is a result. */
const atRest: ReadonlySet<string> = new Set(['paused', 'stopped', 'interrupted', 'failed']);
