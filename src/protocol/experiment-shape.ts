// The outline an experiment must have to be kept and shown: objects where objects belong, lists where lists do. Its values may still be
// wrong (a form in the middle of being filled in is kept as well): those are for validateExperiment, which names each of them.
import * as v from 'valibot';
import { say } from '../engine/core/say.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import { required } from './issue-words.ts';

/** An empty number field of a form travels as null or not at all. */
const value = v.nullish(v.union([v.number(), v.string(), v.boolean()]));

/** An object with any names. A list is none, although valibot takes it for one. */
export const recordOf = <T extends v.GenericSchema>(inner: T) =>
  v.pipe(
    required<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), say`an object`),
    v.record(v.string(), inner),
  );

const values = recordOf(value);
const sweepable = v.union([value, v.array(value)]);

const outline = v.looseObject({
  format: v.literal('minrnn-experiment'),
  version: v.literal(1),
  name: v.string(),
  task: v.looseObject({ id: v.string(), fields: v.optional(values) }),
  variants: v.array(
    v.looseObject({
      name: v.optional(v.string()),
      model: v.string(),
      implementation: v.optional(sweepable),
      fields: v.optional(recordOf(sweepable)),
    }),
  ),
  training: v.optional(values),
  seeds: v.optional(v.array(value)),
  budget: v.looseObject({ unit: v.string(), amount: value }),
  device: v.optional(values),
  mode: v.optional(v.string()),
  slice: v.optional(value),
});

export const experimentShape = v.pipe(
  outline,
  v.transform((input) => input as object as ExperimentSpec),
);
