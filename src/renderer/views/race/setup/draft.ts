// Changes to an experiment that is being set up, as functions from draft to draft. Depends on fields and the catalogue; independent of
// forms and the lab.
import type { Catalogue, ModelInfo } from '../../../../engine/spec/catalogue.ts';
import { expandExperiment } from '../../../../engine/spec/expand.ts';
import { applies, type Field, type Fields, type FieldValue, type FieldValues } from '../../../../engine/spec/fields.ts';
import { countRuns, mostRuns, variantCount } from '../../../../engine/spec/grid-size.ts';
import type { MatchedSize } from '../../../../engine/spec/match.ts';
import type { ExperimentSpec, SpecIssue, Sweepable, VariantSpec } from '../../../../engine/spec/run-spec.ts';
import { fieldText } from '../../../components/field-text.ts';
import { told } from '../../../i18n/told.ts';

export type NamedField = readonly [name: string, field: Field];

/** The default draft: the first task, minGRU against GRU where they exist. */
export function firstDraft(catalogue: Catalogue, name: string): ExperimentSpec {
  const known = (kind: string): boolean => catalogue.models.some((model) => model.kind === kind);
  const wanted = ['minGru', 'gru'].filter(known);
  const models = wanted.length > 0 ? wanted : catalogue.models.slice(0, 2).map((model) => model.kind);
  const task = catalogue.tasks.find((one) => one.id.startsWith('selective-copy')) ?? catalogue.tasks[0];
  return {
    format: 'minrnn-experiment',
    version: 1,
    name,
    task: { id: task?.id ?? '' },
    variants: models.map((model) => ({ model })),
    seeds: [1],
    budget: { unit: 'steps', amount: 1000 },
  };
}

/** Fields that apply with these values, in declared order; advanced ones only if requested or changed. */
export function shownFields(fields: Fields, values: FieldValues, advanced: boolean): readonly NamedField[] {
  return Object.entries(fields).filter(([name, field]) => {
    const changed = values[name] !== undefined && values[name] !== field.default;
    if (field.advanced === true && !advanced && !changed) return false;
    return applies(name, fields, values);
  });
}

function withValue<T extends Sweepable>(
  values: Readonly<Record<string, T>> | undefined,
  name: string,
  value: T | undefined,
) {
  const next: Record<string, T> = { ...values };
  if (value === undefined) delete next[name];
  else next[name] = value;
  return next;
}

const single = (value: Sweepable | undefined): FieldValue | undefined =>
  typeof value === 'object' ? fieldText(value) : value;

/** Switching the task keeps only the settings both have. */
export function setTask(draft: ExperimentSpec, id: string, catalogue: Catalogue): ExperimentSpec {
  const fields = catalogue.tasks.find((task) => task.id === id)?.fields ?? {};
  const kept = Object.entries(draft.task.fields ?? {}).filter(([name]) => name in fields);
  return { ...draft, task: { id, fields: Object.fromEntries(kept) } };
}

export function setTaskField(draft: ExperimentSpec, name: string, value: Sweepable | undefined): ExperimentSpec {
  return { ...draft, task: { ...draft.task, fields: withValue(draft.task.fields, name, single(value)) } };
}

export function setTraining(draft: ExperimentSpec, name: string, value: Sweepable | undefined): ExperimentSpec {
  return { ...draft, training: withValue(draft.training, name, single(value)) };
}

function setVariant(
  draft: ExperimentSpec,
  index: number,
  change: (variant: VariantSpec) => VariantSpec,
): ExperimentSpec {
  return { ...draft, variants: draft.variants.map((variant, at) => (at === index ? change(variant) : variant)) };
}

export function setVariantField(
  draft: ExperimentSpec,
  index: number,
  name: string,
  value: Sweepable | undefined,
): ExperimentSpec {
  return setVariant(draft, index, (variant) => ({ ...variant, fields: withValue(variant.fields, name, value) }));
}

/** Switching the model keeps the settings it shares and uses its first implementation. */
export function setVariantModel(
  draft: ExperimentSpec,
  index: number,
  kind: string,
  catalogue: Catalogue,
): ExperimentSpec {
  const model = catalogue.models.find((one) => one.kind === kind);
  const known = { ...catalogue.stack, ...model?.fields, ...catalogue.training };
  return setVariant(draft, index, ({ name, fields, implementation }) => {
    const kept = Object.entries(fields ?? {}).filter(([key]) => key in known);
    const same = model?.implementations.some((one) => one.id === implementation) === true;
    return {
      ...(name === undefined ? {} : { name }),
      model: kind,
      ...(same && implementation !== undefined ? { implementation } : {}),
      fields: Object.fromEntries(kept),
    };
  });
}

export function setImplementation(draft: ExperimentSpec, index: number, value: Sweepable | undefined): ExperimentSpec {
  return setVariant(draft, index, ({ implementation: _old, ...variant }) =>
    value === undefined ? variant : { ...variant, implementation: value },
  );
}

export function addVariant(draft: ExperimentSpec, catalogue: Catalogue): ExperimentSpec {
  const used = new Set(draft.variants.map((variant) => variant.model));
  const model = catalogue.models.find((one) => !used.has(one.kind)) ?? catalogue.models[0];
  return model === undefined ? draft : { ...draft, variants: [...draft.variants, { model: model.kind }] };
}

export function duplicateVariant(draft: ExperimentSpec, index: number): ExperimentSpec {
  const copy = draft.variants[index];
  return copy === undefined ? draft : { ...draft, variants: draft.variants.toSpliced(index + 1, 0, copy) };
}

export function removeVariant(draft: ExperimentSpec, index: number): ExperimentSpec {
  return { ...draft, variants: draft.variants.toSpliced(index, 1) };
}

/** Moves a row up (-1) or down (1); at the end it stays. */
export function moveVariant(draft: ExperimentSpec, index: number, by: -1 | 1): ExperimentSpec {
  const row = draft.variants[index];
  const to = index + by;
  if (row === undefined || to < 0 || to >= draft.variants.length) return draft;
  return { ...draft, variants: draft.variants.toSpliced(index, 1).toSpliced(to, 0, row) };
}

export interface GridColumn {
  readonly name: string;
  readonly field: Field;
  readonly owner: string;
}

/** Every field a row may set, with its owner: the stack, a model of the grid, training. */
export function rowFields(draft: ExperimentSpec, catalogue: Catalogue): readonly GridColumn[] {
  const models = catalogue.models.filter((model) => draft.variants.some((variant) => variant.model === model.kind));
  const own = models.flatMap((model) =>
    Object.entries(model.fields).map(([name, field]) => ({ name, field, owner: model.kind })),
  );
  const all = [
    ...Object.entries(catalogue.stack).map(([name, field]) => ({ name, field, owner: 'stack' })),
    ...own,
    ...Object.entries(catalogue.training).map(([name, field]) => ({ name, field, owner: 'training' })),
  ];
  return all.filter((column, at) => all.findIndex((other) => other.name === column.name) === at);
}

const usual = ['layers', 'd', 'learningRate'];

/** Columns of the starting grid: the usual ones, what any row sets, and what a person added. */
export function gridColumns(
  draft: ExperimentSpec,
  catalogue: Catalogue,
  added: ReadonlySet<string>,
): readonly GridColumn[] {
  const set = new Set(draft.variants.flatMap((variant) => Object.keys(variant.fields ?? {})));
  return rowFields(draft, catalogue).filter(({ name }) => usual.includes(name) || set.has(name) || added.has(name));
}

/** True when the row's model has the field, and the row's other settings leave it an effect; what a row sets itself can always be changed. */
export function hasField(variant: VariantSpec, column: GridColumn, catalogue: Catalogue): boolean {
  const { when } = column.field;
  const other =
    when?.field === 'implementation'
      ? (variant.implementation ?? modelOf(variant, catalogue)?.implementations[0]?.id)
      : when === undefined
        ? undefined
        : (variant.fields?.[when.field] ?? catalogue.stack[when.field]?.default);
  if (when !== undefined && other !== undefined && variant.fields?.[column.name] === undefined) {
    const given: readonly FieldValue[] = typeof other === 'object' ? other : [other];
    if (!given.some((one) => when.is.includes(one))) return false;
  }
  if (column.owner === 'stack' || column.owner === 'training') return true;
  return catalogue.models.some((model) => model.kind === variant.model && column.name in model.fields);
}

export const modelOf = (variant: VariantSpec, catalogue: Catalogue): ModelInfo | undefined =>
  catalogue.models.find((model) => model.kind === variant.model);

/** The automatic name of each row; a sweep is named with its lists: `minGRU · L 1, 2, 3`. */
export function rowNames(draft: ExperimentSpec, catalogue: Catalogue): readonly string[] {
  const known = draft.variants.filter((variant) => modelOf(variant, catalogue) !== undefined);
  const taskKnown = catalogue.tasks.some((task) => task.id === draft.task.id);
  if (known.length < draft.variants.length || !taskKnown)
    return draft.variants.map((variant) => variant.name ?? variant.model);
  // More than the allowed runs: differences are not computed.
  if (countRuns(draft).variants > mostRuns) return draft.variants.map((variant) => sweepName(variant, catalogue));
  const names = expandExperiment({ ...draft, seeds: [1] }, catalogue).map((run) => run.name);
  let at = 0;
  return draft.variants.map((variant) => {
    const size = variantCount(variant);
    const first = names[at] ?? '';
    at += size;
    return size === 1 ? first : sweepName(variant, catalogue);
  });
}

function sweepName(variant: VariantSpec, catalogue: Catalogue): string {
  const model = modelOf(variant, catalogue);
  const lists = Object.entries(variant.fields ?? {}).filter(([, value]) => Array.isArray(value));
  const fields: Fields = { ...catalogue.training, ...catalogue.stack, ...model?.fields };
  const words = lists.map(
    ([name, value]) => `${fields[name]?.symbol ?? fields[name]?.label ?? name} ${fieldText(value)}`,
  );
  const implementations = Array.isArray(variant.implementation) ? [fieldText(variant.implementation)] : [];
  return [variant.name ?? model?.title ?? variant.model, ...implementations, ...words].join(' · ');
}

/** Messages for one field: its own and those of its list entries. */
export function issueAt(issues: readonly SpecIssue[], path: string): string {
  return issues
    .filter((issue) => issue.severity === 'error' && (issue.field === path || issue.field.startsWith(`${path}[`)))
    .map((issue) => told(issue.message))
    .join(' ');
}

/** The draft whose rows have equal amounts of that, or of nothing. */
export function withMatch(draft: ExperimentSpec, match: MatchedSize | undefined): ExperimentSpec {
  const entries = Object.entries(draft).filter(([name]) => name !== 'match');
  return { ...(Object.fromEntries(entries) as object as ExperimentSpec), ...(match === undefined ? {} : { match }) };
}
