// Aaren, attention as an RNN. Feng et al. 2024, "Attention as an RNN", arXiv 2405.13956: the query of each head is a parameter, so the result over a
// prefix is a running mean.
//   s_i = (q . W_k x_i) / sqrt(d), in each head      y_t = sum over i <= t of e^{s_i} W_v x_i / sum of e^{s_i}
// query [H], key and value [H, D]; a head is a block of d channels. Scores are linear in x: the weights of a head's score, one row, are repeated for
// its channels, and keys are never formed. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { wkv } from '../ops/cells.ts';
import { affine, concat, constant, linear, matmul, mul, split } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { headMask, headsField, wholeHeads } from './head-blocks.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { fusedAndLoop } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef } from './model.ts';
import { lastMean, meanSlots, meanWith, startOf, weightWith } from './running-mean.ts';

const fields = {
  heads: { ...headsField, help: 'Each head weighs the positions by a query of its own.' },
} as const satisfies Fields;

const title = 'Aaren';

/** x [..., D] -> scores of each channel's head | values [..., 2H]. */
function project(builder: GraphBuilder, x: ValueId, { width, hidden, values }: MixerConfig): ValueId {
  const heads = Number(values['heads']);
  const start = initialiser('torch-linear', { fan: width });
  const query = builder.parameter('query', f32(hidden), initialiser('normal', { deviation: 0.02 }), { decay: false });
  const key = builder.parameter('key', f32(hidden, width), start);
  const value = builder.parameter('value', f32(hidden, width), start);
  const mask = headMask(builder, heads, hidden / heads);
  const scaled = affine(builder, query, 1 / Math.sqrt(hidden / heads));
  const sums = matmul(builder, mask, mul(builder, mask, scaled), { transA: true }); // [H, H]
  return linear(builder, x, concat(builder, [matmul(builder, sums, key), value], 0));
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, aaren, x, given, config);
  const none = constant(builder, [config.hidden], 0);
  const u = project(builder, x, config); // [B, T, 2H]
  const { y, final } = wkv(builder, u, { decay: none, bonus: none }, startOf(builder, given));
  return { y, state: lastMean(builder, final, config) };
}

function step(builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput {
  const [mean, weight] = given;
  if (mean === undefined || weight === undefined)
    throw new Error('Aaren: step needs the carried states mean and weight [B, H]');
  const { hidden } = config;
  const [key, value] = split(builder, project(builder, x, config), 1, [hidden, hidden]);
  const next = meanWith(builder, { mean, weight }, { key, value });
  return { y: next, state: [next, weightWith(builder, weight, key)] };
}

/** Attention with a learned query. */
export const aaren: ModelDef = {
  kind: 'aaren',
  title,
  summary: 'Attention whose query is learned once instead of read from the input: a running mean that forgets nothing.',
  family: 'elementwise',
  year: 2024,
  equations: ["a' = a + exp(q·k) v", "b' = b + exp(q·k)", "y = a' / b', with k, v = W x"],
  paper: 'Feng et al. 2024, arXiv 2405.13956; scale and start of the query are not in the sources',
  fields,
  implementations: fusedAndLoop,
  downBias: false,
  refuse: wholeHeads(title),
  state: meanSlots,
  parallel,
  step,
};
