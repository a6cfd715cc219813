// Golden vectors of running means: RWKV-4's kernel, its time and channel mixing, and Aaren. The files list the published states as well, sums
// scaled by a running maximum (weight 0 in the loss): this program carries the mean and the logarithm of its weights instead, which gives the same
// unscaled sums.
import { itemAt } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { aaren } from '../models/aaren.ts';
import { headMask } from '../models/head-blocks.ts';
import { channelMix } from '../models/parts/channel-mix.ts';
import { layoutOf } from '../models/presets/registry.ts';
import { rwkv4 } from '../models/rwkv4.ts';
import { stackFields } from '../models/stack-fields.ts';
import { wkv } from '../ops/cells.ts';
import * as op from '../ops/functional.ts';
import { defaultsOf } from '../spec/fields.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

const publishedStates = ['aa', 'bb', 'pp'];
const publishedSums = ['m', 'c', 'a'];

/** Sums a and b scaled by e^-m -> mean and logarithm of the weight. */
function unscaled(
  b: GraphBuilder,
  above: ValueId,
  below: ValueId,
  scale: ValueId,
): readonly [mean: ValueId, weight: ValueId] {
  return [op.div(b, above, below), op.add(b, scale, op.log(b, below))];
}

/** The state that a case starts from; null where it is empty. */
function startOf(b: GraphBuilder, { inputs }: GoldenLayerCase, tensor: Tensor): readonly ValueId[] | null {
  if (!('aa0' in inputs)) return null;
  return unscaled(b, tensor('aa0'), tensor('bb0'), tensor('pp0'));
}

/** The unscaled sums after the last step, where the case asks for them. */
function sumsOf(b: GraphBuilder, { outputs }: GoldenLayerCase, mean: ValueId, weight: ValueId): Outputs {
  if (!('num' in outputs)) return {};
  const den = op.exp(b, weight);
  return { num: op.mul(b, mean, den), den };
}

function kernelOf(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const width = Number(test.config['C']);
  const u = op.concat(b, [tensor('k'), tensor('v')], 2);
  const rates = { decay: op.neg(b, op.exp(b, tensor('time_decay'))), bonus: tensor('time_first') };
  const start = startOf(b, test, tensor);
  const { y, final } = wkv(b, u, rates, start && [op.concat(b, start, 1)]);
  const [mean, weight] = op.split(b, final[0], 1, [width, width]);
  return { y, ...sumsOf(b, test, mean, weight) };
}

function timeMix(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { config, inputs } = test;
  const width = Number(config['C']);
  const shift = config['time_shift'] === true;
  const mixtures = { mixKey: ['time_mix_k'], mixValue: ['time_mix_v'], mixGate: ['time_mix_r'] };
  return waysOf('rwkv4', width, width, { shift }).map((way) => ({
    title: way.implementation,
    omits: publishedStates,
    weights: {
      ...(shift ? mixtures : {}),
      key: ['key'],
      value: ['value'],
      gate: ['receptance'],
      decay: ['time_decay'],
      first: ['time_first'],
    },
    build: (b, tensor) => {
      const start = startOf(b, test, tensor);
      const [batch = 1] = b.shape(tensor('x'));
      const before = 'x_prev' in inputs ? [op.reshape(b, tensor('x_prev'), [batch, 1, width])] : [];
      const { y, state } = rwkv4.parallel(b, tensor('x'), start && [...start, ...before], way);
      return { y: op.linear(b, y, tensor('output')), ...sumsOf(b, test, itemAt(state, 0), itemAt(state, 1)) };
    },
  }));
}

/** The part of a block, in the layout of RWKV-4. */
function channelMixPart({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const shift = config['time_shift'] === true;
  const found = layoutOf({ ...defaultsOf(stackFields), stack: 'rwkv4' });
  if ('problem' in found) throw new Error('golden: the network rwkv4 must be there');
  const { layout } = found;
  const place = { layout, layer: 0, layers: 1, longest: 1, model: rwkv4, implementation: 'fused', values: {} };
  const part = { part: 'channel-mix', multiple: Number(config['hidden']) / Number(config['C']), shift } as const;
  const weights = { 'key/weight': ['key'], 'gate/weight': ['receptance'], 'value/weight': ['value'] };
  return [
    {
      title: 'part',
      weights: { ...weights, ...(shift ? { mixKey: ['time_mix_k'], mixGate: ['time_mix_r'] } : {}) },
      build: (b, tensor) => {
        const flow = { along: 'time', mode: null, take: () => null, keep: () => undefined } as const;
        return { y: channelMix.build(b, tensor('x'), part, place, flow) };
      },
    },
  ];
}

export const rwkvCases: Recipes = (test) => {
  if ('hidden' in test.config) return channelMixPart(test);
  if ('x' in test.inputs) return timeMix(test);
  return [{ title: 'op', weights: {}, omits: publishedStates, build: (b, tensor) => kernelOf(b, test, tensor) }];
};

/** Weights of a head, repeated for its channels [..., H d] -> [..., H]: the first of each. */
function firstOfHeads(b: GraphBuilder, x: ValueId, heads: number, size: number): ValueId {
  const [batch = 1] = b.shape(x);
  return op.reshape(b, op.slice(b, op.reshape(b, x, [batch, heads, size]), 2, 0, 1), [batch, heads]);
}

/** A = a e^m and C = c e^m from mean and weight [B, H d]. */
function aarenSums(b: GraphBuilder, { config, outputs }: GoldenLayerCase, mean: ValueId, weight: ValueId): Outputs {
  if (!('A' in outputs)) return {};
  const [heads, size] = [Number(config['H']), Number(config['d'])];
  const [batch = 1] = b.shape(mean);
  const sum = op.exp(b, weight);
  return {
    A: op.reshape(b, op.mul(b, mean, sum), [batch, heads, size]),
    C: firstOfHeads(b, sum, heads, size),
  };
}

function aarenOp(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const { config, inputs } = test;
  const [heads, size] = [Number(config['H']), Number(config['d'])];
  const width = heads * size;
  const mask = headMask(b, heads, size);
  const repeated = (x: ValueId): ValueId => op.matmul(b, x, mask);
  const [batch = 1, time = 1] = b.shape(tensor('s'));
  const u = op.concat(b, [repeated(tensor('s')), op.reshape(b, tensor('v'), [batch, time, width])], 2);
  const none = op.constant(b, [width], 0);
  const start = (): readonly ValueId[] => {
    const above = op.reshape(b, tensor('a0'), [batch, width]);
    return [op.concat(b, unscaled(b, above, repeated(tensor('c0')), repeated(tensor('m0'))), 1)];
  };
  const { y, final } = wkv(b, u, { decay: none, bonus: none }, 'm0' in inputs ? start() : null);
  const [mean, weight] = op.split(b, final[0], 1, [width, width]);
  return { o: op.reshape(b, y, [batch, time, heads, size]), ...aarenSums(b, test, mean, weight) };
}

export const aarenCases: Recipes = (test) => {
  const { config } = test;
  if (!('x' in test.inputs))
    return [{ title: 'op', weights: {}, omits: publishedSums, build: (b, tensor) => aarenOp(b, test, tensor) }];
  const width = Number(config['D']);
  return waysOf('aaren', width, width, { heads: Number(config['H']) }).map((way) => ({
    title: way.implementation,
    omits: publishedSums,
    weights: { query: ['q'], key: ['Wk'], value: ['Wv'] },
    build: (b, tensor) => {
      const { y, state } = aaren.parallel(b, tensor('x'), null, way);
      return { y: op.linear(b, y, tensor('Wo')), ...aarenSums(b, test, itemAt(state, 0), itemAt(state, 1)) };
    },
  }));
};
