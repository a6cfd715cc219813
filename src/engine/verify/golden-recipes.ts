// How each file of golden vectors is built: functions as ops, recurrent layers as models in every implementation.
import { itemAt, itemsOf } from '../core/item.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { hgrn } from '../models/hgrn.ts';
import { findModel } from '../models/registry.ts';
import { qrnn } from '../models/qrnn.ts';
import type { MixerConfig } from '../models/model.ts';
import { hgrn as hgrnCell } from '../ops/cells.ts';
import {
  causalConv,
  concat,
  constant,
  embedding,
  layerNorm,
  linear,
  linearScan,
  reshape,
  rmsNorm,
  slice,
  softmaxCrossEntropy,
  unary,
} from '../ops/functional.ts';
import type { UnaryFn } from '../ops/kinds.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { sizeOr, tensorIn } from './golden-read.ts';
import { attentionRecipes } from './golden-attention.ts';
import { hgrnLayer, qrnnLayer } from './golden-cells.ts';
import { waysOf } from './golden-ways.ts';
import { hgrnComplexCases, zooRecipes } from './golden-zoo.ts';
import { logScanError } from './log-scan-error.ts';

type Tensor = (name: string) => ValueId;

const activations: Readonly<Record<string, UnaryFn>> = {
  g: 'g',
  log_g: 'logG',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softplus: 'softplus',
  silu: 'silu',
  relu: 'relu',
  gelu_erf: 'geluErf',
  gelu_tanh: 'gelu',
  leaky_relu_001: 'leakyRelu',
  elu: 'elu',
};

const single = (title: string, build: GoldenRecipe['build']): readonly GoldenRecipe[] => [
  { title, weights: {}, build },
];

function activation({ name }: GoldenLayerCase): readonly GoldenRecipe[] {
  const fn = activations[name.replace(/_points$/, '')];
  if (fn === undefined)
    throw new Error(`golden activations: ${name} must be one of ${Object.keys(activations).join(', ')}`);
  return single(fn, (b, tensor) => ({ y: unary(b, fn, tensor('x')) }));
}

/** A parameter of the case, or a constant if the case has none. */
const parameterOr = (
  b: GraphBuilder,
  test: GoldenLayerCase,
  tensor: Tensor,
  name: string,
  value: number,
  width: number,
) => (name in test.params ? tensor(name) : constant(b, [width], value));

function convolution(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const [channels, , taps] = itemsOf(tensorIn(test.params, 'weight').shape, 3);
  return single('causalConv', (b, tensor) => ({
    y: causalConv(
      b,
      tensor('x'),
      reshape(b, tensor('weight'), [channels, taps]),
      parameterOr(b, test, tensor, 'bias', 0, channels),
    ),
  }));
}

function norm(test: GoldenLayerCase, layer: boolean): readonly GoldenRecipe[] {
  const eps = Number(test.config['eps']);
  const { shape } = tensorIn(test.inputs, 'x');
  const width = itemAt(shape, shape.length - 1);
  return single(layer ? 'layerNorm' : 'rmsNorm', (b, tensor) => {
    const weight = parameterOr(b, test, tensor, 'weight', 1, width);
    if (!layer) return { y: rmsNorm(b, tensor('x'), weight, eps) };
    return { y: layerNorm(b, tensor('x'), weight, parameterOr(b, test, tensor, 'bias', 0, width), eps) };
  });
}

function crossEntropy({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const reduction = config['reduction'] === 'sum' ? 'sum' : 'mean';
  const labelSmoothing = sizeOr(config, 'label_smoothing', 0);
  return single('softmaxCrossEntropy', (b, tensor) => ({
    loss: softmaxCrossEntropy(b, tensor('logits'), tensor('target'), { labelSmoothing, reduction }).loss,
  }));
}

function scan({ inputs }: GoldenLayerCase): readonly GoldenRecipe[] {
  return single('linearScan', (b, tensor) => ({
    h: linearScan(b, tensor('a'), tensor('b'), 'h0' in inputs ? [tensor('h0')] : null).y,
  }));
}

/** minGRU and minLSTM: `gates` names the letters of W and b in the order of the rows. */
function minimal(kind: string, gates: readonly string[], test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { config, params, inputs } = test;
  const bias = `b${gates[0]}` in params;
  const values = { candidate: String(config['candidate']), normalised: config['normalised'] !== false, bias };
  const weights: Record<string, readonly string[]> = { weight: gates.map((gate) => `W${gate}`) };
  if (bias) weights['bias'] = gates.map((gate) => `b${gate}`);
  const fromZero = tensorIn(inputs, 'h0').data.every((value) => value === 0);
  return waysOf(kind, Number(config['I']), Number(config['H']), values).map((way) => {
    const logarithm = way.implementation === 'log-scan' && fromZero;
    return {
      title: way.implementation,
      weights,
      withoutGradient: logarithm ? ['h0'] : [],
      ...(way.implementation === 'log-scan' ? { error: logScanError(test, gates) } : {}),
      build: (b, tensor) => {
        const start = logarithm ? null : [tensor('h0')];
        return { h: findModel(kind)?.parallel(b, tensor('x'), start, way).y ?? tensor('x') };
      },
    };
  });
}

/** The model of QRNN; f-pooling, which has no output gate, is not an option of it. */
function qrnnModel(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { config, inputs } = test;
  if (config['pooling'] !== 'fo') return [];
  const values = { window: config['window'] === 2 ? 'two' : 'one' };
  const [batch, , width] = itemsOf(tensorIn(inputs, 'x').shape, 3);
  return waysOf('qrnn', Number(config['I']), Number(config['H']), values).map((way) => ({
    title: `model, ${way.implementation}`,
    weights: { weight: ['weight'], bias: ['bias'] },
    build: (b, tensor) => {
      const given = 'c0' in inputs ? [tensor('c0'), reshape(b, tensor('x_prev'), [batch, 1, width])] : null;
      const { y, state } = qrnn.parallel(b, tensor('x'), given, way);
      return { h: y, cN: itemAt(state, 0) };
    },
  }));
}

/** The model of HGRN as first layer, which has no bound; bounds are shared between layers and have a test of their own. */
function hgrnModel({ config, inputs }: GoldenLayerCase): readonly GoldenRecipe[] {
  if ('lower_bound' in inputs) return [];
  const width = Number(config['D']);
  return waysOf('hgrn', width, width, {}).map((way) => ({
    title: `model, ${way.implementation}`,
    weights: { weight: ['Wi', 'Wf', 'Wg'], readWeight: ['norm_weight'] },
    build: (b, tensor) => {
      const { y } = hgrn.parallel(b, tensor('x'), null, way);
      // The model returns only its last state; the states are recomputed from its weight.
      const weight = b.parameter('weight', f32(3 * width, width), { kind: 'zeros' });
      const u = linear(b, tensor('x'), slice(b, weight, 0, 0, 2 * width));
      return { y: linear(b, y, tensor('Wo')), h: hgrnCell(b, u, constant(b, [width], 0), null).y };
    },
  }));
}

/** GRU, LSTM and tanh RNN: stacked layers with states [layers, B, H]. */
function classic(kind: string, states: readonly string[], test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { I, H, layers } = test.config;
  const bias = 'bias_ih_l0' in test.params;
  const weights: Record<string, readonly string[]> = {};
  for (let layer = 0; layer < Number(layers); layer++) {
    for (const [name, torch] of Object.entries({ weightIh: 'weight_ih', weightHh: 'weight_hh' })) {
      weights[`l${layer}/${name}`] = [`${torch}_l${layer}`];
    }
    if (!bias) continue;
    weights[`l${layer}/biasIh`] = [`bias_ih_l${layer}`];
    weights[`l${layer}/biasHh`] = [`bias_hh_l${layer}`];
  }
  const build = (way: MixerConfig) => (b: GraphBuilder, tensor: Tensor) =>
    stacked(b, tensor, {
      kind,
      states,
      way,
      layers: Number(layers),
      batch: itemAt(tensorIn(test.inputs, 'x').shape, 0),
    });
  return waysOf(kind, Number(I), Number(H), { bias }).map((way) => ({
    title: way.implementation,
    weights,
    grows: true,
    build: build(way),
  }));
}

interface Stacked {
  readonly kind: string;
  readonly states: readonly string[];
  readonly way: MixerConfig;
  readonly layers: number;
  readonly batch: number;
}

function stacked(
  b: GraphBuilder,
  tensor: Tensor,
  { kind, states, way, layers, batch }: Stacked,
): Record<string, ValueId> {
  const model = findModel(kind);
  if (!model) throw new Error(`golden: model ${kind} must be in the registry`);
  const { hidden } = way;
  const ends: ValueId[][] = states.map(() => []);
  let y = tensor('x');
  for (let layer = 0; layer < layers; layer++) {
    const start = states.map((name) => reshape(b, slice(b, tensor(`${name}0`), 0, layer, 1), [batch, hidden]));
    const config = layer === 0 ? way : { ...way, width: hidden };
    const output = b.scope(`l${layer}`, () => model.parallel(b, y, start, config));
    y = output.y;
    output.state.forEach((state, i) => itemAt(ends, i).push(reshape(b, state, [1, batch, hidden])));
  }
  const last = states.map((name, i): [string, ValueId] => [`${name}n`, concat(b, itemAt(ends, i), 0)]);
  return { y, ...Object.fromEntries(last) };
}

/** Every way this program has to build a case; none for layers it does not have. */
export function recipesFor(file: string, test: GoldenLayerCase): readonly GoldenRecipe[] {
  switch (file) {
    case 'activations':
      return activation(test);
    case 'causal_conv1d':
      return convolution(test);
    case 'layernorm':
    case 'rmsnorm':
      return norm(test, file === 'layernorm');
    case 'embedding':
      return single('embedding', (b, tensor) => ({ y: embedding(b, tensor('ids'), tensor('weight')) }));
    case 'cross_entropy':
      return crossEntropy(test);
    case 'scan':
      return scan(test);
    case 'mingru':
      return minimal('minGru', ['z', 'h'], test);
    case 'minlstm':
      return minimal('minLstm', ['f', 'i', 'h'], test);
    case 'gru':
      return classic('gru', ['h'], test);
    case 'lstm':
      return classic('lstm', ['h', 'c'], test);
    case 'qrnn':
      return [...single(qrnnLayer.title, qrnnLayer.build(test)), ...qrnnModel(test)];
    case 'hgrn':
      return test.config['complex'] === false
        ? [...single(hgrnLayer.title, hgrnLayer.build(test)), ...hgrnModel(test)]
        : hgrnComplexCases(test);
    case 'rnn_tanh':
      return classic('elman', ['h'], test);
    default:
      return Object.hasOwn(zooRecipes, file) ? (zooRecipes[file]?.(test) ?? []) : attentionRecipes(file, test);
  }
}
