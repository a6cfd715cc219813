// Recurrences whose decays are the same at every step and start on a ring: what LRU and its real form share. Independent of their scans.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { f32 } from '../core/tensor.ts';
import { exp, mul, neg, reshape } from '../ops/functional.ts';
import type { FieldValues, FloatField } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import type { Implementation } from './model.ts';
import { eachTimes } from './rows.ts';

/** Decays first lie between these two sizes. */
export const ringFields = (low: number, high: number, paper: { readonly low: string; readonly high: string }) =>
  ({
    low: {
      kind: 'float',
      label: 'Smallest decay',
      symbol: 'rmin',
      help: 'Sizes of the decays are first spread evenly over a ring from here on.',
      default: low,
      min: 0,
      max: 0.95,
      paper: paper.low,
    },
    high: {
      kind: 'float',
      label: 'Largest decay',
      symbol: 'rmax',
      help: 'The outer edge of that ring: nearer to 1 remembers longer at first.',
      default: high,
      min: 0.96,
      max: 1,
      paper: paper.high,
    },
  }) as const satisfies Record<string, FloatField>;

export const fixedImplementations: readonly Implementation[] = [
  { id: 'scan', title: 'scan', help: 'One projection, one scan with the same decays at every step, one read-out.' },
  { id: 'loop', title: 'loop', unrolled: true, help: 'The readable definition: one set of operations a time step.' },
];

/** Learns at half the rate, as the published code has it, without decay. */
export const slow = { decay: false, pace: { group: 'recurrence', factor: 0.5 } } as const;
export const steady = { decay: false } as const;

export interface Decays {
  /** |lambda| = exp(-exp nu), and the factor of the input, [N] each. */
  readonly size: ValueId;
  readonly scale: ValueId;
}

/** Of `count` channels, from the weights `nu` and `gamma`. */
export function decaysOf(
  builder: GraphBuilder,
  count: number,
  values: FieldValues,
  options: typeof slow | typeof steady,
): Decays {
  const ring = { low: Number(values['low']), high: Number(values['high']) };
  const nu = builder.parameter('nu', f32(count), initialiser('lru-decay', ring), options);
  const of = builder.path === '' ? 'nu' : `${builder.path}/nu`;
  const gamma = builder.parameter('gamma', f32(count), initialiser('lru-scale', { ...ring, of }), options);
  return { size: exp(builder, neg(builder, exp(builder, nu))), scale: exp(builder, gamma) };
}

/** weight [N, D] with row i times factor i. */
export function scaledRows(builder: GraphBuilder, weight: ValueId, factors: ValueId): ValueId {
  const [rows = 1, columns = 1] = builder.shape(weight);
  return mul(builder, weight, reshape(builder, eachTimes(builder, factors, columns), [rows, columns]));
}
