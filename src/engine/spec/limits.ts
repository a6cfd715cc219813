// Numbers that are entered in more than one place and belong to no model, task or training form: each is declared once, as a field, for the
// form, the popover, the messages, the command line and the engine. Training settings are in engine/training/fields.ts.
import { checkField } from './field-check.ts';
import type { FloatField, IntField } from './fields.ts';
import type { Budget } from './run-spec.ts';
import { seedEnd } from './seeds.ts';

/** Peak of a schedule, or the rate a person sets while a run continues. */
export const learningRate = {
  kind: 'float',
  label: 'Learning rate',
  symbol: 'lr',
  help: 'Size of a step, at its highest when a schedule changes it.',
  default: 1e-3,
  min: 1e-8,
  max: 10,
} as const satisfies FloatField;

export const seed = {
  kind: 'int',
  label: 'Seed',
  help: 'Where the random numbers of a run or of a sample begin.',
  default: 1,
  min: 0,
  max: seedEnd - 1,
} as const satisfies IntField;

const largestBudget = 1e12;

/** The amount of a budget, by its unit. */
export const budgetAmount: Readonly<Record<Budget['unit'], IntField | FloatField>> = {
  steps: {
    kind: 'int',
    label: 'Budget',
    help: 'Steps until a run is done.',
    unit: 'steps',
    default: 1000,
    min: 1,
    max: largestBudget,
  },
  tokens: {
    kind: 'int',
    label: 'Budget',
    help: 'Tokens until a run is done.',
    unit: 'tokens',
    default: 1_000_000,
    min: 1,
    max: largestBudget,
  },
  seconds: {
    kind: 'float',
    label: 'Budget',
    help: 'Seconds of training until a run is done.',
    unit: 's',
    default: 60,
    min: 1e-3,
    max: largestBudget,
  },
};

export const slice = {
  kind: 'float',
  label: 'Turn',
  help: 'Seconds one run trains before the next one has its turn.',
  unit: 's',
  default: 0.5,
  min: 0.05,
  max: 60,
} as const satisfies FloatField;

/** Threads of the engine on a machine with this many cores: more would only wait for each other. */
export const threadsOn = (cores: number): IntField => ({
  kind: 'int',
  label: 'Threads',
  help: '0 = as many as the machine has.',
  default: 0,
  min: 0,
  max: cores,
});

export const sampleLength = {
  kind: 'int',
  label: 'Length',
  help: 'Characters to write.',
  unit: 'characters',
  default: 300,
  min: 1,
  max: 20_000,
} as const satisfies IntField;

/** Which checkpoint of a run is meant. */
export const checkpointStep = {
  kind: 'int',
  label: 'Step',
  help: 'Step of a checkpoint.',
  default: 0,
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
} as const satisfies IntField;

export const temperature = {
  kind: 'float',
  label: 'Temperature',
  help: '0 = always the likeliest.',
  default: 0.8,
  min: 0,
  max: 10,
} as const satisfies FloatField;

export const profileSteps = {
  kind: 'int',
  label: 'Steps',
  help: 'Steps to measure.',
  unit: 'steps',
  default: 20,
  min: 1,
  max: 10_000,
} as const satisfies IntField;

export const port = {
  kind: 'int',
  label: 'Port',
  help: 'Where the browser shell listens.',
  default: 7411,
  min: 1,
  max: 65_535,
} as const satisfies IntField;

/** Sizes of a scaling measurement. */
export const scalingSizes = {
  length: {
    kind: 'int',
    label: 'length',
    help: 'Tokens of a sequence.',
    unit: 'tokens',
    default: 256,
    min: 4,
    max: 65_536,
  },
  width: { kind: 'int', label: 'width', help: 'Width of the layers.', default: 64, min: 1, max: 8192 },
  batch: {
    kind: 'int',
    label: 'batch',
    help: 'Sequences in one step.',
    unit: 'sequences',
    default: 16,
    min: 1,
    max: 65_536,
  },
  layers: { kind: 'int', label: 'layers', help: 'Layers of the network.', default: 1, min: 1, max: 64 },
} as const satisfies Readonly<Record<string, IntField>>;

/** How often each point of a scaling measurement is timed. */
export const scalingCounts = {
  warmUp: { kind: 'int', label: 'warmUp', help: 'Steps before the clock starts.', default: 3, min: 1, max: 100 },
  repeats: { kind: 'int', label: 'repeats', help: 'Steps that are timed.', default: 10, min: 1, max: 1000 },
} as const satisfies Readonly<Record<string, IntField>>;

/** True for a number that its field allows. */
export const allows = (field: IntField | FloatField, value: unknown): value is number =>
  checkField(field, value) === null;
