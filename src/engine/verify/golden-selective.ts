// Golden vectors of selective state spaces: the selective scan as ops, and the Mamba block from its parts as the network `mamba` has them, with the
// model in every implementation.
import { itemAt, itemsOf } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { MixerConfig } from '../models/model.ts';
import { layoutOf } from '../models/presets/registry.ts';
import { chain } from '../models/parts/chain.ts';
import type { Flow, Place } from '../models/parts/part.ts';
import { lastInputs } from '../models/ring.ts';
import { s6, selectiveOverTime, selectiveWays } from '../models/s6.ts';
import { stackFields } from '../models/stack-fields.ts';
import * as op from '../ops/functional.ts';
import { defaultsOf } from '../spec/fields.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { sizesOf } from './golden-read.ts';
import { othersFromState, waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

function selectiveScan(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor, way: string): Outputs {
  const { config, inputs, params } = test;
  const [batch, time, width] = sizesOf(config, ['B', 'T', 'D']);
  const u = tensor('u');
  const shift = 'dt_bias' in params ? op.broadcast(b, tensor('dt_bias'), [batch, time]) : null;
  const raw = shift === null ? tensor('delta') : op.add(b, tensor('delta'), shift);
  const chosen = {
    dt: config['softplus'] === true ? op.softplus(b, raw) : raw,
    bc: op.concat(b, [tensor('B'), tensor('C')], 2),
  };
  const system = {
    A: op.neg(b, op.exp(b, tensor('A_log'))),
    skip: 'D' in params ? tensor('D') : op.constant(b, [width], 0),
  };
  const start = 'h0' in inputs ? [tensor('h0')] : null;
  const { y, final } = selectiveOverTime(b, u, chosen, system, start, way);
  return { y: 'z' in inputs ? op.mul(b, y, op.silu(b, tensor('z'))) : y, h_last: final[0] };
}

const s6Cases: Recipes = (test) =>
  selectiveWays.map((way) => ({
    title: way,
    weights: {},
    build: (b, tensor) => selectiveScan(b, test, tensor, way),
  }));

/** [B, N, K] -> [B, K, N]. */
function columnsFirst(b: GraphBuilder, x: ValueId): ValueId {
  const [batch, rows, columns] = itemsOf(b.shape(x), 3);
  const parts = Array.from({ length: columns }, (_, k) => op.reshape(b, op.slice(b, x, 2, k, 1), [batch, 1, rows]));
  return op.concat(b, parts, 1);
}

interface Block {
  readonly inner: number;
  readonly taps: number;
  readonly way: MixerConfig;
}

/** The published block, part by part, with the model in the middle. */
function byParts(b: GraphBuilder, { inputs, params }: GoldenLayerCase, tensor: Tensor, block: Block): Outputs {
  const { inner, taps, way } = block;
  const optional = (name: string): ValueId | null => (name in params ? tensor(name) : null);
  const x = tensor('x');
  const normed = 'norm.weight' in params ? op.rmsNorm(b, x, tensor('norm.weight'), 1e-5) : x;
  const both = op.linear(b, normed, tensor('in_proj.weight'), optional('in_proj.bias'));
  const [into, gate] = op.split(b, both, 2, [inner, inner]);
  const before = 'conv_state0' in inputs ? columnsFirst(b, tensor('conv_state0')) : null;
  const filter = op.reshape(b, tensor('conv1d.weight'), [inner, taps]);
  const bias = optional('conv1d.bias') ?? op.constant(b, [inner], 0);
  const past = before && op.slice(b, before, 1, 1, taps - 1);
  const u = op.silu(b, op.causalConv(b, into, filter, bias, past));
  const start = 'ssm_state0' in inputs ? [tensor('ssm_state0')] : null;
  const { y, state } = s6.parallel(b, u, start, way);
  const out = op.linear(b, op.mul(b, y, op.silu(b, gate)), tensor('out_proj.weight'), optional('out_proj.bias'));
  return {
    y: 'norm.weight' in params ? op.add(b, x, out) : out,
    conv_state: columnsFirst(b, lastInputs(b, into, before, taps)),
    ssm_state: itemAt(state, 0),
  };
}

const mixerWeights = {
  select: ['x_proj.weight'],
  step: ['dt_proj.weight'],
  stepBias: ['dt_proj.bias'],
  logDecay: ['A_log'],
  skip: ['D'],
};

/** The block of the network `mamba` as it is built for training. */
function byNetwork(b: GraphBuilder, tensor: Tensor, { inner, taps, way }: Block): Outputs {
  const fields = { ...defaultsOf(stackFields), stack: 'mamba', expansion: 2 };
  const found = layoutOf(fields);
  if ('problem' in found) throw new Error('golden: the network mamba must be there');
  const { layout } = found;
  const kept: ValueId[] = [];
  const flow: Flow = { along: 'time', mode: null, take: () => null, keep: (after) => void kept.push(...after) };
  const { implementation, values } = way;
  const place: Place = { layout, layer: 0, layers: 1, longest: 1, model: s6, implementation, values };
  const parts = itemAt(itemAt(layout.blocks, 0), 0).parts;
  const y = chain(b, tensor('x'), parts, '', place, flow);
  const up = b.read(b.program.variable('gate/up/weight', { shape: [2 * inner, inner / 2], dtype: 'f32' }, 'weight'));
  const [into] = op.split(b, op.linear(b, tensor('x'), up), 2, [inner, inner]);
  return { y, conv_state: columnsFirst(b, lastInputs(b, into, null, taps)), ssm_state: itemAt(kept, 1) };
}

const inNetwork = (weights: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(weights).map(([name, from]) => [`gate/mixer/${name}`, from]));

/** Time steps and their biases from even draws. */
function stepStart(b: GraphBuilder, { config }: GoldenLayerCase, tensor: Tensor): Outputs {
  const [low, high] = [Math.log(Number(config['dt_min'])), Math.log(Number(config['dt_max']))];
  const drawn = op.exp(b, op.affine(b, tensor('u'), high - low, low));
  const [count = 1] = b.shape(drawn);
  const dt = op.max(b, drawn, op.constant(b, [count], Number(config['dt_init_floor'])));
  const rest = op.neg(b, op.unary(b, 'expm1', op.neg(b, dt)));
  return { dt, dt_bias: op.add(b, dt, op.log(b, rest)) };
}

const mambaCases: Recipes = (test) => {
  const { config, inputs, params } = test;
  if ('dt_min' in config) return [{ title: 'ops', weights: {}, build: (b, tensor) => stepStart(b, test, tensor) }];
  const [inner, taps] = sizesOf(config, ['d_inner', 'd_conv']);
  const values = { modes: Number(config['N']), rank: Number(config['dt_rank']) };
  const isPlain = Object.keys(params).length === 9 && config['bias'] === false && !('conv_state0' in inputs);
  return othersFromState(test, waysOf('s6', inner, inner, values)).flatMap((way): readonly GoldenRecipe[] => {
    const block: Block = { inner, taps, way };
    const parts: GoldenRecipe = {
      title: way.implementation,
      weights: mixerWeights,
      build: (b, tensor) => byParts(b, test, tensor, block),
    };
    const network: GoldenRecipe = {
      title: `network, ${way.implementation}`,
      weights: {
        ...inNetwork(mixerWeights),
        'gate/up/weight': ['in_proj.weight'],
        'gate/conv/weight': ['conv1d.weight'],
        'gate/conv/bias': ['conv1d.bias'],
        'gate/down/weight': ['out_proj.weight'],
      },
      build: (b, tensor) => byNetwork(b, tensor, block),
    };
    return isPlain ? [parts, network] : [parts];
  });
};

/** By the name of the file. */
export const selectiveRecipes: Readonly<Record<string, Recipes>> = { s6: s6Cases, mamba_block: mambaCases };
