// The trials of a sweep: which values each has. Functions of the file alone, so that the same file means the same trials on every machine. A value
// depends on the seed, the setting's name and the number of the trial: another setting in the file changes none of those before. Pure.
import { itemAt } from '../../core/item.ts';
import { RandomStream } from '../../core/philox.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Field, Fields, FieldValue, FieldValues } from '../fields.ts';
import { mostRuns } from '../grid-size.ts';
import type { ExperimentSpec, VariantSpec } from '../run-spec.ts';
import { usualSweep, type SweepExperiment, type SweepRange } from './sweep-spec.ts';

export interface Trial {
  /** Place of its variant in the file. */
  readonly variant: number;
  readonly number: number;
  readonly values: FieldValues;
}

/** Significant digits of a drawn number: as finely as anybody writes one. */
const digits = 4;

const within = (value: number, [low, high]: readonly [number, number]): number => Math.min(high, Math.max(low, value));

/** The value at a place from 0 to 1 of a range. */
function valueAt(place: number, ends: readonly [number, number], log: boolean, whole: boolean): number {
  const [low, high] = ends;
  const along = log ? Math.exp(Math.log(low) + place * (Math.log(high) - Math.log(low))) : low + place * (high - low);
  return within(whole ? Math.round(along) : Number(along.toPrecision(digits)), ends);
}

function drawn(range: SweepRange, field: Field, random: RandomStream): FieldValue {
  if (isList(range)) return itemAt(range, random.below(range.length));
  const whole = field.kind === 'int';
  if ('log' in range) return valueAt(random.uniform(), range.log, true, whole);
  const [low, high] = range.uniform;
  return whole ? low + random.below(high - low + 1) : valueAt(random.uniform(), range.uniform, false, false);
}

const isList = (range: SweepRange): range is readonly FieldValue[] => Array.isArray(range);

/** The values of a range in a grid, lowest first; whole numbers that fall together count once. */
function gridValues(range: SweepRange, field: Field): readonly FieldValue[] {
  if (isList(range)) return range;
  const [ends, log] = 'log' in range ? [range.log, true] : [range.uniform, false];
  const count = range.count ?? 1;
  const places = Array.from({ length: count }, (_, at) => (count === 1 ? 0 : at / (count - 1)));
  return [...new Set(places.map((place) => valueAt(place, ends, log, field.kind === 'int')))];
}

/** Everything that a variant of this model may set. */
export function settingsOf(variant: Pick<VariantSpec, 'model'>, catalogue: Catalogue): Fields {
  const model = catalogue.models.find(({ kind }) => kind === variant.model);
  return { ...catalogue.training, ...catalogue.stack, ...model?.fields };
}

const fieldOf = (fields: Fields, name: string): Field => {
  const field = fields[name];
  if (field === undefined) throw new Error(`sweep: ${name} must be a setting`);
  return field;
};

function combinations(space: SweepExperiment['sweep']['space'], fields: Fields): readonly FieldValues[] {
  return Object.entries(space).reduce<readonly FieldValues[]>(
    (sofar, [name, range]) =>
      sofar.flatMap((one) => gridValues(range, fieldOf(fields, name)).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** How many trials a variant has by what the file asks for; a limit of steps can leave fewer of a random search. */
export function trialCount({ sweep, variants, seeds, budget }: SweepExperiment, variant: number): number {
  const { trials, steps, method } = sweep;
  const asked = (typeof trials === 'number' ? trials : trials?.[variant]) ?? mostRuns;
  if (method !== 'random' || steps === undefined) return asked;
  const runs = variants.length * (seeds?.length ?? 1);
  return Math.min(asked, Math.floor(steps / runs / budget.amount));
}

/** How many trials a variant has. */
export function countOf(spec: SweepExperiment, variant: number, catalogue: Catalogue): number {
  const { method, space } = spec.sweep;
  if (method !== 'grid') return trialCount(spec, variant);
  const fields = settingsOf(itemAt(spec.variants, variant), catalogue);
  return Object.entries(space).reduce(
    (product, [name, range]) => product * gridValues(range, fieldOf(fields, name)).length,
    1,
  );
}

/** Variant by variant. All variants draw the same values of a setting they share. */
export function trialsOf(spec: SweepExperiment, catalogue: Catalogue): readonly Trial[] {
  const { space, method, seed = usualSweep.seed } = spec.sweep;
  return spec.variants.flatMap((one, variant): readonly Trial[] => {
    const fields = settingsOf(one, catalogue);
    if (method === 'grid') return combinations(space, fields).map((values, number) => ({ variant, number, values }));
    return Array.from({ length: trialCount(spec, variant) }, (_, number) => {
      const draw = ([name, range]: readonly [string, SweepRange]): readonly [string, FieldValue] => [
        name,
        drawn(range, fieldOf(fields, name), new RandomStream(seed, `sweep/${name}`, number)),
      ];
      return { variant, number, values: Object.fromEntries(Object.entries(space).map(draw)) };
    });
  });
}

/** An ordinary experiment: a variant for each trial, in their order, one run after the other. */
export function plainOf(spec: SweepExperiment, trials: readonly Trial[]): ExperimentSpec {
  const { sweep: _, ...plain } = spec;
  const variants = trials.map(({ variant, values }): VariantSpec => {
    const of = itemAt(spec.variants, variant);
    return { ...of, fields: { ...of.fields, ...values } };
  });
  return { ...plain, variants, mode: spec.mode ?? 'queue' };
}
