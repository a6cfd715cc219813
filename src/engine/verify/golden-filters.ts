// Golden vectors of long filters: Hyena with its filters, positions and windows; S4 with its kernel and initial values; H3 with its states.
import { itemAt } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { h3 } from '../models/h3.ts';
import { headMask } from '../models/head-blocks.ts';
import { hyena } from '../models/hyena.ts';
import { featuresOf, implicitFilters, relativeDistances, windowOf, windowRates } from '../models/implicit-filter.ts';
import { legsFrequencies, legsScale } from '../models/initialisers/hippo.ts';
import { initialiser } from '../models/initialisers/registry.ts';
import type { MixerConfig } from '../models/model.ts';
import { s4 } from '../models/s4.ts';
import * as op from '../ops/functional.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { sizesOf, tensorIn } from './golden-read.ts';
import { loopsFromState, waysOf } from './golden-ways.ts';

type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];

/** [rows, columns] -> [columns, rows]. */
function transposed(b: GraphBuilder, x: ValueId): ValueId {
  const [rows = 1] = b.shape(x);
  return op.matmul(b, x, headMask(b, rows, 1), { transA: true });
}

/** Positions, distances, rates and windows from sizes alone. */
function positions({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const length = Number(config['l_max']);
  const count = Number(config['d_model']) * (Number(config['order']) - 1);
  const bands = (Number(config['emb_dim']) - 1) / 2;
  const build: GoldenRecipe['build'] = (b) => ({
    z: featuresOf(b, length, bands),
    t: op.reshape(b, relativeDistances(b, length), [length]),
    deltas: op.neg(b, op.reshape(b, windowRates(b, count), [count])),
    decay: windowOf(b, length, count),
  });
  return [{ title: 'ops', weights: {}, build }];
}

/** Fields of the model for the sizes of a case. */
const hyenaValues = ({ config, params }: GoldenLayerCase): FieldValues => ({
  order: Number(config['order']),
  filterWidth: Number(config['filter_order']),
  filterLayers: Number(config['num_inner_mlps']),
  bands: (Number(config['emb_dim']) - 1) / 2,
  window: config['modulate'] === true,
  windowShift: Number(config['shift']),
  learnFeatures: 'z' in params,
});

function hyenaWeights({ config, params }: GoldenLayerCase): GoldenRecipe['weights'] {
  const weights: Record<string, readonly string[]> = {
    in: ['in_proj.weight'],
    inBias: ['in_proj.bias'],
    short: ['short_filter.weight'],
    shortBias: ['short_filter.bias'],
    frequency: ['freq'],
    filterOut: ['mlp_out.weight'],
    skip: ['filter_bias'],
    ...('z' in params ? { features: ['z'] } : {}),
  };
  for (let layer = 0; layer <= Number(config['num_inner_mlps']); layer++) {
    weights[`filter${layer}`] = [`mlp${layer}.weight`];
    weights[`filterBias${layer}`] = [`mlp${layer}.bias`];
  }
  return weights;
}

const hyenaCases: Recipes = (test) => {
  const { config, params, outputs } = test;
  if (Object.keys(params).length === 0) return positions(test);
  const [width, order, longest] = sizesOf(config, ['d_model', 'order', 'l_max']);
  const time = itemAt(tensorIn(outputs, 'k').shape, 2);
  return loopsFromState(test, waysOf('hyena', width, width, hyenaValues(test))).map((way) => ({
    title: way.implementation,
    weights: hyenaWeights(test),
    build: (b, tensor) => {
      const one = { ...way, longest };
      const { y } = hyena.parallel(b, tensor('x'), null, one);
      const filters = implicitFilters(b, { length: longest, width, count: order - 1 }, one.values).map((filter) =>
        op.reshape(b, transposed(b, op.slice(b, filter, 0, 0, time)), [1, width, time]),
      );
      const k = filters.length === 1 ? (filters[0] ?? y) : op.concat(b, filters, 0);
      return { y: op.linear(b, y, tensor('out_proj.weight'), tensor('out_proj.bias')), k };
    },
  }));
};

/** Frequencies, rank-one part and input of HiPPO-LegS, which the program clips at 2. */
function legsStart({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const modes = Number(config['d_state']) / 2;
  const build: GoldenRecipe['build'] = (b) => {
    const row = (values: readonly number[]): ValueId => {
      const numbers = values.map((value) => op.constant(b, [1], value));
      return numbers.length === 1 ? (numbers[0] ?? op.constant(b, [1], 0)) : op.concat(b, numbers, 0);
    };
    const scale = legsScale(2 * modes);
    return {
      A_re: op.constant(b, [modes], -0.5),
      A_im: row(legsFrequencies(2 * modes)),
      P: row(scale),
      B: row(scale.map((p) => Math.SQRT2 * p)),
    };
  };
  return [{ title: 'ops', weights: {}, build }];
}

/** The response of every channel to a one at the first step, without what passes beside the state: [H, T]. */
function impulseResponse(b: GraphBuilder, way: MixerConfig, time: number): ValueId {
  const { hidden } = way;
  const first = op.constant(b, [1, 1, hidden], 1);
  const impulse = time === 1 ? first : op.pad(b, first, 1, 0, time);
  const { y } = s4.parallel(b, impulse, null, way);
  const skip = b.parameter('skip', { shape: [hidden], dtype: 'f32' }, initialiser('zeros', {}));
  return transposed(b, op.reshape(b, op.sub(b, y, op.mul(b, impulse, skip)), [time, hidden]));
}

const s4Cases: Recipes = (test) => {
  const { config, inputs } = test;
  if ('d_state' in config) return legsStart(test);
  const [B, T, H, N] = sizesOf(config, ['B', 'T', 'H', 'N']);
  return loopsFromState(test, waysOf('s4', H, H, { modes: N })).map((way) => ({
    title: way.implementation,
    weights: {
      ...{ logStep: ['log_dt'], logDecay: ['log_A_real'], frequency: ['A_imag'], skip: ['D'] },
      ...{ rankRe: ['P_re'], rankIm: ['P_im'], inRe: ['B_re'], inIm: ['B_im'], outRe: ['C_re'], outIm: ['C_im'] },
    },
    build: (b, tensor) => {
      const parts =
        'x0_re' in inputs ? ['x0_re', 'x0_im'].map((name) => op.reshape(b, tensor(name), [B, 1, H * N])) : [];
      const { y, state } = s4.parallel(b, tensor('u'), parts.length === 0 ? null : [op.concat(b, parts, 1)], way);
      const [re, im] = op.split(b, itemAt(state, 0), 1, [1, 1]);
      const last = (x: ValueId): ValueId => op.reshape(b, x, [B, H, N]);
      return { y, K: impulseResponse(b, way, T), x_last_re: last(re), x_last_im: last(im) };
    },
  }));
};

/** [B, M, D] with the newest first and channels before it, as the files have it: our rows are the oldest first. */
function turnedRows(b: GraphBuilder, x: ValueId, to: readonly number[]): ValueId {
  const rows = b.shape(x)[1] ?? 1;
  const [batch = 1, , width = 1] = b.shape(x);
  const each = Array.from({ length: rows }, (_, i) => op.slice(b, x, 1, rows - 1 - i, 1));
  const columns = each.map((row) => op.reshape(b, row, [batch, width, 1]));
  return op.reshape(b, columns.length === 1 ? (columns[0] ?? x) : op.concat(b, columns, 2), to);
}

/** [B, D, M], newest first -> [B, M, D], oldest first. */
function asRows(b: GraphBuilder, x: ValueId): ValueId {
  const [batch = 1, width = 1, rows = 1] = b.shape(x);
  const each = Array.from({ length: rows }, (_, i) =>
    op.reshape(b, op.slice(b, x, 2, rows - 1 - i, 1), [batch, 1, width]),
  );
  return each.length === 1 ? (each[0] ?? x) : op.concat(b, each, 1);
}

const h3Weights: GoldenRecipe['weights'] = {
  weight: ['q_proj.weight', 'k_proj.weight', 'v_proj.weight'],
  bias: ['q_proj.bias', 'k_proj.bias', 'v_proj.bias'],
  shiftIn: ['shift.B^T'],
  shiftOut: ['shift.C^T'],
  shiftSkip: ['shift.D'],
  ...{ logStep: ['log_dt'], logDecay: ['inv_A_real'], frequency: ['A_imag'], skip: ['D'] },
  ...{ inRe: ['B_re'], inIm: ['B_im'], outRe: ['C_re'], outIm: ['C_im'] },
};

const h3Cases: Recipes = (test) => {
  const { config, inputs, outputs } = test;
  const width = Number(config['d_model']);
  const batch = Number(config['B']);
  const values = {
    head: Number(config['head_dim']),
    shift: Number(config['N_shift']),
    modes: Number(config['N']),
    rule: String(config['disc']),
  };
  return loopsFromState(test, waysOf('h3', width, width, values)).map((way) => ({
    title: way.implementation,
    weights: h3Weights,
    build: (b, tensor) => {
      const modes = (): ValueId => {
        const parts = ['state0_re', 'state0_im'].map((name) =>
          op.reshape(b, tensor(name), [batch, 1, values.head * width * values.modes]),
        );
        return op.concat(b, parts, 1);
      };
      const given = 'state_k0' in inputs ? [asRows(b, tensor('state_k0')), modes()] : null;
      const { y, state } = h3.parallel(b, tensor('x'), given, way);
      const [re, im] = op.split(b, itemAt(state, 1), 1, [1, 1]);
      const last = (x: ValueId): ValueId => op.reshape(b, x, tensorIn(outputs, 'state_re').shape);
      return {
        y: op.linear(b, y, tensor('output_linear.weight'), tensor('output_linear.bias')),
        state_k: turnedRows(b, itemAt(state, 0), tensorIn(outputs, 'state_k').shape),
        state_re: last(re),
        state_im: last(im),
      };
    },
  }));
};

/** By the name of the file. */
export const filterRecipes: Readonly<Record<string, Recipes>> = { hyena: hyenaCases, s4_dplr: s4Cases, h3: h3Cases };
