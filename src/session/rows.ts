// The shape of every JSON column and closed list in a session file. Rows are checked like messages: foreign content in a file is an
// AppFailure here and cannot cause errors later. Keys of later versions are kept.
import * as v from 'valibot';
import { messageFrom, say, type Message } from '../engine/core/say.ts';
import type { EnvironmentStamp } from '../engine/spec/catalogue.ts';
import { rangeOf } from '../engine/spec/field-check.ts';
import { floorKinds } from '../engine/spec/floors.ts';
import { allows, learningRate } from '../engine/spec/limits.ts';
import type { RunFacts } from '../engine/spec/metrics.ts';
import {
  accuracyLook,
  earlierMetrics,
  isMetricName,
  type Bests,
  type MetricName,
  type RunMetric,
} from '../engine/spec/task-metrics.ts';
import type { ExperimentSpec, RunSpec } from '../engine/spec/run-spec.ts';
import type { TimeAccount } from '../engine/spec/time-account.ts';
import type { Answers, SampleDetail, TargetAnswers } from '../engine/spec/showing.ts';
import { required, wanted } from '../protocol/issue-words.ts';
import { experimentShape, recordOf } from '../protocol/experiment-shape.ts';
import type { StoredCheckpoint, StoredRun } from './store.ts';
import { readMessage } from './stored-message.ts';
import type { TrainingCursor } from '../engine/spec/training-cursor.ts';

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(finite, v.minValue(0));
const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const fieldValues = recordOf(v.union([finite, v.string(), v.boolean()]));

export const runSpec = v.looseObject({
  format: v.literal('minrnn-run'),
  version: v.literal(1),
  model: v.looseObject({ kind: v.string(), implementation: v.string(), fields: fieldValues }),
  task: v.looseObject({ id: v.string(), fields: fieldValues }),
  training: fieldValues,
  budget: v.looseObject({ unit: v.picklist(['steps', 'tokens', 'seconds']), amount: count }),
  seed: count,
  device: v.looseObject({
    kind: v.string(),
    threads: count,
    module: v.exactOptional(v.string()),
    storage: v.exactOptional(v.string()),
  }),
}) satisfies v.GenericSchema<unknown, RunSpec>;

const timeAccount = v.looseObject({
  training: finite,
  disturbed: finite,
  evaluation: finite,
  data: finite,
  checkpoint: finite,
  warmup: v.optional(finite, 0),
  preparation: finite,
  waiting: finite,
}) satisfies v.GenericSchema<unknown, TimeAccount>;

const metricName = v.custom<MetricName>((input) => typeof input === 'string' && isMetricName(input));
const message = v.custom<Message>((input) => typeof input === 'object' && messageFrom(input) !== null);

const bests: v.GenericSchema<unknown, Bests> = v.record(metricName, v.looseObject({ step, value: finite }));

export const trainingCursor = v.looseObject({
  step,
  activeSeconds: finite,
  wallSeconds: finite,
  learningRate: v.nullable(required<number>((input) => allows(learningRate, input), rangeOf(learningRate))),
  best: v.nullable(
    v.looseObject({
      step,
      // JSON has no infinity: a first evaluation that overflowed was written as null.
      loss: v.pipe(
        v.nullable(finite),
        v.transform((loss) => loss ?? Infinity),
      ),
      accuracy: v.nullable(finite),
    }),
  ),
  bests: v.exactOptional(bests),
  sinceBest: count,
  time: v.exactOptional(timeAccount),
  rateChanges: v.exactOptional(v.array(v.looseObject({ step, value: finite }))),
  fallbacks: v.exactOptional(
    v.looseObject({
      to: v.string(),
      steps: count,
      first: v.nullable(step),
      last: v.nullable(step),
      evaluations: count,
    }),
  ),
}) satisfies v.GenericSchema<unknown, TrainingCursor>;

const runMetric: v.GenericSchema<unknown, RunMetric> = v.looseObject({
  name: metricName,
  title: message,
  short: message,
  better: v.picklist(['lower', 'higher']),
  unit: v.string(),
  chance: v.nullable(finite),
  blind: v.nullable(finite),
  solved: v.nullable(finite),
});

const storedFacts = v.looseObject({
  parameters: count,
  tokensPerStep: count,
  positionsPerStep: v.exactOptional(count),
  samplesPerStep: count,
  flopsPerToken: count,
  memory: v.looseObject({
    weights: count,
    gradients: count,
    optimiser: count,
    activations: count,
    workspace: count,
    inputOutput: count,
    total: count,
  }),
  growth: v.exactOptional(v.looseObject({ bytes: count, counted: v.picklist(['resident', 'allocated']) })),
  chanceLoss: v.nullable(finite),
  chanceAccuracy: v.nullable(finite),
  blindLoss: v.exactOptional(v.nullable(finite)),
  blindAccuracy: v.exactOptional(v.nullable(finite)),
  solvedAccuracy: v.nullable(finite),
  metrics: v.exactOptional(v.array(runMetric)),
  floors: v.exactOptional(v.array(v.looseObject({ kind: v.picklist(floorKinds), loss: finite, absolute: finite }))),
  bytesPerToken: v.exactOptional(finite),
});

/** Files of earlier versions name no metrics: they follow from the levels of the two there were. */
export const runFacts = v.pipe(
  storedFacts,
  v.transform(
    ({ chanceLoss, chanceAccuracy, blindLoss, blindAccuracy, solvedAccuracy, metrics, ...facts }): RunFacts => ({
      ...facts,
      metrics:
        metrics ??
        earlierMetrics(
          {
            chanceLoss,
            chanceAccuracy,
            blindLoss: blindLoss ?? null,
            blindAccuracy: blindAccuracy ?? null,
            solvedAccuracy,
          },
          chanceAccuracy !== null,
        ),
    }),
  ),
);

/** The oldest text runs had an accuracy but no level for it. */
export const withAccuracy = (facts: RunFacts, cursor: TrainingCursor): RunFacts =>
  typeof cursor.best?.accuracy !== 'number' || facts.metrics.some(({ name }) => name === accuracyLook.name)
    ? facts
    : { ...facts, metrics: [...facts.metrics, { ...accuracyLook, chance: null, blind: null, solved: null }] };

export const environmentStamp = v.looseObject({
  version: v.string(),
  commit: v.nullable(v.string()),
  node: v.string(),
  platform: v.string(),
  cpu: v.string(),
  device: v.string(),
  module: v.string(),
  threads: count,
  reason: v.exactOptional(v.nullable(v.pipe(v.string(), v.transform(readMessage)))),
  movedFrom: v.exactOptional(v.nullable(v.looseObject({ step, device: v.string(), module: v.string() }))),
  exclusive: v.boolean(),
  started: v.string(),
}) satisfies v.GenericSchema<unknown, EnvironmentStamp>;

export const stepSeconds = v.looseObject({ median: finite, q1: finite, q3: finite }) satisfies v.GenericSchema<
  unknown,
  StoredRun['stepSeconds']
>;

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, wanted(say`a SHA-256 in lower-case hex`)));

export const forkedFrom = v.looseObject({
  run: v.string(),
  step,
  weights: v.exactOptional(v.looseObject({ name: v.string(), sha256: hash, bytes: count })),
}) satisfies v.GenericSchema<unknown, StoredRun['forkedFrom']>;

export const textUses = v.array(
  v.looseObject({
    step,
    text: v.nullable(
      v.looseObject({
        name: v.string(),
        title: v.exactOptional(v.string()),
        sha256: hash,
        bytes: count,
        symbols: v.looseObject({ sha256: hash, count }),
      }),
    ),
  }),
) satisfies v.GenericSchema<unknown, StoredRun['texts']>;

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

export const sampleDetail = v.pipe(
  v.looseObject({
    origin: v.picklist(['evaluation', 'person']),
    symbols: v.array(v.string()),
    shares: v.array(share),
    likeliest: v.array(v.array(v.tuple([v.string(), share]))),
    copied: v.looseObject({ start: index, length: index }),
    words: v.nullable(share),
    secondsPerSymbol: count,
  }),
  v.check(
    ({ symbols, shares, likeliest }) => symbols.length === shares.length && shares.length === likeliest.length,
    wanted(say`one with as many probabilities as symbols`),
  ),
) satisfies v.GenericSchema<unknown, SampleDetail>;

const targetAnswers = {
  answers: v.array(v.array(finite)),
  shares: v.nullable(v.array(v.array(share))),
};

/** One entry for each of `count` examples, and in each as many probabilities as answers. */
const isWhole = ({ answers: given, shares }: TargetAnswers, count: number): boolean =>
  given.length === count &&
  (shares === null || (shares.length === count && shares.every((one, i) => one.length === given[i]?.length)));

export const answers = v.pipe(
  v.looseObject({
    examples: v.array(index),
    ...targetAnswers,
    further: v.exactOptional(v.array(v.looseObject({ target: v.string(), ...targetAnswers }))),
  }),
  v.check(
    (told) => [told, ...(told.further ?? [])].every((one) => isWhole(one, told.examples.length)),
    wanted(say`one with one entry for each example`),
  ),
) satisfies v.GenericSchema<unknown, Answers>;

export const tags = v.array(v.string()) satisfies v.GenericSchema<unknown, StoredRun['tags']>;

export const experiment: v.GenericSchema<unknown, ExperimentSpec> = experimentShape;

export const intents = [
  'queued',
  'active',
  'paused',
  'stopped',
  'finished',
  'diverged',
  'failed',
] as const satisfies readonly StoredRun['intent'][];

export const checkpointKinds = ['latest', 'best', 'kept'] as const satisfies readonly StoredCheckpoint['kind'][];
