// The structure an experiment must have to be stored and shown: objects and lists in the right places. Its values may still be
// wrong (a half-filled form is kept too); validateExperiment reports those.
import * as v from 'valibot';
import { say } from '../engine/core/say.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import { required } from './issue-words.ts';

/** An empty number field of a form is sent as null or not at all. */
const value = v.nullish(v.union([v.number(), v.string(), v.boolean()]));

/** An object with any names. Lists are excluded, although valibot accepts them. */
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
  match: v.optional(v.string()),
  comparison: v.optional(v.looseObject({ metric: v.optional(value), reference: v.optional(value) })),
  slice: v.optional(value),
});

export const experimentShape = v.pipe(
  outline,
  v.transform((input) => input as object as ExperimentSpec),
);
