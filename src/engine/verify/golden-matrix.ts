// Golden vectors of matrix states: linear attention, retention, GLA, HGRN2 and mLSTM, each as the recurrence alone and as the layer of its model.
import { itemAt, itemsOf } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gla } from '../models/gla.ts';
import { hgrn2, keyAndDecay } from '../models/hgrn2.ts';
import {
  overHead,
  readMatrices,
  matrixForms,
  type Answer,
  type Heads,
  type Matrices,
  type Read,
} from '../models/matrix-state.ts';
import { divisor, inUnits, logGates, mLstm } from '../models/mlstm.ts';
import { headDecays, retention, turnRows, turnsOf } from '../models/retention.ts';
import * as op from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { tensorIn } from './golden-read.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

const isOverTime = ({ id }: { readonly id: string }): boolean => id !== 'loop';

function headsOf({ inputs }: GoldenLayerCase): Heads {
  const [, , count, dk] = itemsOf(tensorIn(inputs, 'q').shape, 4);
  return { count, dk, dv: itemAt(tensorIn(inputs, 'v').shape, 3) };
}

/** [B, T, heads, d] -> [B, T, heads d]. */
function flat(b: GraphBuilder, x: ValueId): ValueId {
  const [batch = 1, time = 1, heads = 1, d = 1] = b.shape(x);
  return op.reshape(b, x, [batch, time, heads * d]);
}

/** And back. */
function apart(b: GraphBuilder, x: ValueId, heads: number): ValueId {
  const [batch = 1, time = 1, width = 1] = b.shape(x);
  return op.reshape(b, x, [batch, time, heads, width / heads]);
}

/** A recurrence alone in each form over time: what it reads, and what is made of its results. */
function recurrence(
  test: GoldenLayerCase,
  start: readonly string[],
  read: (b: GraphBuilder, tensor: Tensor, heads: Heads) => Read,
  outputs: (b: GraphBuilder, found: Answer, heads: Heads) => Outputs,
  withSums = false,
): readonly GoldenRecipe[] {
  const heads = headsOf(test);
  const given = start.every((name) => name in test.inputs);
  return matrixForms.filter(isOverTime).map(({ id }) => ({
    title: `op, ${id}`,
    weights: {},
    build: (b, tensor) => {
      const [rows, sums = null] = given ? start.map(tensor) : [];
      const before: Matrices | null = rows === undefined ? null : { rows, sums };
      return outputs(b, readMatrices(b, read(b, tensor, heads), heads, before, withSums, id), heads);
    },
  }));
}

const required = (value: ValueId | null): ValueId => {
  if (value === null) throw new Error('golden: sums must be asked for');
  return value;
};

export const linearAttentionCases: Recipes = (test) => {
  const { feature_map: map, normalize, eps, scale } = test.config;
  const phi = (b: GraphBuilder, x: ValueId): ValueId =>
    map === 'identity' ? flat(b, x) : op.affine(b, op.elu(b, flat(b, x)), 1, 1);
  return recurrence(
    test,
    normalize === true ? ['S0', 'z0'] : ['S0'],
    (b, tensor) => ({
      q: op.affine(b, phi(b, tensor('q')), Number(scale)),
      k: phi(b, tensor('k')),
      v: flat(b, tensor('v')),
      decay: null,
    }),
    (b, { y, weight, after }, heads): Outputs => {
      if (normalize !== true) return { y: apart(b, y, heads.count), S: after.rows };
      const below = overHead(b, op.affine(b, required(weight), 1, Number(eps)), heads, heads.dv);
      return { y: apart(b, op.div(b, y, below), heads.count), S: after.rows, z: required(after.sums) };
    },
    normalize === true,
  );
};

/** Both widths of the heads are those of a layer's matrices. */
const layerWidths = ({ inputs, params }: GoldenLayerCase, values: string): readonly [width: number, hidden: number] => [
  itemAt(tensorIn(inputs, 'x').shape, 2),
  itemAt(tensorIn(params, values).shape, 0),
];

export const retentionCases: Recipes = (test) => {
  const { config } = test;
  if ('x' in test.inputs) {
    const [width, hidden] = layerWidths(test, 'Wv');
    const time = itemAt(tensorIn(test.inputs, 'x').shape, 1);
    return waysOf('retention', width, hidden, { heads: Number(config['heads']) }).map((way) => ({
      title: way.implementation,
      weights: { query: ['Wq'], key: ['Wk'], value: ['Wv'], gate: ['Wg'] },
      build: (b, tensor) => {
        const { y, state } = retention.parallel(b, tensor('x'), null, way);
        return { y: op.linear(b, y, tensor('Wo')), S: turnRows(b, itemAt(state, 0), time - 1) };
      },
    }));
  }
  const turned = (b: GraphBuilder, x: ValueId, { count, dk }: Heads): ValueId =>
    config['rotate'] === true ? op.rotary(b, flat(b, x), turnsOf(dk, count * dk, Number(config['pos0']))) : flat(b, x);
  return recurrence(
    test,
    ['S0'],
    (b, tensor, heads) => ({
      q: op.affine(b, turned(b, tensor('q'), heads), heads.dk ** -0.5),
      k: turned(b, tensor('k'), heads),
      v: flat(b, tensor('v')),
      decay: { per: 'head', log: headDecays(b, heads.count, b.shape(tensor('q')).slice(0, 2)) },
    }),
    (b, { y, after }, heads) => ({ o: apart(b, y, heads.count), S: after.rows }),
  );
};

export const glaCases: Recipes = (test) => {
  if ('x' in test.inputs) {
    const [width, hidden] = layerWidths(test, 'Wv');
    const keys = itemAt(tensorIn(test.params, 'Wq').shape, 0);
    const values = { heads: Number(test.config['heads']), rank: Number(test.config['rank']), keys: keys / hidden };
    return waysOf('gla', width, hidden, values).map((way) => ({
      title: way.implementation,
      weights: {
        ...{ query: ['Wq'], key: ['Wk'], value: ['Wv'], gate: ['Wg'], readWeight: ['norm_weight'] },
        ...{ decayIn: ['Wgk1'], decayOut: ['Wgk2'], decayBias: ['bgk2'] },
      },
      build: (b, tensor) => {
        const { y, state } = gla.parallel(b, tensor('x'), null, way);
        return { y: op.linear(b, y, tensor('Wo')), S: itemAt(state, 0) };
      },
    }));
  }
  return recurrence(
    test,
    ['S0'],
    (b, tensor, { dk }) => ({
      q: op.affine(b, flat(b, tensor('q')), dk ** -0.5),
      k: flat(b, tensor('k')),
      v: flat(b, tensor('v')),
      decay: { per: 'key', log: flat(b, tensor('g')) },
    }),
    (b, { y, after }, heads) => ({ o: apart(b, y, heads.count), S: after.rows }),
  );
};

/** HGRN2's layer with the bound of the case; the model as first layer has none, and shares bounds between layers. */
function hgrn2Layer(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const count = Number(test.config['heads']);
  const d = Number(test.config['expand']);
  const x = tensor('x');
  const q = op.linear(b, x, tensor('Wq'));
  const bound = 'lower_bound' in test.inputs ? tensor('lower_bound') : null;
  const { k, log } = keyAndDecay(b, op.linear(b, x, tensor('Wf')), bound);
  const read: Read = {
    q: test.config['q_act'] === 'sigmoid' ? op.sigmoid(b, q) : op.silu(b, q),
    k,
    v: op.linear(b, x, tensor('Wi')),
    decay: { per: 'key', log },
  };
  const { y, after } = readMatrices(b, read, { count, dk: d, dv: d }, null, false, 'fused');
  const normed = op.rmsNorm(b, y, tensor('norm_weight'), Number(test.config['eps']));
  return { y: op.linear(b, normed, tensor('Wo')), S: after.rows };
}

export const hgrn2Cases: Recipes = (test) => {
  const { config, inputs } = test;
  if (!('x' in inputs))
    return recurrence(
      test,
      ['S0'],
      (b, tensor) => {
        const f = flat(b, tensor('f'));
        return {
          q: flat(b, tensor('q')),
          k: op.oneMinus(b, f),
          v: flat(b, tensor('v')),
          decay: { per: 'key', log: op.log(b, f) },
        };
      },
      (b, { y, after }, heads) => ({ o: apart(b, y, heads.count), S: after.rows }),
    );
  const ops: GoldenRecipe = { title: 'ops', weights: {}, build: (b, tensor) => hgrn2Layer(b, test, tensor) };
  if ('lower_bound' in inputs) return [ops];
  const [width, hidden] = layerWidths(test, 'Wi');
  const models = waysOf('hgrn2', width, hidden, { heads: Number(config['heads']), query: String(config['q_act']) });
  return [
    ops,
    ...models.map((way): GoldenRecipe => ({
      title: way.implementation,
      weights: { query: ['Wq'], forget: ['Wf'], input: ['Wi'], readWeight: ['norm_weight'] },
      build: (b, tensor) => {
        const { y, state } = hgrn2.parallel(b, tensor('x'), null, way);
        return { y: op.linear(b, y, tensor('Wo')), S: itemAt(state, 0) };
      },
    })),
  ];
};

/** State in its unit and, where the case asks for them, the true sums. */
function mLstmStates(
  b: GraphBuilder,
  { outputs }: GoldenLayerCase,
  { rows, sums }: Matrices,
  m: ValueId,
  { count, dk, dv }: Heads,
): Outputs {
  const given = { C: rows, n: required(sums), m };
  if (!('C_true' in outputs)) return given;
  const [batch = 1] = b.shape(m);
  const unit = op.reshape(b, op.exp(b, m), [batch, 1, count]);
  const times = (x: ValueId, size: number): ValueId => {
    const shape = b.shape(x);
    const wide = overHead(b, unit, { count, dk, dv }, size);
    return op.reshape(b, op.mul(b, op.reshape(b, x, [batch, 1, count * size]), wide), shape);
  };
  return { ...given, C_true: times(rows, dk * dv), n_true: times(required(sums), dk) };
}

function mLstmOp(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor, implementation: string): Outputs {
  const { config, inputs } = test;
  const heads = headsOf(test);
  const { count, dk, dv } = heads;
  const gates = logGates(b, op.concat(b, [tensor('i'), tensor('f')], 2), count);
  const started = 'C0' in inputs;
  const stable = inUnits(b, gates, started ? tensor('m0') : null, count);
  const worth = op.affine(b, op.exp(b, stable.gain), dk ** -0.5);
  const read: Read = {
    q: flat(b, tensor('q')),
    k: op.mul(b, flat(b, tensor('k')), overHead(b, worth, heads, dk)),
    v: flat(b, tensor('v')),
    decay: { per: 'head', log: stable.decay },
  };
  const before = started ? { rows: tensor('C0'), sums: tensor('n0') } : null;
  const { y, weight, after } = readMatrices(b, read, heads, before, true, implementation);
  const below = divisor(b, required(weight), stable.unit, Number(config['eps']));
  const h = op.div(b, y, overHead(b, below, heads, dv));
  return { h: apart(b, h, count), ...mLstmStates(b, test, after, stable.last, heads) };
}

export const mLstmCases: Recipes = (test) => {
  const { config, inputs } = test;
  if (!('x' in inputs))
    return matrixForms.filter(isOverTime).map(({ id }) => ({
      title: `op, ${id}`,
      weights: {},
      build: (b, tensor) => mLstmOp(b, test, tensor, id),
    }));
  const [width, hidden] = [itemAt(tensorIn(inputs, 'x').shape, 2), Number(config['inner'])];
  const count = Number(config['heads']);
  const heads: Heads = { count, dk: hidden / count, dv: hidden / count };
  return waysOf('mLstm', width, hidden, { heads: count }).map((way) => ({
    title: way.implementation,
    weights: {
      inner: [`proj_up[0:${hidden}]`],
      gate: [`proj_up[${hidden}:]`],
      ...{ conv: ['conv_weight'], convBias: ['conv_bias'], query: ['q_proj'], key: ['k_proj'], value: ['v_proj'] },
      ...{ gates: ['igate_weight', 'fgate_weight'], inputBias: ['igate_bias'], forgetBias: ['fgate_bias'] },
      ...{ readWeight: ['outnorm_weight'], skip: ['learnable_skip'] },
    },
    build: (b, tensor) => {
      const { y, state } = mLstm.parallel(b, tensor('x'), null, way);
      const [rows, sums, m] = [itemAt(state, 0), itemAt(state, 1), itemAt(state, 2)];
      const found = mLstmStates(b, test, { rows, sums }, m, heads);
      return { y: op.linear(b, y, tensor('proj_down')), ...found };
    },
  }));
};
