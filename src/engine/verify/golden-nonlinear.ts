// Golden vectors of recurrences that are not linear in their state: sLSTM, as an op and as a layer, DEER in every implementation of its cells,
// and methods for differential equations.
import { itemsOf } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { headMask } from '../models/head-blocks.ts';
import { advance, methodOf } from '../models/integrator.ts';
import { findModel } from '../models/registry.ts';
import { slstm } from '../models/slstm.ts';
import { competition } from '../models/species.ts';
import * as op from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { tensorIn } from './golden-read.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

/** The published states: sums scaled by a running maximum (weight 0 in the loss). This program carries the mean and the logarithm of its weights. */
const publishedStates = ['c', 'n', 'm'];

/** gates [.., 4, heads, d] -> [.., heads, 4, d]: as this program has them. */
function byHeads(b: GraphBuilder, x: ValueId): ValueId {
  const shape = b.shape(x);
  const [heads = 1, d = 1] = shape.slice(-2);
  const axis = shape.length - 3;
  const gates = op.split(b, x, axis, [1, 1, 1, 1]);
  const turned = gates.map((gate) => op.reshape(b, gate, [...shape.slice(0, axis), heads, 1, d]));
  return op.concat(b, turned, axis + 1);
}

/** R [heads, in, 4, out] -> [heads, 4 out, in]. */
function recurrentOf(b: GraphBuilder, x: ValueId): ValueId {
  const [heads = 1, d = 1] = b.shape(x);
  const ones = Array.from({ length: heads }, () => 1);
  const identity = headMask(b, d, 1);
  const blocks = (heads === 1 ? [x] : op.split(b, x, 0, ones)).map((block) => {
    const turned = op.matmul(b, op.reshape(b, block, [d, 4 * d]), identity, { transA: true });
    return op.reshape(b, turned, [1, 4 * d, d]);
  });
  return heads === 1 ? (blocks[0] ?? x) : op.concat(b, blocks, 0);
}

/** C and n without their scale, where the case asks for them. */
function sumsOf(b: GraphBuilder, { outputs }: GoldenLayerCase, mean: ValueId, weight: ValueId): Outputs {
  if (!('n_true' in outputs)) return {};
  const shape = outputs['n_true']?.shape ?? [];
  const n = op.exp(b, weight);
  return { n_true: op.reshape(b, n, shape), c_true: op.reshape(b, op.mul(b, mean, n), shape) };
}

function cellOf(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const [batch, time, , heads, d] = itemsOf(tensorIn(test.inputs, 'W').shape, 5);
  const H = heads * d;
  const pre = op.add(b, tensor('W'), tensor('b'));
  const gx = op.reshape(b, byHeads(b, pre), [batch, time, 4 * H]);
  const flat = (name: string): ValueId => op.reshape(b, tensor(name), [batch, H]);
  const start = (): readonly ValueId[] => {
    const mean = op.div(b, flat('c0'), flat('n0'));
    return [flat('y0'), op.concat(b, [mean, op.add(b, flat('m0'), op.log(b, flat('n0')))], 1)];
  };
  const { y, final } = op.slstm(b, gx, recurrentOf(b, tensor('R')), 'c0' in test.inputs ? start() : null);
  const [mean = y, weight = y] = op.split(b, final[1] ?? y, 1, [H, H]);
  return { y: op.reshape(b, y, [batch, time, heads, d]), ...sumsOf(b, test, mean, weight) };
}

export const slstmCases: Recipes = (test) => {
  if ('W' in test.inputs)
    return [{ title: 'op', weights: {}, omits: publishedStates, build: (b, tensor) => cellOf(b, test, tensor) }];
  const { config } = test;
  const width = Number(config['D']);
  const values = { heads: Number(config['heads']), kernel: Number(config['kernel']) };
  return waysOf('slstm', width, width, values).map((way) => ({
    title: way.implementation,
    omits: publishedStates,
    weights: {
      conv: ['conv_weight'],
      convBias: ['conv_bias'],
      input: ['Wi'],
      forget: ['Wf'],
      content: ['Wz'],
      shown: ['Wo'],
      recurrent: ['R^T'],
      inputBias: ['b[0::4]'],
      forgetBias: ['b[1::4]'],
      contentBias: ['b[2::4]'],
      shownBias: ['b[3::4]'],
      norm: ['norm_weight'],
    },
    build: (b, tensor) => {
      const { y, state } = slstm.parallel(b, tensor('x'), null, way);
      return { y, ...sumsOf(b, test, state[1] ?? y, state[2] ?? y) };
    },
  }));
};

/** The states of a cell, whichever way they are computed. Errors of single iterations: models/deer.test.ts. */
export const deerCases: Recipes = ({ config }) => {
  const kind = config['cell'] === 'gru' ? 'gru' : 'elman';
  return waysOf(kind, Number(config['I']), Number(config['H']), {}).map((way) => ({
    title: way.implementation,
    omits: ['err_deer', 'err_quasi'],
    weights: { weightIh: ['weight_ih'], weightHh: ['weight_hh'], biasIh: ['bias_ih'], biasHh: ['bias_hh'] },
    build: (b, tensor) => ({ h: findModel(kind)?.parallel(b, tensor('x'), [tensor('h0')], way).y ?? tensor('x') }),
  }));
};

/** Two species from given numbers on; as a network with its constants as weights: models/ode.test.ts. */
export const odeCases: Recipes = ({ config, inputs }) => [
  {
    title: 'ops',
    weights: {},
    build: (b, tensor) => {
      const [batch, species] = itemsOf(tensorIn(inputs, 'x0').shape, 2);
      const flow = competition(b, { rate: tensor('r'), limit: tensor('iN'), harm: tensor('a') });
      const states = [tensor('x0')];
      for (let i = 0; i < Number(config['steps']); i++) {
        const stride = { all: Number(config['h']) };
        states.push(advance(b, methodOf(config['method']), states.at(-1) ?? tensor('x0'), stride, flow));
      }
      const rows = states.map((state) => op.reshape(b, state, [batch, 1, species]));
      return { x: op.concat(b, rows, 1) };
    },
  },
];
