// Filters as functions of the position: features of the distance through a small network of sines, times a window that decays at another rate
// in each channel. Poli et al. 2023, "Hyena hierarchy", arXiv 2302.10866, section 3.3; HazyResearch/safari standalone_hyena.py.
//   t_n = n / (L - 1)      z_n = t_n, cos(f_b w_n), -sin(f_b w_n) with w_n = 2 pi n / L and f from 1e-4 to bands - 1
//   h = sin(freq (W h + b)) for each layer      k = (W_f h) (exp(-t |delta|) + shift)
// L is the longest sequence of the run: a shorter one reads the first rows.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  concat,
  constant,
  cumulativeSum,
  exp,
  linear,
  matmul,
  mul,
  pad,
  reshape,
  split,
  unary,
} from '../ops/functional.ts';
import type { FieldValues, Fields } from '../spec/fields.ts';
import { frequencies } from './initialisers/filter.ts';
import { initialiser } from './initialisers/registry.ts';

/** The window at the last position: 0.01 after 0.3 (the fastest channel) to 1.5 (the slowest) of the length. */
const target = 0.01;
const fast = 0.3;
const slow = 1.5;

export const filterFields = {
  filterWidth: {
    kind: 'int',
    label: 'Filter width',
    symbol: 'filter',
    help: 'Width of the small network that computes the filters from positions.',
    default: 64,
    min: 1,
    max: 512,
    paper: '64',
  },
  filterLayers: {
    kind: 'int',
    label: 'Filter layers',
    help: 'Layers of that network between its first and its last one.',
    default: 2,
    min: 0,
    max: 8,
    paper: '2',
    advanced: true,
  },
  bands: {
    kind: 'int',
    label: 'Frequencies',
    help: 'Sines and cosines of the position that it reads, beside the position itself.',
    default: 2,
    min: 1,
    max: 64,
    paper: '2 for recall, 16 for language',
  },
  frequency: {
    kind: 'float',
    label: 'Frequency of the sines',
    help: 'What the arguments of its sines are first multiplied with: larger makes rougher filters. It is learned.',
    default: 1,
    min: 0.01,
    max: 100,
    paper: '10 for recall, 14 for language; 1 where its code is told nothing',
  },
  window: {
    kind: 'bool',
    label: 'Decaying window',
    help: 'Multiplies filters with a window that decays, in each channel at another rate.',
    default: true,
    paper: 'on; off in its published language model',
  },
  windowShift: {
    kind: 'float',
    label: 'Floor of the window',
    help: 'Added to the window, so that far positions do not vanish.',
    default: 0,
    min: 0,
    max: 1,
    paper: '0',
    advanced: true,
    when: { field: 'window', is: [true] },
  },
  learnFeatures: {
    kind: 'bool',
    label: 'Learned positions',
    help: 'Changes the sines and cosines of positions during training, at a rate of 0.00001 at most.',
    default: false,
    paper: 'off for recall, on for language',
    advanced: true,
  },
} as const satisfies Fields;

/** Distances 0 … length - 1, [length, 1]. */
function distances(builder: GraphBuilder, length: number): ValueId {
  const ones = constant(builder, [1, length, 1], 1);
  return reshape(builder, affine(builder, cumulativeSum(builder, ones).y, 1, -1), [length, 1]);
}

/** t [length, 1], from 0 to 1. */
export const relativeDistances = (builder: GraphBuilder, length: number): ValueId =>
  affine(builder, distances(builder, length), 1 / Math.max(1, length - 1));

/** z [length, 1 + 2 bands]. */
export function featuresOf(builder: GraphBuilder, length: number, bands: number): ValueId {
  const turns = frequencies(bands).map((f) => constant(builder, [1, 1], (2 * Math.PI * f) / length));
  const row = turns.length === 1 ? (turns[0] ?? constant(builder, [1, 1], 0)) : concat(builder, turns, 1);
  const angles = matmul(builder, distances(builder, length), row);
  const [cos, sin] = [unary(builder, 'cos', angles), unary(builder, 'sin', angles)];
  return concat(builder, [relativeDistances(builder, length), cos, affine(builder, sin, -1)], 1);
}

/** |delta| [1, count], evenly from the slowest to the fastest channel. */
export function windowRates(builder: GraphBuilder, count: number): ValueId {
  const [low, high] = [-Math.log(target) / slow, -Math.log(target) / fast];
  const step = (high - low) / Math.max(1, count - 1);
  return affine(builder, reshape(builder, distances(builder, count), [1, count]), step, low);
}

/** exp(-t |delta|) [length, count]. */
export const windowOf = (builder: GraphBuilder, length: number, count: number): ValueId =>
  exp(builder, affine(builder, matmul(builder, relativeDistances(builder, length), windowRates(builder, count)), -1));

const undecayed = { decay: false } as const;

function sines(builder: GraphBuilder, length: number, values: FieldValues): ValueId {
  const width = Number(values['filterWidth']);
  const bands = Number(values['bands']);
  const layers = Number(values['filterLayers']);
  const start = initialiser('filter-features', { length, bands });
  let h = values['learnFeatures']
    ? builder.parameter('features', f32(length, 1 + 2 * bands), start, {
        decay: false,
        pace: { group: 'positions', most: 1e-5 },
      })
    : featuresOf(builder, length, bands);
  const rough = initialiser('sine-frequency', { frequency: Number(values['frequency']) });
  const frequency = builder.parameter('frequency', f32(width), rough, undecayed);
  for (let layer = 0; layer <= layers; layer++) {
    const fan = layer === 0 ? 1 + 2 * bands : width;
    const start = initialiser('torch-linear', { fan });
    const weight = builder.parameter(`filter${layer}`, f32(width, fan), start, undecayed);
    const bias = builder.parameter(`filterBias${layer}`, f32(width), start, undecayed);
    h = unary(builder, 'sin', mul(builder, linear(builder, h, weight, bias), frequency));
  }
  return h;
}

/** `count` filters of `width` channels, [length, width] each. */
export function implicitFilters(
  builder: GraphBuilder,
  { length, width, count }: { readonly length: number; readonly width: number; readonly count: number },
  values: FieldValues,
): readonly ValueId[] {
  const inner = Number(values['filterWidth']);
  const last = initialiser('torch-linear', { fan: inner });
  const weight = builder.parameter('filterOut', f32(count * width, inner), last, undecayed);
  const raw = linear(builder, sines(builder, length, values), weight);
  const window = (): ValueId =>
    affine(builder, windowOf(builder, length, count * width), 1, Number(values['windowShift']));
  const all = values['window'] ? mul(builder, raw, window()) : raw;
  return count === 1
    ? [all]
    : split(
        builder,
        all,
        1,
        Array.from({ length: count }, () => width),
      );
}

/** A filter [length, width] to whose newest tap a number a channel [width] is added: the input that passes beside it. */
export function withSkip(builder: GraphBuilder, filter: ValueId, skip: ValueId): ValueId {
  const [length = 1, width = 1] = builder.shape(filter);
  const row = reshape(builder, skip, [1, width]);
  return add(builder, filter, length === 1 ? row : pad(builder, row, 0, 0, length));
}
