// Golden vectors of the zoo's recurrences with elementwise state (docs/user/zoo.md): the model of each in every implementation, and forms of the
// published code that no model has, made of ops. Those of running means are in golden-means.ts.
import { itemAt, itemsOf } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gilr } from '../models/gilr.ts';
import { blockDiagonal } from '../models/head-blocks.ts';
import { hgrnComplex } from '../models/hgrn-complex.ts';
import { lowerBound } from '../models/hgrn.ts';
import { lru } from '../models/lru.ts';
import type { MixerOutput } from '../models/model.ts';
import { rgLru } from '../models/rg-lru.ts';
import { slru } from '../models/slru.ts';
import { sru } from '../models/sru.ts';
import { gilr as gilrCell, hgrnComplex as hgrnComplexCell } from '../ops/cells.ts';
import * as op from '../ops/functional.ts';
import { aarenCases, rwkvCases } from './golden-means.ts';
import { selectiveRecipes } from './golden-selective.ts';
import { structuredRecipes } from './golden-structured.ts';
import { filterRecipes } from './golden-filters.ts';
import { glaCases, hgrn2Cases, linearAttentionCases, mLstmCases, retentionCases } from './golden-matrix.ts';
import { deerCases, odeCases, slstmCases } from './golden-nonlinear.ts';
import { ternaryCases } from './golden-ternary.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { tensorIn } from './golden-read.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];
type Outputs = Readonly<Record<string, ValueId>>;

/** Carried states of the case; null where it begins from nothing. */
const given = ({ inputs }: GoldenLayerCase, tensor: Tensor, names: readonly string[]): readonly ValueId[] | null =>
  names.every((name) => name in inputs) ? names.map(tensor) : null;

const fromOps = (build: GoldenRecipe['build']): readonly GoldenRecipe[] => [{ title: 'ops', weights: {}, build }];

/** An LSTM whose gates read a GILR instead of its own result: f | i | o | z from [h~ | x], and no tanh behind the cell. */
function gilrLstm(b: GraphBuilder, tensor: Tensor, hidden: number): Outputs {
  const x = tensor('x');
  const side = (weight: string, bias: string): ValueId => op.linear(b, x, tensor(weight), tensor(bias));
  const inner = gilrCell(b, op.concat(b, [side('U', 'b'), side('V', 'c')], 2), null, 'tanh');
  const all = op.linear(b, op.concat(b, [inner.y, x], 2), tensor('W'), tensor('bW'));
  const [f, i, o, z] = op.split(b, all, 2, [hidden, hidden, hidden, hidden]);
  const c = op.linearScan(b, op.sigmoid(b, f), op.mul(b, op.sigmoid(b, i), op.tanh(b, z)));
  return { h: op.mul(b, op.sigmoid(b, o), c.y), cN: c.final[0], hN: inner.final[0] };
}

const gilrCases: Recipes = (test) => {
  const { config, params } = test;
  const hidden = Number(config['H']);
  if ('W' in params) return fromOps((b, tensor) => gilrLstm(b, tensor, hidden));
  const values = { activation: String(config['activation']) };
  return waysOf('gilr', Number(config['I']), hidden, values).map((way) => ({
    title: way.implementation,
    weights: { weight: ['U', 'V'], bias: ['b', 'c'] },
    build: (b, tensor) => ({ h: gilr.parallel(b, tensor('x'), given(test, tensor, ['h0']), way).y }),
  }));
};

const sruCases: Recipes = (test) => {
  const { config } = test;
  const width = Number(config['D']);
  const peephole = config['peephole'] === true;
  return waysOf('sru', width, width, { peephole, scale: Number(config['scale_x']) }).map((way) => ({
    title: way.implementation,
    weights: { weight: ['W'], bias: ['bias'], ...(peephole ? { peephole: ['weight_c'] } : {}) },
    build: (b, tensor) => {
      const { y, state } = sru.parallel(b, tensor('x'), given(test, tensor, ['c0']), way);
      return { h: y, cN: itemAt(state, 0) };
    },
  }));
};

/** RG-LRU with beginnings of documents anywhere: there nothing is kept, and the input passes whole. */
function packedRgLru(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const { inputs, config } = test;
  const width = Number(config['W']);
  const x = tensor('x');
  const gate = (name: string): ValueId => {
    const bias = op.reshape(b, tensor(`${name}.b`), [width]);
    return op.sigmoid(b, op.matmul(b, x, blockDiagonal(b, tensor(`${name}.w`)), { bias }));
  };
  const rate = op.affine(b, op.softplus(b, tensor('a_param')), -8);
  const decay = op.mul(b, gate('a_gate'), rate);
  const share = op.sqrt(b, op.neg(b, op.unary(b, 'expm1', op.affine(b, decay, 2))));
  const longest = Math.max(...tensorIn(inputs, 'segment_pos').data) + 1;
  const isFirst = op.pad(b, op.constant(b, [1, width], 1), 0, 0, longest);
  const begins = op.embedding(b, tensor('segment_pos'), isFirst);
  const goesOn = op.oneMinus(b, begins);
  const keep = op.mul(b, op.exp(b, decay), goesOn);
  const taken = op.add(b, op.mul(b, share, goesOn), begins);
  const added = op.mul(b, taken, op.mul(b, gate('input_gate'), x));
  const { y, final } = op.linearScan(b, keep, added, given(test, tensor, ['h0']));
  return { y, h_last: final[0] };
}

const rgLruCases: Recipes = (test) => {
  const { inputs, config } = test;
  const width = Number(config['W']);
  const places = tensorIn(inputs, 'segment_pos');
  const [batch, time] = itemsOf(places.shape, 2);
  const ops = fromOps((b, tensor) => packedRgLru(b, test, tensor));
  const begins = places.data.filter((_, i) => i % time === 0);
  const isWhole = places.data.every((place, i) => place !== 0 || i % time === 0);
  if (!isWhole || new Set(begins.map((place) => place === 0)).size > 1) return ops;
  const models = waysOf('rgLru', width, width, { heads: Number(config['heads']) }).map((way): GoldenRecipe => ({
    title: way.implementation,
    weights: {
      inputGate: ['input_gate.w'],
      inputGateBias: ['input_gate.b'],
      decayGate: ['a_gate.w'],
      decayGateBias: ['a_gate.b'],
      decay: ['a_param'],
    },
    build: (b, tensor) => {
      const before = given(test, tensor, ['h0'])?.[0];
      const begun = op.constant(b, [batch, 1], begins[0] === 0 ? 0 : 1);
      const { y, state } = rgLru.parallel(b, tensor('x'), before === undefined ? null : [before, begun], way);
      return { y, h_last: itemAt(state, 0) };
    },
  }));
  return [...ops, ...models];
};

/** nu and gamma from even draws, and theta where there are some. */
function ringStart(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const { config, inputs } = test;
  const [low, high] = [Number(config['r_min']) ** 2, Number(config['r_max']) ** 2];
  const u = tensor('u_nu' in inputs ? 'u_nu' : 'u');
  const nu = op.log(b, op.affine(b, op.log(b, op.affine(b, u, high - low, low)), -0.5));
  const rest = op.neg(b, op.unary(b, 'expm1', op.affine(b, op.exp(b, nu), -2)));
  const start = { nu_log: nu, gamma_log: op.affine(b, op.log(b, rest), 0.5) };
  if (!('u_theta' in inputs)) return start;
  return { ...start, theta_log: op.log(b, op.affine(b, tensor('u_theta'), Number(config['max_phase']))) };
}

/** The block of LRU: norm, GELU, a gated linear unit, residual. */
function lruBlock(b: GraphBuilder, tensor: Tensor, eps: number, mix: (x: ValueId) => MixerOutput): MixerOutput {
  const x = tensor('x');
  const { y, state } = mix(op.layerNorm(b, x, tensor('norm.weight'), tensor('norm.bias'), eps));
  const inside = op.gelu(b, y);
  const side = (name: string): ValueId => op.linear(b, inside, tensor(`${name}.weight`), tensor(`${name}.bias`));
  return { y: op.add(b, x, op.mul(b, side('out1'), op.sigmoid(b, side('out2')))), state };
}

const lruCases: Recipes = (test) => {
  const { config } = test;
  if ('u_nu' in test.inputs) return fromOps((b, tensor) => ringStart(b, test, tensor));
  const [width, hidden] = [Number(config['H']), Number(config['N'])];
  return waysOf('lru', width, hidden, {}).map((way) => ({
    title: way.implementation,
    weights: {
      nu: ['nu_log'],
      theta: ['theta_log'],
      gamma: ['gamma_log'],
      inRe: ['B_re'],
      inIm: ['B_im'],
      outRe: ['C_re'],
      outIm: ['C_im'],
      skip: ['D'],
    },
    build: (b, tensor) => {
      const parts = given(test, tensor, ['h0_re', 'h0_im']);
      const [batch = 1] = b.shape(tensor('x'));
      const start = parts && [op.reshape(b, op.concat(b, parts, 1), [batch, 2, hidden])];
      const mix = (x: ValueId): MixerOutput => lru.parallel(b, x, start, way);
      const isBlock = config['block'] === true;
      const { y, state } = isBlock ? lruBlock(b, tensor, Number(config['ln_eps']), mix) : mix(tensor('x'));
      const [re, im] = op.split(b, op.reshape(b, itemAt(state, 0), [batch, 2 * hidden]), 1, [hidden, hidden]);
      return { y, h_last_re: re, h_last_im: im };
    },
  }));
};

const slruCases: Recipes = (test) => {
  const { config } = test;
  if ('u' in test.inputs) return fromOps((b, tensor) => ringStart(b, test, tensor));
  const bias = config['bias'] === true;
  return waysOf('slru', Number(config['H']), Number(config['N']), { bias }).map((way) => ({
    title: way.implementation,
    weights: {
      nu: ['nu_log'],
      gamma: ['gamma_log'],
      in: ['W_in'],
      out: ['W_out'],
      ...(bias ? { inBias: ['b_in'], outBias: ['b_out'] } : {}),
    },
    build: (b, tensor) => {
      const { y, state } = slru.parallel(b, tensor('x'), given(test, tensor, ['h0']), way);
      return { y, h_last: itemAt(state, 0) };
    },
  }));
};

/** [B, 2 H] real | imaginary -> [B, H, 2]. */
function paired(b: GraphBuilder, h: ValueId, hidden: number): ValueId {
  const [batch = 1] = b.shape(h);
  const parts = op.split(b, h, 1, [hidden, hidden]).map((part) => op.reshape(b, part, [batch, hidden, 1]));
  return op.concat(b, parts, 2);
}

/** Rows 2 j and 2 j + 1 of a matrix or a vector: even ones, then odd ones. */
function parted(b: GraphBuilder, x: ValueId): ValueId {
  const [rows = 2, ...rest] = b.shape(x);
  const halves = op.split(b, op.reshape(b, x, [rows / 2, 2, ...rest]), 1, [1, 1]);
  const flat = halves.map((half) => op.reshape(b, half, [rows / 2, ...rest]));
  return op.concat(b, flat, 0);
}

/** The complex layer of HGRN around its cell, from the bound of the case. */
function complexLayer(b: GraphBuilder, test: GoldenLayerCase, tensor: Tensor): Outputs {
  const width = Number(test.config['D']);
  const x = tensor('x');
  const u = op.linear(
    b,
    x,
    op.concat(b, [parted(b, tensor('Wi')), tensor('Wl')], 0),
    op.concat(b, [parted(b, tensor('bi')), tensor('bl')], 0),
  );
  const bound = given(test, tensor, ['lower_bound'])?.[0] ?? op.constant(b, [width], 0);
  const theta = tensor('theta');
  const turn = { bound, cos: op.unary(b, 'cos', theta), sin: op.unary(b, 'sin', theta) };
  const [h0] = given(test, tensor, ['h0']) ?? [];
  const [batch = 1] = b.shape(x);
  const halves = h0 === undefined ? [] : op.split(b, h0, 2, [1, 1]).map((half) => op.reshape(b, half, [batch, width]));
  const { y: h, final } = hgrnComplexCell(b, u, turn, halves.length === 0 ? null : [op.concat(b, halves, 1)]);
  const normed = op.layerNorm(b, h, tensor('ln_weight'), tensor('ln_bias'), Number(test.config['eps']));
  const gated = op.mul(b, normed, op.silu(b, op.linear(b, x, tensor('Wg'), tensor('bg'))));
  return { y: op.linear(b, gated, tensor('Wo'), tensor('bo')), hN: paired(b, final[0], width) };
}

/** HGRN's complex form, as a cell and as first layer, which has no bound; and the bounds of all layers. */
export const hgrnComplexCases: Recipes = (test) => {
  if ('Gamma' in test.params) {
    return fromOps((b, tensor) => {
      const [layers = 1, width = 1] = b.shape(tensor('Gamma'));
      const bounds = Array.from({ length: layers }, (_, l) =>
        l === 0 ? op.constant(b, [1, width], 0) : op.reshape(b, lowerBound(b, tensor('Gamma'), l), [1, width]),
      );
      return { lb: op.concat(b, bounds, 0) };
    });
  }
  const cell = fromOps((b, tensor) => complexLayer(b, test, tensor));
  if ('lower_bound' in test.inputs) return cell;
  const width = Number(test.config['D']);
  const models = waysOf('hgrnComplex', width, width, {}).map((way): GoldenRecipe => ({
    title: `model, ${way.implementation}`,
    weights: {
      weight: ['Wi[0::2]', 'Wi[1::2]', 'Wl', 'Wg'],
      bias: ['bi[0::2]', 'bi[1::2]', 'bl', 'bg'],
      theta: ['theta'],
      readWeight: ['ln_weight'],
      readBias: ['ln_bias'],
    },
    build: (b, tensor) => {
      const { y, state } = hgrnComplex.parallel(b, tensor('x'), null, way);
      const [batch = 1] = b.shape(y);
      const hN = paired(b, op.reshape(b, itemAt(state, 0), [batch, 2 * width]), width);
      return { y: op.linear(b, y, tensor('Wo'), tensor('bo')), hN };
    },
  }));
  return [...cell, ...models];
};

/** By the name of the file. */
export const zooRecipes: Readonly<Record<string, Recipes>> = {
  gilr: gilrCases,
  sru: sruCases,
  rglru: rgLruCases,
  lru: lruCases,
  slru: slruCases,
  rwkv4_wkv: rwkvCases,
  aaren: aarenCases,
  mlgru_ternary: ternaryCases,
  ...structuredRecipes,
  ...selectiveRecipes,
  ...filterRecipes,
  slstm: slstmCases,
  linear_attention: linearAttentionCases,
  retention: retentionCases,
  gla: glaCases,
  hgrn2: hgrn2Cases,
  mlstm: mLstmCases,
  deer: deerCases,
  ode_rnn: odeCases,
};
