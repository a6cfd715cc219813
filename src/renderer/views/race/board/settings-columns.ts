// Which settings differ between the runs of a table: only those become columns. Pure; translated texts come from the caller.
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import type { Family } from '../../../../engine/spec/families.ts';
import { applies, type Field, type Fields, type FieldValue, type FieldValues } from '../../../../engine/spec/fields.ts';
import type { RunSpec } from '../../../../engine/spec/run-spec.ts';
import { formatSetting } from '../../../format/numbers.ts';

export interface SettingsColumn {
  /** `model`, `implementation`, `fields.d`, `training.learningRate`, `task.length`, `budget`, `device`. */
  readonly id: string;
  /** Where the texts of the field are looked up; null for the built-in columns. */
  readonly owner: string | null;
  readonly name: string;
  readonly field: Field | null;
  readonly numeric: boolean;
  readonly valueOf: (spec: RunSpec) => FieldValue | null;
}

const builtIn = (id: string, valueOf: SettingsColumn['valueOf']): SettingsColumn => ({
  id,
  owner: null,
  name: id,
  field: null,
  numeric: false,
  valueOf,
});

function fieldColumn(
  area: 'fields' | 'training' | 'task',
  name: string,
  owner: string,
  field: Field | null,
  { read, isNumber }: { readonly read: (spec: RunSpec) => FieldValue | undefined; readonly isNumber: boolean },
): SettingsColumn {
  const numeric = field === null ? isNumber : field.kind === 'int' || field.kind === 'float';
  return { id: `${area}.${name}`, owner, name, field, numeric, valueOf: (spec) => read(spec) ?? null };
}

const namesIn = (
  specs: readonly RunSpec[],
  read: (spec: RunSpec) => Readonly<Record<string, FieldValue>>,
): string[] => [...new Set(specs.flatMap((spec) => Object.keys(read(spec))))];

type Reader = (spec: RunSpec) => FieldValue | undefined;

/** The type of a value if the catalogue lacks its field or is not loaded yet. */
const readBy = (specs: readonly RunSpec[], read: Reader) => ({
  read,
  isNumber: specs.every((spec) => typeof (read(spec) ?? 0) === 'number'),
});

/** The settings of a network; some have an effect only with some implementations. */
const built = ({ model: { fields, implementation } }: RunSpec): FieldValues => ({ ...fields, implementation });

/** A setting that has no effect beside the others of its run is none; without the declarations each one counts. */
const effective = (name: string, values: FieldValues, fields: Fields | undefined): FieldValue | undefined =>
  !fields || applies(name, fields, values) ? values[name] : undefined;

/** Fields of task, model and training, in the order of the form. */
function fieldColumns(specs: readonly RunSpec[], catalogue: Catalogue | null): readonly SettingsColumn[] {
  const modelOwner = (name: string): { owner: string; field: Field | null } => {
    const stack = catalogue?.stack[name];
    if (stack !== undefined) return { owner: 'stack', field: stack };
    const model = catalogue?.models.find((one) => one.fields[name] !== undefined);
    return { owner: model?.kind ?? 'stack', field: model?.fields[name] ?? null };
  };
  const declared = new Map(catalogue?.models.map(({ kind, fields }) => [kind, { ...fields, ...catalogue.stack }]));
  const task = catalogue?.tasks.find((one) => one.id === specs[0]?.task.id);
  const trained = catalogue?.training;
  return [
    ...namesIn(specs, (spec) => spec.task.fields).map((name) => {
      const by = readBy(specs, (spec) => spec.task.fields[name]);
      return fieldColumn('task', name, task?.id ?? 'task', task?.fields[name] ?? null, by);
    }),
    ...namesIn(specs, (spec) => spec.model.fields).map((name) => {
      const { owner, field } = modelOwner(name);
      return fieldColumn(
        'fields',
        name,
        owner,
        field,
        readBy(specs, (spec) => effective(name, built(spec), declared.get(spec.model.kind))),
      );
    }),
    ...namesIn(specs, (spec) => spec.training).map((name) => {
      const by = readBy(specs, (spec) => effective(name, spec.training, trained));
      return fieldColumn('training', name, 'training', trained?.[name] ?? null, by);
    }),
  ];
}

/** Every setting the runs have, in the order of the form; the family of their models in words. */
export function allColumns(
  specs: readonly RunSpec[],
  catalogue: Catalogue | null,
  familyWords: (family: Family) => string,
): readonly SettingsColumn[] {
  const models = catalogue?.models ?? [];
  const familyOf = ({ model }: RunSpec): string | null => {
    const family = models.find((one) => one.kind === model.kind)?.family;
    return family === undefined ? null : familyWords(family);
  };
  return [
    builtIn('task', (spec) => catalogue?.tasks.find((one) => one.id === spec.task.id)?.title ?? spec.task.id),
    builtIn('model', (spec) => models.find((one) => one.kind === spec.model.kind)?.title ?? spec.model.kind),
    builtIn('family', familyOf),
    builtIn('implementation', (spec) => spec.model.implementation),
    ...fieldColumns(specs, catalogue),
    builtIn('budget', (spec) => `${formatSetting(spec.budget.amount)} ${spec.budget.unit}`),
    builtIn('device', (spec) => spec.device.kind),
    builtIn('threads', (spec) => spec.device.threads),
    builtIn('storage', (spec) => spec.device.storage ?? 'f32'),
  ];
}

/**
 * The columns with more than one value over the runs; the model always. A field that only some models have does not count, since its
 * absence was not a choice; families count where they gather models.
 */
export function differingColumns(
  columns: readonly SettingsColumn[],
  specs: readonly RunSpec[],
): readonly SettingsColumn[] {
  return columns.filter((column) => {
    if (column.id === 'model') return true;
    const values = new Set(specs.map(column.valueOf).filter((value) => value !== null));
    const most = column.id === 'family' ? new Set(specs.map(({ model }) => model.kind)).size : Infinity;
    return values.size > 1 && values.size < most;
  });
}

/** A setting as a cell shows it. */
export function settingText(value: FieldValue | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatSetting(value) : String(value);
}
