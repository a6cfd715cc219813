// Golden vectors of structured and selective state spaces: S4D and S5 by their models in every implementation, with their kernels, starts and
// initial values.
import { itemAt } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import { product } from '../models/complex-state.ts';
import { discretised } from '../models/diagonal.ts';
import { blockDiagonal } from '../models/head-blocks.ts';
import { initialiser } from '../models/initialisers/registry.ts';
import type { MixerConfig } from '../models/model.ts';
import { s4d } from '../models/s4d.ts';
import { s5 } from '../models/s5.ts';
import { fixedComplexScan } from '../ops/cells.ts';
import * as op from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { sizesOf } from './golden-read.ts';
import { othersFromState, waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

const fromOps = (build: GoldenRecipe['build']): readonly GoldenRecipe[] => [{ title: 'ops', weights: {}, build }];

/** [R, C] -> [C, R]. */
function transposed(b: GraphBuilder, x: ValueId): ValueId {
  const [rows = 1] = b.shape(x);
  return op.matmul(b, x, blockDiagonal(b, op.constant(b, [rows, 1, 1], 1)), { transA: true });
}

/** The numbers of a law that draws nothing. */
function listed(b: GraphBuilder, law: Initialiser): ValueId {
  if (law.kind !== 'listed') throw new Error(`golden: a list of numbers is required, got ${law.kind}`);
  const numbers = law.values.map((value) => op.constant(b, [1], value));
  return op.concat(b, numbers, 0);
}

/** Real and imaginary parts with which the modes of S4D start. */
function modesStart(b: GraphBuilder, modes: number, start: string): Outputs {
  if (start === 'real') {
    const size = op.exp(b, listed(b, initialiser('mamba-decay', { size: modes })));
    return { A_re: op.neg(b, size), A_im: op.constant(b, [modes], 0) };
  }
  const laws = { lin: 's4d-lin', inv: 's4d-inv', legs: 'legs-frequency' } as const;
  return {
    A_re: op.constant(b, [modes], -0.5),
    A_im: listed(b, initialiser(laws[start as keyof typeof laws], { modes })),
  };
}

/** The response of every channel to a one at the first step, without what passes beside the state: [H, T]. */
function kernelOf(b: GraphBuilder, way: MixerConfig, time: number): ValueId {
  const { hidden } = way;
  const first = op.constant(b, [1, 1, hidden], 1);
  const impulse = time === 1 ? first : op.pad(b, first, 1, 0, time);
  const { y } = s4d.parallel(b, impulse, null, way);
  const skip = b.parameter('skip', { shape: [hidden], dtype: 'f32' }, initialiser('zeros', {}));
  const state = op.sub(b, y, op.mul(b, impulse, skip));
  return transposed(b, op.reshape(b, state, [time, hidden]));
}

function s4dStart(test: GoldenLayerCase, b: GraphBuilder, tensor: Tensor): readonly ValueId[] | null {
  const [B, H, N] = sizesOf(test.config, ['B', 'H', 'N']);
  if ('x0' in test.inputs) return [op.reshape(b, tensor('x0'), [B, H * N])];
  if (!('x0_re' in test.inputs)) return null;
  const parts = ['x0_re', 'x0_im'].map((name) => op.reshape(b, tensor(name), [B, H * N]));
  return [op.reshape(b, op.concat(b, parts, 1), [B, 2, H * N])];
}

function s4dLast(b: GraphBuilder, { config }: GoldenLayerCase, last: ValueId): Outputs {
  const shape = sizesOf(config, ['B', 'H', 'N']);
  const [B, H, N] = shape;
  if (config['real'] === true) return { x_last: op.reshape(b, last, shape) };
  const [re, im] = op.split(b, op.reshape(b, last, [B, 2 * H * N]), 1, [H * N, H * N]);
  return { x_last_re: op.reshape(b, re, shape), x_last_im: op.reshape(b, im, shape) };
}

/** GELU and a gated linear unit behind the filter, as the published layer has them. */
function gatedUnit(b: GraphBuilder, tensor: Tensor, y: ValueId, width: number): ValueId {
  const weight = tensor('output_linear.weight');
  const [open, gate] = op.split(b, op.linear(b, op.geluErf(b, y), weight, tensor('output_linear.bias')), 2, [
    width,
    width,
  ]);
  return op.mul(b, open, op.sigmoid(b, gate));
}

const weightsOf = (params: GoldenLayerCase['params'], names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).flatMap(([name, from]) => (from in params ? [[name, [from]]] : [])));

const s4dCases: Recipes = (test) => {
  const { config, params } = test;
  if ('d_state' in config) return fromOps((b) => modesStart(b, Number(config['d_state']) / 2, String(config['init'])));
  const width = Number(config['H']);
  const start = config['real'] === true ? 'real' : 'lin';
  const learnsIn = 'B' in params || 'B_re' in params;
  const values = { modes: Number(config['N']), start, learnsIn, rule: String(config['disc']) };
  const names = {
    ...{ logStep: 'log_dt', logDecay: 'log_A_real', frequency: 'A_imag', skip: 'D' },
    ...{ out: 'C', outRe: 'C_re', outIm: 'C_im', in: 'B', inRe: 'B_re', inIm: 'B_im' },
  };
  return othersFromState(test, waysOf('s4d', width, width, values)).map((way) => ({
    title: way.implementation,
    weights: weightsOf(params, names),
    build: (b, tensor) => {
      const { y, state } = s4d.parallel(b, tensor('u'), s4dStart(test, b, tensor), way);
      return {
        y: config['glu'] === true ? gatedUnit(b, tensor, y, width) : y,
        K: kernelOf(b, way, Number(config['T'])),
        ...s4dLast(b, test, itemAt(state, 0)),
      };
    },
  }));
};

/** S5 without conjugate pairs: a state stands for itself alone. */
function unpaired(b: GraphBuilder, tensor: Tensor, states: number): Outputs {
  const A = { re: tensor('Lambda_re'), im: tensor('Lambda_im') };
  const { decay, gain } = discretised(b, A, op.exp(b, tensor('log_step')), { rule: 'zoh' });
  const u = tensor('u');
  const inner = { re: op.linear(b, u, tensor('B_re')), im: op.linear(b, u, tensor('B_im')) };
  const added = product(b, inner, gain);
  const { y: h, final } = fixedComplexScan(b, op.concat(b, [added.re, added.im], 2), decay, null);
  const [re, im] = op.split(b, h, 2, [states, states]);
  const read = op.sub(b, op.linear(b, re, tensor('C_re')), op.linear(b, im, tensor('C_im')));
  const [lastRe, lastIm] = op.split(b, final[0], 1, [states, states]);
  return { y: op.add(b, read, op.mul(b, u, tensor('D'))), x_last_re: lastRe, x_last_im: lastIm };
}

const s5Cases: Recipes = (test) => {
  const { config, inputs } = test;
  const [width, states, batch] = [Number(config['H']), Number(config['P']), Number(config['B'])];
  if (config['factor'] === 1) return fromOps((b, tensor) => unpaired(b, tensor, states));
  return othersFromState(test, waysOf('s5', width, states, { rule: String(config['disc']) })).map((way) => ({
    title: way.implementation,
    weights: {
      ...{ logStep: ['log_step'], decayRate: ['Lambda_re'], frequency: ['Lambda_im'], skip: ['D'] },
      ...{ inRe: ['B_re'], inIm: ['B_im'], outRe: ['C_re'], outIm: ['C_im'] },
    },
    build: (b, tensor) => {
      const start = (): ValueId => op.concat(b, [tensor('x0_re'), tensor('x0_im')], 1);
      const given = 'x0_re' in inputs ? [op.reshape(b, start(), [batch, 2, states])] : null;
      const { y, state } = s5.parallel(b, tensor('u'), given, way);
      const [re, im] = op.split(b, op.reshape(b, itemAt(state, 0), [batch, 2 * states]), 1, [states, states]);
      return { y, x_last_re: re, x_last_im: im };
    },
  }));
};

/** By the name of the file. */
export const structuredRecipes: Readonly<Record<string, Recipes>> = { s4d: s4dCases, s5: s5Cases };
