// Linear attention. Katharopoulos et al. 2020, "Transformers are RNNs", arXiv 2006.16236, equations 16 to 20; idiap/fast-transformers (2ad36b97).
//   S_t = S_{t-1} + phi(k_t) v_t^T      n_t = n_{t-1} + phi(k_t)      y_t = phi(q_t) S_t / (phi(q_t) n_t + 1e-6)      phi(x) = elu(x) + 1
// query, key, value [heads d, D]; a head is a block of d channels. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { affine, elu, linear, mul, reciprocal } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime, ownWeights } from './along-time.ts';
import { initialiser } from './initialisers/registry.ts';
import {
  headOutputs,
  headWidth,
  matrixHeads,
  matrixSlot,
  overHead,
  readMatrices,
  matrixForms,
  type Heads,
} from './matrix-state.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

/** Added to what is divided by. */
const eps = 1e-6;

const fields = {
  heads: matrixHeads('Tables beside each other, each of keys and values of its own.', '8'),
} as const satisfies Fields;

function headsOf({ hidden, values }: MixerConfig): Heads {
  const count = Number(values['heads']);
  // Of a query of one number nothing is left after the division.
  const d = headWidth(hidden, count, 2);
  return { count, dk: d, dv: d };
}

function state(config: MixerConfig): readonly StateSlot[] {
  const heads = headsOf(config);
  return [matrixSlot('S', heads), { name: 'n', shape: [heads.count, heads.dk], start: 0, positive: true }];
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const heads = headsOf(config);
  const { count, dk, dv } = heads;
  const project = (name: string, size: number): ValueId => {
    const start = initialiser('torch-linear', { fan: config.width });
    return linear(builder, x, builder.parameter(name, f32(size, config.width), start));
  };
  const positive = (value: ValueId): ValueId => affine(builder, elu(builder, value), 1, 1);
  const read = {
    q: positive(project('query', count * dk)),
    k: positive(project('key', count * dk)),
    v: project('value', count * dv),
    decay: null,
  };
  const [rows, sums] = given ?? [];
  const before = rows === undefined || sums === undefined ? null : { rows, sums };
  const { y, weight, after } = readMatrices(builder, read, heads, before, true, config.implementation);
  if (weight === null || after.sums === null) throw new Error('linear attention: the sum of keys is required');
  const share = overHead(builder, reciprocal(builder, affine(builder, weight, 1, eps)), heads, dv);
  return { y: mul(builder, y, share), state: [after.rows, after.sums] };
}

/** Attention without softmax: a table that only grows. */
export const linearAttention: ModelDef = {
  kind: 'linearAttention',
  title: 'Linear attention',
  summary: 'Attention without softmax: keys write values into a table of fixed size, which forgets nothing.',
  family: 'matrix',
  year: 2020,
  equations: ["S' = S + φ(k) vᵀ", "n' = n + φ(k)", "y = φ(q) S' / (φ(q) · n'), φ(x) = elu(x) + 1, with q, k, v = W x"],
  paper: 'Katharopoulos et al. 2020, arXiv 2006.16236, equations 16 to 20; idiap/fast-transformers',
  fields,
  implementations: matrixForms,
  downBias: false,
  outputs: (config) => headOutputs(headsOf(config)),
  ...alongTime({ title: 'Linear attention', state, weights: ownWeights, through }),
};
