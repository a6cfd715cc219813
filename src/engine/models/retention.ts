// Retention. Sun et al. 2023, "Retentive network", arXiv 2307.08621; microsoft/torchscale multiscale_retention.py (4d1e0e82).
//   S_t = gamma_h S_{t-1} + k_t v_t^T      o_t = q_t S_t / sqrt(dk)      y_t = RMSNorm(o_t) silu(W_g x_t), the norm of each head without a weight
// gamma_h = 1 - 2^(-5-h). Queries and keys are turned by their position, pair i at 10000^(-i / (dk/2 - 1)), the last one at exactly 1e-4.
// Only distances count: the state is kept as the last position sees it, turned back by a position at each step, so no position is carried.
// query, key [heads dk, D]; value, gate [heads dv, D]. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  broadcast,
  concat,
  constant,
  linear,
  mul,
  reshape,
  rmsNorm,
  rotary,
  split,
  sub,
  gatedBy,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime, ownWeights } from './along-time.ts';
import { initialiser } from './initialisers/registry.ts';
import {
  eachHead,
  headOutputs,
  headWidth,
  leastNormed,
  matrixHeads,
  matrixSlot,
  readMatrices,
  matrixForms,
  type Heads,
} from './matrix-state.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

/** Of the norm of each head. */
const eps = 1e-6;

const fields = {
  heads: matrixHeads('Tables beside each other, each with a decay of its own.', 'heads of width 256 for keys'),
} as const satisfies Fields;

function headsOf({ width, hidden, values }: MixerConfig): Heads {
  const count = Number(values['heads']);
  return { count, dk: 2 * headWidth(width, 2 * count), dv: headWidth(hidden, count, leastNormed) };
}

const state = (config: MixerConfig): readonly StateSlot[] => [matrixSlot('S', headsOf(config))];

/** Logarithm of what is kept in each head, the same at every step: [B, T, heads]. */
export function headDecays(builder: GraphBuilder, count: number, leading: readonly number[]): ValueId {
  const logs = Array.from({ length: count }, (_, head) => constant(builder, [1], Math.log1p(-(2 ** (-5 - head)))));
  const [first] = logs;
  return broadcast(builder, logs.length === 1 && first !== undefined ? first : concat(builder, logs, 0), leading);
}

/** How far pair i turns at a step. */
const angleOf = (i: number, dk: number): number => 10_000 ** (-i / Math.max(1, dk / 2 - 1));

/** Rotary positions whose last pair turns by 1e-4, as powers of a base. */
export const turnsOf = (dk: number, columns: number, offset: number) => {
  const base = angleOf(1, dk) ** (-dk / 2);
  return { width: dk, columns, offset, base, halves: false } as const;
};

/** The rows of each matrix [B, heads, dk, dv] turned by `steps` positions. */
export function turnRows(builder: GraphBuilder, rows: ValueId, steps: number): ValueId {
  const [batch = 1, count = 1, dk = 2, dv = 1] = builder.shape(rows);
  const pairs = dk / 2;
  const table = (of: (angle: number) => number): ValueId => {
    const each = Array.from({ length: pairs }, (_, i) => constant(builder, [dv], of(steps * angleOf(i, dk))));
    return concat(builder, each, 0);
  };
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const [even, odd] = split(builder, reshape(builder, rows, [batch * count, pairs, 2, dv]), 2, [1, 1]).map((half) =>
    reshape(builder, half, [batch * count, pairs * dv]),
  ) as [ValueId, ValueId];
  const turned = [
    sub(builder, mul(builder, even, cos), mul(builder, odd, sin)),
    add(builder, mul(builder, odd, cos), mul(builder, even, sin)),
  ].map((half) => reshape(builder, half, [batch * count, pairs, 1, dv]));
  return reshape(builder, concat(builder, turned, 2), [batch, count, dk, dv]);
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const heads = headsOf(config);
  const { count, dk, dv } = heads;
  const { width } = config;
  const [batch = 1, time = 1] = builder.shape(x);
  const weight = (name: string, size: number): ValueId => {
    const start = initialiser('xavier-uniform', { fanIn: width, fanOut: size, gain: 2 ** -2.5 });
    return builder.parameter(name, f32(size, width), start);
  };
  const turned = (w: ValueId): ValueId => rotary(builder, linear(builder, x, w), turnsOf(dk, count * dk, 1));
  const read = {
    q: turned(affine(builder, weight('query', count * dk), dk ** -0.5)),
    k: turned(weight('key', count * dk)),
    v: linear(builder, x, weight('value', count * dv)),
    decay: { per: 'head', log: headDecays(builder, count, [batch, time]) },
  } as const;
  const before = given?.[0] === undefined ? null : { rows: given[0], sums: null };
  const { y, after } = readMatrices(builder, read, heads, before, false, config.implementation);
  const normed = eachHead(builder, y, count, (rows, size) => rmsNorm(builder, rows, constant(builder, [size], 1), eps));
  const opening = linear(builder, x, weight('gate', count * dv));
  return { y: gatedBy(builder, 'silu', normed, opening), state: [turnRows(builder, after.rows, -time)] };
}

/** A table of keys and values that fades at a fixed rate a head. */
export const retention: ModelDef = {
  kind: 'retention',
  title: 'RetNet',
  summary:
    'Keys write values into a table a head that fades at a fixed rate; keys and queries turn with their position.',
  family: 'matrix',
  year: 2023,
  equations: [
    "S' = γ S + k vᵀ, γ = 1 − 2^(−5−h)",
    "o = q S' / √d, q and k turned by their position",
    'y = RMSNorm(o) ⊙ silu(W_g x)',
  ],
  paper: 'Sun et al. 2023, arXiv 2307.08621; microsoft/torchscale, with the width of the paper',
  published: { stack: 'retnet', expansion: 2 },
  fields,
  implementations: matrixForms,
  downBias: false,
  outputs: (config) => headOutputs(headsOf(config)),
  ...alongTime({ title: 'RetNet', state, weights: ownWeights, through }),
};
