// Folds single settings back into sweeps: consecutive rows of one model that are all combinations of some lists become one row with these
// lists. It gives the same runs in the same order. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import type { FieldValue, FieldValues } from '../../../../engine/spec/fields.ts';
import type { VariantSpec } from '../../../../engine/spec/run-spec.ts';

/** One row with a single value in each field. */
export interface SingleVariant extends VariantSpec {
  readonly implementation: string;
  readonly fields: FieldValues;
}

const IMPLEMENTATION = 'implementation';
type Settings = ReadonlyMap<string, FieldValue>;

/** The values of every key in order of first occurrence, and where each key first changes. */
function listsOf(rows: readonly Settings[], keys: readonly string[]) {
  return keys.map((key) => {
    const values = [...new Set(rows.map((row) => row.get(key)!))];
    const change = rows.findIndex((row) => row.get(key) !== values[0]);
    return { key, values, change: change < 0 ? Infinity : change };
  });
}

/** The lists whose combinations are exactly these rows in this order, slowest first; null = none. */
function productOf(
  rows: readonly Settings[],
  keys: readonly string[],
): readonly { key: string; values: readonly FieldValue[] }[] | null {
  const lists = listsOf(rows, keys);
  if (lists.reduce((product, { values }) => product * values.length, 1) !== rows.length) return null;
  const varying = lists.filter(({ values }) => values.length > 1).sort((a, b) => b.change - a.change);
  const slowest = varying.findIndex(({ key }) => key === IMPLEMENTATION);
  if (slowest > 0) return null;
  let stride = rows.length;
  for (const { key, values } of varying) {
    stride /= values.length;
    const fits = rows.every((row, at) => row.get(key) === values[Math.floor(at / stride) % values.length]);
    if (!fits) return null;
  }
  return [...lists.filter(({ values }) => values.length === 1), ...varying];
}

function folded(
  model: string,
  rows: readonly Settings[],
  keys: readonly string[],
  base: FieldValues,
): VariantSpec | null {
  const lists = productOf(rows, keys);
  if (lists === null) return null;
  const sweepable = (values: readonly FieldValue[]) => (values.length === 1 ? itemAt(values, 0) : [...values]);
  const said = lists.filter(
    ({ key, values }) => key !== IMPLEMENTATION && (values.length > 1 || values[0] !== base[key]),
  );
  const implementation = lists.find(({ key }) => key === IMPLEMENTATION);
  return {
    model,
    ...(implementation === undefined ? {} : { implementation: sweepable(implementation.values) }),
    fields: Object.fromEntries(said.map(({ key, values }) => [key, sweepable(values)])),
  };
}

/** Longest combinations first, from the top; `baseOf` returns the default values of a row of a model. */
export function foldSweeps(
  variants: readonly SingleVariant[],
  baseOf: (model: string) => FieldValues,
): readonly VariantSpec[] {
  const out: VariantSpec[] = [];
  for (let from = 0; from < variants.length;) {
    const model = variants[from]?.model ?? '';
    const base = baseOf(model);
    let to = from;
    while (variants[to]?.model === model) to += 1;
    const block = variants.slice(from, to);
    const keys = [IMPLEMENTATION, ...new Set(block.flatMap(({ fields }) => Object.keys(fields)))];
    const rows = block.map(
      ({ implementation, fields }): Settings =>
        new Map(keys.map((key) => [key, key === IMPLEMENTATION ? implementation : (fields[key] ?? base[key] ?? '')])),
    );
    let length = rows.length;
    let found = folded(model, rows, keys, base);
    while (found === null) found = folded(model, rows.slice(0, (length -= 1)), keys, base);
    out.push(found);
    from += length;
  }
  return out;
}
