// Expands sweeps and seeds: an experiment becomes the list of its runs, with every field set.
import type { Catalogue, ModelInfo } from './catalogue.ts';
import { defaultsOf, type Fields, type FieldValue, type FieldValues } from './fields.ts';
import { nameVariants } from './names.ts';
import type { DeviceChoice, ExperimentSpec, PlannedRun, RunSpec, Sweepable, VariantSpec } from './run-spec.ts';

/** One variant after its sweep is multiplied out, before seeds. */
export interface ExpandedVariant {
  readonly given: string | null;
  readonly model: ModelInfo;
  readonly implementation: string;
  /** Only the variant's own settings, for names; the rest comes from defaults. */
  readonly said: FieldValues;
  readonly modelFields: FieldValues;
  readonly training: FieldValues;
}

/** Runs in starting-grid order, seeds innermost. `spec` must have passed validateExperiment with the same catalogue. */
export function expandExperiment(spec: ExperimentSpec, catalogue: Catalogue): readonly PlannedRun[] {
  const variants = spec.variants.flatMap((variant) => expandVariant(variant, spec, catalogue));
  const names = nameVariants(variants, catalogue);
  return variants.flatMap((variant, i) =>
    (spec.seeds ?? [1]).map((seed) => ({
      variant: i,
      name: names[i] ?? '',
      spec: runSpec(variant, spec, catalogue, seed),
    })),
  );
}

/** The complete device of a partial specification. */
export function settleDevice(
  { kind, threads, module, storage }: Partial<DeviceChoice> = {},
  otherwise: Pick<DeviceChoice, 'kind' | 'threads'>,
): DeviceChoice {
  return {
    kind: kind ?? otherwise.kind,
    threads: threads ?? otherwise.threads,
    ...(module === undefined ? {} : { module }),
    ...(storage === undefined || storage === 'f32' ? {} : { storage }),
  };
}

function expandVariant(variant: VariantSpec, spec: ExperimentSpec, catalogue: Catalogue): ExpandedVariant[] {
  const model = catalogue.models.find((known) => known.kind === variant.model);
  if (!model) throw new Error(`expandExperiment: model "${variant.model}" must be in the catalogue`);
  const implementations = listOf(variant.implementation ?? model.implementations[0]?.id ?? '');
  const combinations = combine(Object.entries(variant.fields ?? {}));
  return implementations.flatMap((implementation) =>
    combinations.map((said) => settle(variant.name ?? null, model, String(implementation), said, spec, catalogue)),
  );
}

function settle(
  given: string | null,
  model: ModelInfo,
  implementation: string,
  said: FieldValues,
  spec: ExperimentSpec,
  catalogue: Catalogue,
): ExpandedVariant {
  const modelFields = {
    ...defaultsOf(catalogue.stack),
    ...defaultsOf(model.fields),
    ...pick(said, catalogue.stack),
    ...pick(said, model.fields),
  };
  const training = { ...defaultsOf(catalogue.training), ...spec.training, ...pick(said, catalogue.training) };
  return { given, model, implementation, said, modelFields, training };
}

function runSpec(variant: ExpandedVariant, spec: ExperimentSpec, catalogue: Catalogue, seed: number): RunSpec {
  const task = catalogue.tasks.find((known) => known.id === spec.task.id);
  if (!task) throw new Error(`expandExperiment: task "${spec.task.id}" must be in the catalogue`);
  const device = settleDevice(spec.device, { kind: 'auto', threads: 0 });
  return {
    format: 'minrnn-run',
    version: 1,
    model: { kind: variant.model.kind, implementation: variant.implementation, fields: variant.modelFields },
    task: { id: task.id, fields: { ...defaultsOf(task.fields), ...spec.task.fields } },
    training: variant.training,
    budget: spec.budget,
    seed,
    device,
  };
}

function listOf(value: Sweepable): readonly FieldValue[] {
  return typeof value === 'object' ? value : [value];
}

/** Cartesian product in the order the fields are written, the last one fastest. */
function combine(entries: readonly (readonly [string, Sweepable])[]): FieldValues[] {
  return entries.reduce<FieldValues[]>(
    (sofar, [name, values]) => sofar.flatMap((one) => listOf(values).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function pick(values: FieldValues, fields: Fields): FieldValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(fields, name)));
}
