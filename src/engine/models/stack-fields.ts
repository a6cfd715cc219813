// The settings of the stack, declared once: defaults, validation, form, help and type.
import type { Field, Fields, FieldValues, ValuesOf } from '../spec/fields.ts';
import { firstPreset, presets } from './presets/registry.ts';

/** Settings that only these networks read. */
const inPaper = { field: 'stack', is: ['paper'] } as const;
const inOwn = { field: 'stack', is: ['paper', 'own'] } as const;

const network = {
  stack: {
    kind: 'choice',
    label: 'Network',
    symbol: 'network',
    help: 'What stands around the recurrence: blocks as this paper or another published system has them, or your own list of parts.',
    default: firstPreset,
    choices: Object.entries(presets).map(([value, { title }]) => ({ value, label: title })),
    added: true,
  },
  block: {
    kind: 'text',
    label: 'Parts',
    symbol: 'parts',
    help: 'The rows of a block in order, as in "conv, mixer, mlp" or "post mixer > gelu > glu"; "|" parts blocks that alternate.',
    default: 'conv, mixer, mlp',
    maxLength: 400,
    when: { field: 'stack', is: ['own'] },
    added: true,
  },
} as const satisfies Fields;

const shape = {
  layers: {
    kind: 'int',
    label: 'Layers',
    symbol: 'L',
    help: 'Blocks one above the other.',
    default: 2,
    min: 1,
    max: 64,
    paper: '3 for selective copying and language, 2 for the formal languages',
  },
  d: {
    kind: 'int',
    label: 'Width',
    symbol: 'd',
    help: 'Channels between blocks.',
    unit: 'channels',
    default: 64,
    min: 1,
    max: 8192,
    paper: '64 for selective copying, 256 for the formal languages, 384 for language',
  },
  expansion: {
    kind: 'float',
    label: 'Expansion',
    symbol: 'expand',
    help: 'Width of the recurrent state as a multiple of the width of the block.',
    default: 2,
    min: 0.125,
    max: 16,
    paper: '6 for selective copying, 2 for language, 1 for the formal languages',
  },
  bidirectional: {
    kind: 'bool',
    label: 'Both directions',
    symbol: 'both directions',
    help: 'A second recurrence with weights of its own reads the sequence from its end, and both results are added. For tasks with one answer for a whole sequence; text cannot be written with it.',
    default: false,
    added: true,
    advanced: true,
  },
  norm: {
    kind: 'choice',
    label: 'Normalisation',
    symbol: 'norm',
    help: 'Acts before each part of a block, on each position alone.',
    default: 'rmsNorm',
    choices: [
      { value: 'rmsNorm', label: 'RMSNorm' },
      { value: 'layerNorm', label: 'LayerNorm' },
      { value: 'none', label: 'none' },
    ],
    paper: 'RMSNorm',
    when: inOwn,
  },
  residual: {
    kind: 'bool',
    label: 'Residual',
    help: 'Adds the input of each part to its output.',
    default: true,
    paper: 'on',
    when: inOwn,
  },
} as const satisfies Fields;

const parts = {
  conv: {
    kind: 'bool',
    label: 'Convolution',
    symbol: 'conv',
    help: 'A short causal convolution before the recurrence.',
    default: false,
    paper: 'on except for selective copying',
    when: inPaper,
  },
  convKernel: {
    kind: 'int',
    label: 'Convolution length',
    symbol: 'kernel',
    help: 'Time steps the convolution sees, the current one included.',
    unit: 'steps',
    default: 4,
    min: 2,
    max: 16,
    when: { field: 'conv', is: [true] },
    paper: '4',
    advanced: true,
  },
  mlp: {
    kind: 'bool',
    label: 'MLP',
    symbol: 'mlp',
    help: 'A two-layer network on each position after the recurrence.',
    default: false,
    paper: 'on for language and the Long Range Arena',
    when: inPaper,
  },
  mlpMultiplier: {
    kind: 'float',
    label: 'MLP width',
    symbol: 'mlp width',
    help: 'Width inside the MLP as a multiple of the width of the block.',
    default: 2,
    min: 0.25,
    max: 16,
    when: { field: 'mlp', is: [true] },
    paper: '2 in the code',
    advanced: true,
  },
  mlpKind: {
    kind: 'choice',
    label: 'MLP kind',
    help: 'Plain GELU, or one half of the inner channels gating the other.',
    default: 'gated',
    choices: [
      { value: 'gated', label: 'gated (GEGLU)' },
      { value: 'gelu', label: 'GELU' },
    ],
    when: { field: 'mlp', is: [true] },
    paper: 'gated in the code',
    advanced: true,
  },
  dropout: {
    kind: 'float',
    label: 'Dropout',
    symbol: 'dropout',
    help: 'Share of channels set to zero in training, at the place named below.',
    default: 0,
    min: 0,
    max: 0.9,
    paper: '0.2 for language; 0.1 for selective copying, where the code has no place for it',
  },
  dropoutPlace: {
    kind: 'choice',
    label: 'Dropout acts',
    help: 'At the end of the MLP only, as the code of the paper, or at the end of the recurrence as well.',
    default: 'blocks',
    choices: [
      { value: 'blocks', label: 'after recurrence and MLP' },
      { value: 'mlp', label: 'after the MLP only' },
    ],
    paper: 'after the MLP only',
    advanced: true,
    when: inPaper,
  },
} as const satisfies Fields;

const ends = {
  project: {
    kind: 'choice',
    label: 'Down-projection',
    help: 'A linear layer from the state back to the width of the block.',
    default: 'always',
    choices: [
      { value: 'always', label: 'always' },
      { value: 'when-needed', label: 'only when the widths differ' },
    ],
    paper: 'always',
    advanced: true,
    when: inPaper,
  },
  learnedStart: {
    kind: 'bool',
    label: 'Learned start',
    symbol: 'learned start',
    help: 'Learns the state before the first step, one value a channel; otherwise it is zero.',
    default: false,
    paper: 'on in the code',
    advanced: true,
  },
  finalNorm: {
    kind: 'bool',
    label: 'Final normalisation',
    help: 'Normalises once more before the head.',
    default: true,
    paper: 'on',
    advanced: true,
    when: inOwn,
  },
  headBias: {
    kind: 'bool',
    label: 'Head bias',
    help: 'Adds a learned bias to the output layer.',
    default: false,
    paper: 'off',
    advanced: true,
    when: inOwn,
  },
} as const satisfies Fields;

/** All fields of the stack, in the order of the form. */
export const stackFields = { ...network, ...shape, ...parts, ...ends } as const satisfies Fields;

export type StackValues = ValuesOf<typeof stackFields>;

/** The stack's own part of a complete set of values; throws when one is missing or of another type (they are validated before). */
export function readStack(values: FieldValues): StackValues {
  for (const [name, field] of Object.entries<Field>(stackFields)) {
    if (field.added === true && values[name] === undefined) continue;
    if (typeof values[name] !== typeof field.default) {
      throw new Error(`stack: ${name} must be a ${typeof field.default}, got ${String(values[name])}`);
    }
  }
  return values as StackValues;
}
