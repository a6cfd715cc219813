// Golden vectors of attention: the op, the model in each implementation, blocks as published, and a whole GPT by its preset.
import { itemsOf } from '../core/item.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gau } from '../models/gau.ts';
import { everywhere, type MixerConfig } from '../models/model.ts';
import { stackFields } from '../models/stack-fields.ts';
import { stackParallel, type StackConfig } from '../models/stack.ts';
import { transformer } from '../models/transformer.ts';
import {
  add,
  attention,
  concat,
  constant,
  geluErf,
  layerNorm,
  linear,
  relu,
  reshape,
  rmsNorm,
  rotary,
  softmaxCrossEntropy,
} from '../ops/functional.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { sizesOf, tensorIn } from './golden-read.ts';
import { waysOf as waysOfModel } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;

/** The model with D channels in each implementation. */
function waysOf(test: GoldenLayerCase, values: FieldValues): readonly MixerConfig[] {
  const [, length, width] = itemsOf(tensorIn(test.inputs, 'x').shape, 3);
  const complete = { ...defaultsOf(transformer.fields), ...values, heads: Number(test.config['heads']) };
  return everywhere(transformer.implementations).map(({ id }) => ({
    width,
    hidden: width,
    implementation: id,
    layer: 0,
    layers: 1,
    longest: length,
    values: complete,
  }));
}

/** A parameter that not every case has. */
const optional = ({ params }: GoldenLayerCase, tensor: Tensor, name: string): ValueId | null =>
  name in params ? tensor(name) : null;

function causalAttention(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const bias = 'in_proj_bias' in test.params;
  return waysOf(test, { positions: 'none', bias }).map((way) => ({
    title: way.implementation,
    weights: { weight: ['in_proj_weight'], ...(bias ? { bias: ['in_proj_bias'] } : {}) },
    build: (b, tensor) => {
      const { y } = transformer.parallel(b, tensor('x'), null, way);
      return { y: linear(b, y, tensor('out_proj.weight'), optional(test, tensor, 'out_proj.bias')) };
    },
  }));
}

const transformerBlock = (test: GoldenLayerCase): readonly GoldenRecipe[] =>
  'ids' in test.inputs ? [gpt(test)] : gptBlock(test);

function gptBlock(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const bias = 'attn.c_attn.bias' in test.params;
  const eps = Number(test.config['eps']);
  return waysOf(test, { positions: 'none', bias }).map((way) => ({
    title: way.implementation,
    weights: { weight: ['attn.c_attn.weight'], ...(bias ? { bias: ['attn.c_attn.bias'] } : {}) },
    build: (b, tensor) => {
      const normed = (x: ValueId, name: string): ValueId =>
        layerNorm(
          b,
          x,
          tensor(`${name}.weight`),
          optional(test, tensor, `${name}.bias`) ?? constant(b, [way.width], 0),
          eps,
        );
      const through = (x: ValueId, name: string): ValueId =>
        linear(b, x, tensor(`${name}.weight`), optional(test, tensor, `${name}.bias`));
      const x = tensor('x');
      const { y } = transformer.parallel(b, normed(x, 'ln_1'), null, way);
      const h = add(b, x, through(y, 'attn.c_proj'));
      return { y: add(b, h, through(geluErf(b, through(normed(h, 'ln_2'), 'mlp.c_fc')), 'mlp.c_proj')) };
    },
  }));
}

/** Names of a layer's weights in the preset, and in nanoGPT. */
const ofLayer = {
  'mixer/norm/weight': 'ln_1.weight',
  'mixer/weight': 'attn.c_attn.weight',
  'mixer/down/weight': 'attn.c_proj.weight',
  'mlp/norm/weight': 'ln_2.weight',
  'mlp/up/weight': 'mlp.c_fc.weight',
  'mlp/down/weight': 'mlp.c_proj.weight',
} as const;

function gpt({ config }: GoldenLayerCase): GoldenRecipe {
  const [layers, d, vocabulary] = sizesOf(config, ['layers', 'D', 'vocab']);
  const settings = {
    stack: 'nanogpt',
    layers,
    d,
    expansion: 1,
    dropout: 0,
    positions: 'none',
    heads: Number(config['heads']),
  };
  const stack: StackConfig = {
    model: transformer,
    implementation: 'fused',
    values: { ...defaultsOf(stackFields), ...defaultsOf(transformer.fields), ...settings },
    inputs: [{ kind: 'tokens', vocabulary }],
    heads: [{ outputs: vocabulary }],
    longest: Number(config['context']),
  };
  const weights: Record<string, readonly string[]> = {
    'embedding/weight': ['wte.weight'],
    'positions/weight': ['wpe.weight'],
    'final/norm/weight': ['ln_f.weight'],
  };
  for (let layer = 0; layer < layers; layer++)
    for (const [ours, theirs] of Object.entries(ofLayer)) weights[`layer${layer}/${ours}`] = [`h.${layer}.${theirs}`];
  return {
    title: 'preset nanogpt',
    weights,
    build: (b, tensor) => {
      const { y: logits } = stackParallel(b, [tensor('ids')], null, stack, null);
      return { logits, loss: softmaxCrossEntropy(b, logits, tensor('targets')).loss };
    },
  };
}

function rotaryAttention(test: GoldenLayerCase): readonly GoldenRecipe[] {
  if ('x' in test.inputs) return roformerBlock(test);
  const { mode, base, pos0 } = test.config;
  const [batch, time, heads, d] = itemsOf(tensorIn(test.inputs, 'q').shape, 4);
  const inner = heads * d;
  const attrs = { width: d, columns: inner, offset: Number(pos0), base: Number(base), halves: mode === 'half' };
  const build = (b: GraphBuilder, tensor: Tensor) => {
    const flat = (x: ValueId): ValueId => reshape(b, x, [batch, time, inner]);
    const apart = (x: ValueId): ValueId => reshape(b, x, [batch, time, heads, d]);
    const turned = (name: string): ValueId => rotary(b, flat(tensor(name)), attrs);
    const [q, k] = [turned('q'), turned('k')];
    const qkv = concat(b, [q, k, flat(tensor('v'))], 2);
    const o = attention(b, qkv, { heads, keyWidth: d, scale: d ** -0.5 }, null);
    return { q_rot: apart(q), k_rot: apart(k), o: apart(o) };
  };
  return [{ title: 'rotary, attention', weights: {}, build }];
}

function roformerBlock(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const eps = Number(test.config['eps']);
  return waysOf(test, { positions: 'rotary', bias: false }).map((way) => ({
    title: way.implementation,
    weights: { weight: ['Wq', 'Wk', 'Wv'] },
    build: (b, tensor) => {
      const normed = (x: ValueId): ValueId => rmsNorm(b, x, constant(b, [way.width], 1), eps);
      const x = tensor('x');
      const { y } = transformer.parallel(b, x, null, way);
      const h = normed(add(b, x, linear(b, y, tensor('Wo'))));
      return { y: normed(add(b, h, linear(b, relu(b, linear(b, h, tensor('W1'))), tensor('W2')))) };
    },
  }));
}

/** The file's names of the ways to turn scores into weights. */
const sharesOf: Readonly<Record<string, string>> = {
  squared_relu: 'squared-relu',
  softmax: 'softmax',
  softmax_plus: 'softmax-plus',
};

function gatedUnit(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { config } = test;
  const [, length, width] = itemsOf(tensorIn(test.inputs, 'x').shape, 3);
  const bias = config['bias'] === true;
  const values = {
    keyWidth: Number(config['s']),
    shares: sharesOf[String(config['normalization'])] ?? '',
    positions: config['rope'] === true ? 'rotary' : 'none',
    bias,
  };
  return waysOfModel('gau', width, Number(config['e']), values).map((way) => ({
    title: way.implementation,
    weights: {
      weight: ['Wi'],
      scaleQuery: ['gq'],
      scaleKey: ['gk'],
      ...(bias ? { bias: ['bi'], biasQuery: ['bq'], biasKey: ['bk'] } : {}),
    },
    build: (b, tensor) => {
      const x = tensor('x');
      const { y } = gau.parallel(b, x, null, { ...way, longest: length });
      const o = linear(b, y, tensor('Wo'), optional(test, tensor, 'bo'));
      return { o, y: rmsNorm(b, add(b, x, o), constant(b, [width], 1), Number(config['eps'])) };
    },
  }));
}

const layers: Readonly<Record<string, (test: GoldenLayerCase) => readonly GoldenRecipe[]>> = {
  causal_mha: causalAttention,
  transformer_block: transformerBlock,
  rope_attention: rotaryAttention,
  gau: gatedUnit,
};

/** Every way to build a case of these files; none for others. */
export const attentionRecipes = (file: string, test: GoldenLayerCase): readonly GoldenRecipe[] =>
  Object.hasOwn(layers, file) ? (layers[file]?.(test) ?? []) : [];
