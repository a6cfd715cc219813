// The settings of a source beside those of an experiment: which are equal, which differ for the size, which by choice. Pure.
import type { ExperimentSpec } from '../run-spec.ts';
import type { Preset, Setting } from './preset.ts';

export interface Compared {
  readonly setting: Setting;
  /** As set here: one value, or several where experiments or rows differ. */
  readonly here: readonly (string | number | boolean)[];
  /** `open` = the source does not state it. */
  readonly reading: 'equal' | 'size' | 'choice' | 'open';
}

type Value = string | number | boolean;

const isValue = (value: unknown): value is Value =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

const listed = (value: unknown): readonly Value[] =>
  Array.isArray(value) ? value.filter(isValue) : [value].filter(isValue);

/** What an experiment sets at a place; nothing = left to its default. */
function valuesAt(spec: ExperimentSpec, at: string): readonly Value[] {
  const [owner = '', name = ''] = at.split('.');
  if (owner === 'budget') return [spec.budget.amount];
  if (owner === 'seeds') return [(spec.seeds ?? [1]).length];
  if (owner === 'task') return listed(spec.task.fields?.[name]);
  const own = spec.variants.flatMap(({ fields }) => listed(fields?.[name]));
  return owner === 'training' && own.length === 0 ? listed(spec.training?.[name]) : own;
}

export function compared(preset: Preset, specs: readonly ExperimentSpec[]): readonly Compared[] {
  return preset.settings.map((setting) => {
    const here = [...new Set(specs.flatMap((spec) => valuesAt(spec, setting.at)))];
    const isEqual = here.length > 0 && here.every((value) => value === setting.value);
    if (setting.value === null) return { setting, here, reading: 'open' };
    return { setting, here, reading: isEqual ? 'equal' : setting.choice === undefined ? 'size' : 'choice' };
  });
}
