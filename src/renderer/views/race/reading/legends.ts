// The legends of colour and dash: the values of the setting each one shows, with their look. Pure except for the texts of values.
import { itemAt } from '../../../../engine/core/item.ts';
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import type { Look } from '../../../identity/identity.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import type { RunGroup } from '../run-groups.ts';
import { dashOf, isOrdered, specsOf, valueLooks, valuesOf } from './looks.ts';

export interface Step {
  readonly value: FieldValue;
  readonly look: Look;
  /** False when no run with this value is shown. */
  readonly shown: boolean;
}

export interface Legend {
  readonly column: SettingsColumn;
  /** A scale with a value at each step; otherwise names next to swatches. */
  readonly ordered: boolean;
  readonly steps: readonly Step[];
  /** Number of values that are not shown. */
  readonly more: number;
}

/** Steps that fit next to each other. */
const MOST = 7;
/** With more values on a scale this many are labelled, evenly by rank. */
const SPREAD = 5;

function written(values: readonly FieldValue[], ordered: boolean): readonly FieldValue[] {
  if (values.length <= MOST) return values;
  if (!ordered) return values.slice(0, MOST);
  return Array.from({ length: SPREAD }, (_, at) =>
    itemAt(values, Math.round((at * (values.length - 1)) / (SPREAD - 1))),
  );
}

interface Runs {
  readonly all: readonly RunGroup[];
  readonly drawn: readonly RunGroup[];
}

function legendOf(
  column: SettingsColumn,
  { all, drawn }: Runs,
  ordered: boolean,
  lookOf: (value: FieldValue) => Look,
): Legend {
  const values = valuesOf(column, specsOf(all));
  const shown = new Set(drawn.flatMap(({ runs }) => runs.map(({ spec }) => column.valueOf(spec))));
  const steps = written(values, ordered).map((value) => ({ value, look: lookOf(value), shown: shown.has(value) }));
  return { column, ordered, steps, more: values.length - steps.length };
}

export function colourLegend(column: SettingsColumn, runs: Runs, catalogue: Catalogue | null): Legend {
  const specs = specsOf(runs.all);
  return legendOf(column, runs, isOrdered(column, specs), valueLooks(column, specs, catalogue));
}

export function dashLegend(column: SettingsColumn, runs: Runs): Legend {
  const dash = dashOf(column, specsOf(runs.all));
  return legendOf(column, runs, false, (value) => ({ colour: '--text-2', ...dash(value) }));
}
