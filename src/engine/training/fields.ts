// The settings of training, declared once: defaults, validation, form, help and type. Independent of models and tasks.
import type { Fields, FieldValues, ValuesOf } from '../spec/fields.ts';
import { learningRate } from '../spec/limits.ts';

const optimiser = {
  optimiser: {
    kind: 'choice',
    label: 'Optimiser',
    symbol: 'optimiser',
    help: 'How gradients become changes of the weights.',
    default: 'adamw',
    choices: [
      { value: 'adamw', label: 'AdamW' },
      { value: 'adam', label: 'Adam' },
      { value: 'sgd', label: 'SGD with momentum' },
    ],
    paper: 'AdamW (selective copying: Adam in the text, AdamW in the code)',
  },
  learningRate: {
    ...learningRate,
    paper: '1e-3 for language, 3e-4 for the formal languages; selective copying: 1e-4 in the text, 3e-4 in the code',
  },
  batch: {
    kind: 'int',
    label: 'Batch',
    symbol: 'B',
    help: 'Sequences in one step.',
    unit: 'sequences',
    default: 32,
    min: 1,
    max: 65536,
    paper: '64; formal languages: 256 in the text, 128 in the code',
  },
  clip: {
    kind: 'float',
    label: 'Gradient clipping',
    symbol: 'clip',
    help: 'Scales all gradients down together when their common norm is larger than this; 0 turns it off.',
    default: 1,
    min: 0,
    max: 1e6,
    paper: '1 for selective copying, 0.25 for language',
  },
  weightDecay: {
    kind: 'float',
    label: 'Weight decay',
    symbol: 'wd',
    help: 'Pull of the weights towards zero; biases, norms and the gates of the minimal models are left out.',
    default: 0.01,
    min: 0,
    max: 10,
    paper: '0.05 in the code, 0.01 in the text for the formal languages',
  },
} as const satisfies Fields;

const adamOnly = { field: 'optimiser', is: ['adamw', 'adam'] } as const;

const moments = {
  beta1: {
    kind: 'float',
    label: 'Beta 1',
    symbol: 'beta1',
    help: 'Memory of the running mean of the gradient.',
    default: 0.9,
    min: 0,
    max: 0.99999,
    when: adamOnly,
    paper: '0.9',
    advanced: true,
  },
  beta2: {
    kind: 'float',
    label: 'Beta 2',
    symbol: 'beta2',
    help: 'Memory of the running mean of the squared gradient.',
    default: 0.999,
    min: 0,
    max: 0.999999,
    when: adamOnly,
    paper: '0.999; not stated for language, where nanoGPT uses 0.99',
    advanced: true,
  },
  epsilon: {
    kind: 'float',
    label: 'Epsilon',
    symbol: 'eps',
    help: 'Keeps the division of Adam finite.',
    default: 1e-8,
    min: 1e-16,
    max: 1,
    when: adamOnly,
    paper: '1e-8',
    advanced: true,
  },
  momentum: {
    kind: 'float',
    label: 'Momentum',
    symbol: 'momentum',
    help: 'Share of the last change that is kept.',
    default: 0.9,
    min: 0,
    max: 0.99999,
    when: { field: 'optimiser', is: ['sgd'] },
    advanced: true,
  },
} as const satisfies Fields;

const schedule = {
  schedule: {
    kind: 'choice',
    label: 'Schedule',
    symbol: 'schedule',
    help: 'How the learning rate changes over the run.',
    default: 'constant',
    choices: [
      { value: 'constant', label: 'constant' },
      { value: 'cosine', label: 'cosine' },
    ],
    paper: 'constant in the code; cosine for the Long Range Arena',
  },
  warmup: {
    kind: 'int',
    label: 'Warm-up',
    symbol: 'warm-up',
    help: 'Steps over which the learning rate rises from nearly zero.',
    unit: 'steps',
    default: 0,
    min: 0,
    max: 1_000_000,
    paper: '10 % of the steps for the Long Range Arena, otherwise none',
    advanced: true,
  },
  minimumLearningRate: {
    kind: 'float',
    label: 'Final learning rate',
    symbol: 'final lr',
    help: 'Where the cosine ends; never above the learning rate itself.',
    default: 1e-4,
    min: 0,
    max: 10,
    when: { field: 'schedule', is: ['cosine'] },
    advanced: true,
  },
  accumulate: {
    kind: 'int',
    label: 'Gradient accumulation',
    symbol: 'accumulate',
    help: 'Parts in which a batch is worked through one after the other: less memory, and but for rounding the same result, dropout included.',
    unit: 'parts',
    default: 1,
    min: 1,
    max: 65536,
    paper: '2 for selective copying',
    advanced: true,
  },
} as const satisfies Fields;

const watching = {
  evaluateEvery: {
    kind: 'int',
    label: 'Evaluate every',
    symbol: 'evaluate every',
    help: 'Steps between two evaluations on the held-out data.',
    unit: 'steps',
    default: 100,
    min: 1,
    max: 1_000_000,
    paper: '25 for language, 1,000 for selective copying',
  },
  evaluateAtStart: {
    kind: 'bool',
    label: 'Evaluate at start',
    help: 'Also evaluates the untrained network.',
    default: true,
    advanced: true,
  },
  patience: {
    kind: 'int',
    label: 'Early stop',
    symbol: 'patience',
    help: 'Stops after so many evaluations without a better validation loss; 0 never stops early.',
    unit: 'evaluations',
    default: 0,
    min: 0,
    max: 100_000,
    advanced: true,
  },
  checkpointEvery: {
    kind: 'float',
    label: 'Checkpoint every',
    symbol: 'checkpoint every',
    help: 'Seconds between two checkpoints that the run can go on from.',
    unit: 's',
    default: 20,
    min: 0.1,
    max: 86_400,
    advanced: true,
  },
  logEvery: {
    kind: 'int',
    label: 'Record every',
    symbol: 'record every',
    help: 'Steps between two recorded points of training loss, gradient norm and learning rate.',
    unit: 'steps',
    default: 1,
    min: 1,
    max: 100_000,
    advanced: true,
  },
} as const satisfies Fields;

/** All fields of training, in the order of the form. */
export const trainingFields = { ...optimiser, ...moments, ...schedule, ...watching } as const satisfies Fields;

export type TrainingValues = ValuesOf<typeof trainingFields>;

/** The training part of a complete set of values; throws when one is missing or of another type (they are validated before). */
export function readTraining(values: FieldValues): TrainingValues {
  for (const [name, field] of Object.entries(trainingFields)) {
    if (typeof values[name] !== typeof field.default) {
      throw new Error(`training: ${name} must be a ${typeof field.default}, got ${String(values[name])}`);
    }
  }
  return values as TrainingValues;
}
