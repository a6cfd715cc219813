// The actual settings of the runs, not those of the form: shared and differing ones. Also converts runs back to an experiment. Pure.
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import { defaultsOf, type Fields, type FieldValue, type FieldValues } from '../../../../engine/spec/fields.ts';
import { expandExperiment } from '../../../../engine/spec/expand.ts';
import type { ExperimentSpec, RunSpec } from '../../../../engine/spec/run-spec.ts';
import { validateExperiment } from '../../../../engine/spec/validate.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { foldSweeps, type SingleVariant } from './fold-sweeps.ts';
import { stableJson, type RunGroup } from '../run-groups.ts';

/** Values that are the same in every group; `undefined` = they differ. */
export function shared(
  groups: readonly RunGroup[],
  read: (group: RunGroup) => FieldValues,
): Readonly<Record<string, FieldValue | undefined>> {
  const first = groups[0];
  if (first === undefined) return {};
  const names = [...new Set(groups.flatMap((group) => Object.keys(read(group))))];
  return Object.fromEntries(
    names.map((name) => {
      const value = read(first)[name];
      return [name, groups.every((group) => read(group)[name] === value) ? value : undefined];
    }),
  );
}

function changedFrom(values: FieldValues, defaults: FieldValues): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => defaults[name] !== value));
}

function defaults(fields: Fields | undefined): FieldValues {
  return fields === undefined ? {} : defaultsOf(fields);
}

/**
 * An experiment that would create these runs again: one row per sweep, shared training settings above the grid, differing ones in the rows.
 * Task, budget and device are the first group's.
 */
export function experimentOf(groups: readonly RunGroup[], catalogue: Catalogue, name: string): ExperimentSpec | null {
  const first = groups[0]?.first.spec;
  if (first === undefined) return null;
  const task = catalogue.tasks.find((one) => one.id === first.task.id);
  const common = shared(groups, (group) => group.first.spec.training);
  const training = Object.fromEntries(
    Object.entries(common).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ) as FieldValues;
  const seeds = [...new Set(groups.flatMap((group) => group.runs.map((run) => run.spec.seed)))].sort((a, b) => a - b);
  return {
    format: 'minrnn-experiment',
    version: 1,
    name,
    task: { id: first.task.id, fields: changedFrom(first.task.fields, defaults(task?.fields)) },
    variants: foldSweeps(
      groups.map((group) => variantOf(group, catalogue, training)),
      (kind) => ({ ...defaults(catalogue.training), ...baseOf(kind, catalogue) }),
    ),
    training: changedFrom(training, defaults(catalogue.training)),
    seeds,
    budget: first.budget,
    device: first.device,
  };
}

const baseOf = (kind: string, catalogue: Catalogue): FieldValues => ({
  ...defaults(catalogue.stack),
  ...defaults(catalogue.models.find((one) => one.kind === kind)?.fields),
});

function variantOf(group: RunGroup, catalogue: Catalogue, training: FieldValues): SingleVariant {
  const { model, training: own } = group.first.spec;
  const different = Object.entries(own).filter(([name]) => training[name] === undefined);
  return {
    model: model.kind,
    implementation: model.implementation,
    fields: { ...changedFrom(model.fields, baseOf(model.kind, catalogue)), ...Object.fromEntries(different) },
  };
}

/** Task, budget, device and seeds that all groups share; null = they differ. */
export function sharedFrame(groups: readonly RunGroup[]) {
  const one = <T>(read: (group: RunGroup) => T): T | null => {
    const [first] = groups;
    if (first === undefined) return null;
    const text = stableJson(read(first));
    return groups.every((group) => stableJson(read(group)) === text) ? read(first) : null;
  };
  return {
    task: one((group) => group.first.spec.task.id),
    budget: one((group) => group.first.spec.budget),
    seeds: one((group) => group.runs.map((run) => run.spec.seed)),
  };
}

/** True if the experiment contains runs that do not exist yet: a draft to continue with. The device is ignored, since the lab fills it in. */
export function isUnrun(experiment: ExperimentSpec, runs: readonly RunState[], catalogue: Catalogue): boolean {
  const { spec } = validateExperiment(experiment, catalogue);
  if (spec === null) return true;
  const key = ({ model, task, training, budget, seed }: RunSpec): string =>
    stableJson({ model, task, training, budget, seed });
  const made = new Set(runs.map((run) => key(run.spec)));
  return expandExperiment(spec, catalogue).some((run) => !made.has(key(run.spec)));
}
