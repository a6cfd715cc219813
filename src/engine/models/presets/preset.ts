// A published network as data, parts of which may be settings of the run, and how such data become a layout.
import type { FieldValue, FieldValues } from '../../spec/fields.ts';
import type { Layout } from '../layout.ts';

interface Condition {
  readonly field: string;
  readonly is: readonly FieldValue[];
}

/** The value of a setting; whether it equals `is`; its value `when` another one matches or the run has it, and `otherwise` something else. */
type Setting =
  | { readonly field: string }
  | { readonly field: string; readonly is: FieldValue }
  | { readonly field: string; readonly when?: Condition; readonly otherwise: FieldValue };

/** The same data, where any value may be a setting, and an entry of a list may depend on one. */
type Open<T> =
  | Setting
  | (T extends readonly (infer I)[]
      ? readonly Open<I>[]
      : T extends object
        ? { readonly [K in keyof T]: Open<T[K]> } & { readonly when?: Condition }
        : T);

export interface Preset {
  readonly title: string;
  /** Where it was read. */
  readonly source: string;
  /** Null blocks are written by the person. */
  readonly layout: { readonly [K in Exclude<keyof Layout, 'blocks'>]: Open<Layout[K]> } & {
    readonly blocks: Open<Layout['blocks']> | null;
  };
}

const holds = (condition: Condition | undefined, values: FieldValues): boolean =>
  condition === undefined || condition.is.includes(settingOf(condition.field, values));

function settingOf(name: string, values: FieldValues): FieldValue {
  const value = values[name];
  if (value === undefined) throw new Error(`stack: setting ${name} is required, got none`);
  return value;
}

interface AnySetting {
  readonly field: string;
  readonly is?: FieldValue;
  readonly when?: Condition;
  readonly otherwise?: FieldValue;
}

const isSetting = (value: object): value is AnySetting => 'field' in value;
const conditionOf = (value: unknown): Condition | undefined =>
  typeof value === 'object' && value !== null && !isSetting(value) && 'when' in value
    ? (value.when as Condition)
    : undefined;

function readSetting({ field, is, when, otherwise }: AnySetting, values: FieldValues): FieldValue {
  const given = when === undefined ? values[field] !== undefined : holds(when, values);
  if (otherwise !== undefined && !given) return otherwise;
  const value = settingOf(field, values);
  return is === undefined ? value : value === is;
}

/** The data with every setting filled in. */
export function settle(data: unknown, values: FieldValues): unknown {
  if (Array.isArray(data)) {
    const items: readonly unknown[] = data;
    return items.filter((item) => holds(conditionOf(item), values)).map((item) => settle(item, values));
  }
  if (typeof data !== 'object' || data === null) return data;
  if (isSetting(data)) return readSetting(data, values);
  const entries = Object.entries(data).filter(([name]) => name !== 'when');
  return Object.fromEntries(entries.map(([name, value]) => [name, settle(value, values)]));
}
