// The structure of a chosen network: weights, initial values, heads and streams, as in its source.
import { describe, expect, it } from 'vitest';
import { english } from '../core/say.ts';
import { f32, i32 } from '../core/tensor.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import type { Variable } from '../graph/graph.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf, type Fields, type FieldValues } from '../spec/fields.ts';
import type { HeadSpec } from './heads.ts';
import type { ModelDef } from './model.ts';
import { layoutOf, presets } from './presets/registry.ts';
import { models } from './registry.ts';
import { stackFields } from './stack-fields.ts';
import { refuseStack, stackParallel, stackState, type StackConfig, type StackInput } from './stack.ts';

const tokens: StackInput = { kind: 'tokens', vocabulary: 11 };
const configOf = (
  fields: FieldValues,
  inputs: readonly StackInput[] = [tokens],
  heads: readonly HeadSpec[] = [{ outputs: 11 }],
): StackConfig => {
  const values = { ...defaultsOf(stackFields), ...defaultsOf(models.minGru.fields), d: 8, expansion: 1, ...fields };
  return { model: models.minGru, implementation: 'fused', values, inputs, heads, longest: 6 };
};

function built(config: StackConfig) {
  const program = new ProgramBuilder(opTable);
  const shapes = program.entry('all', (builder) => {
    const x = config.inputs.map((input, i) =>
      builder.read(program.variable(`x${i}`, input.kind === 'tokens' ? i32(2, 5) : f32(2, 5, input.width), 'input')),
    );
    return stackParallel(builder, x, null, config, null).answers.map((answer) => builder.shape(answer));
  });
  const weights = program.variables.filter(({ role }) => role === 'weight');
  return { shapes, weights: new Map(weights.map((weight) => [weight.name, weight])) };
}
const weightsOf = (fields: FieldValues): ReadonlyMap<string, Variable> => built(configOf(fields)).weights;
const startOf = (weights: ReadonlyMap<string, Variable>, name: string) => weights.get(name)?.initialiser;

describe('presets', () => {
  it('each model stands in the network it was published in, with the settings it names', () => {
    for (const model of Object.values<ModelDef>(models)) {
      if (model.published === undefined) continue;
      const own: Fields = { ...stackFields, ...model.fields };
      for (const [name, value] of Object.entries(model.published)) {
        const field = own[name];
        expect(field, `${model.kind}: ${name}`).toBeDefined();
        if (field?.kind === 'choice') expect(field.choices.map((choice) => choice.value)).toContain(value);
      }
      const values = { ...defaultsOf(own), d: 8, ...model.published };
      const config: StackConfig = {
        model,
        implementation: model.implementations[0]?.id ?? '',
        values,
        inputs: [tokens],
        heads: [{ outputs: 11 }],
        longest: 6,
      };
      expect(refuseStack(config), model.kind).toBeNull();
      expect(built(config).shapes, model.kind).toEqual([[2, 5, 11]]);
    }
  });

  it('each says where it was read and has a layout', () => {
    for (const [stack, { title, source }] of Object.entries(presets)) {
      expect(title.length).toBeGreaterThan(0);
      expect(source.length).toBeGreaterThan(10);
      expect('layout' in layoutOf({ ...configOf({ stack }).values })).toBe(true);
    }
  });

  it('a run of before there was a choice is the network of the paper', () => {
    const { stack: _, block: __, ...old } = configOf({ conv: true, mlp: true }).values;
    expect(layoutOf(old)).toEqual(layoutOf({ ...old, stack: 'paper' }));
  });

  it('nanoGPT: no bias, learned positions, one table for both ends, ends of branches start smaller', () => {
    const weights = weightsOf({ stack: 'nanogpt', layers: 2 });
    const around = [...weights.keys()].filter((name) => !/mixer\/(weight|bias)$/.test(name));
    expect(around.filter((name) => name.endsWith('bias'))).toEqual([]);
    expect(weights.has('head/weight')).toBe(false);
    expect(weights.get('positions/weight')?.type.shape).toEqual([6, 8]);
    expect(startOf(weights, 'embedding/weight')).toEqual({ kind: 'normal', deviation: 0.02 });
    expect(startOf(weights, 'layer1/mlp/up/weight')).toEqual({ kind: 'normal', deviation: 0.02 });
    expect(startOf(weights, 'layer1/mlp/down/weight')).toEqual({ kind: 'normal', deviation: 0.01 });
    expect(startOf(weights, 'layer0/mixer/down/weight')).toEqual({ kind: 'normal', deviation: 0.01 });
    expect(weights.get('layer0/mlp/up/weight')?.type.shape).toEqual([32, 8]);
  });

  it('Mamba: one row a block, the convolution and the mixer inside the gate, twice as wide', () => {
    const config = configOf({ stack: 'mamba', layers: 1, expansion: 2 });
    const { weights } = built(config);
    expect(weights.get('layer0/gate/up/weight')?.type.shape).toEqual([32, 8]);
    expect(weights.get('layer0/gate/conv/weight')?.type.shape).toEqual([16, 4]);
    expect(weights.get('layer0/gate/mixer/weight')?.type.shape).toEqual([32, 16]);
    expect(weights.get('layer0/gate/down/weight')?.type.shape).toEqual([8, 16]);
    expect(weights.has('layer0/gate/mixer/down/weight')).toBe(false);
    const slots = stackState(config).map(({ name, shape }) => [name, ...shape]);
    expect(slots).toEqual([
      ['layer0/gate/conv', 3, 16],
      ['layer0/gate/mixer/h', 16],
    ]);
  });

  it('Griffin: normals by the number of inputs, ends of branches by that of layers as well, a small convolution, biases from zero', () => {
    const weights = weightsOf({ stack: 'griffin', layers: 2 });
    const variance = (name: string): number => {
      const start = startOf(weights, name);
      return start?.kind === 'normal' ? start.deviation ** 2 : NaN;
    };
    expect(weights.has('head/weight')).toBe(false);
    expect(variance('embedding/weight')).toBeCloseTo(1 / 8, 12);
    expect(variance('layer0/gate/up/weight')).toBeCloseTo(1 / 8, 12);
    expect(variance('layer0/gate/down/weight')).toBeCloseTo(1 / 8, 12);
    expect(variance('layer0/gate/conv/weight')).toBeCloseTo(0.01 / 4, 12);
    expect(weights.get('layer1/mlp/up/weight')?.type.shape).toEqual([48, 8]);
    expect(variance('layer1/mlp/down/weight')).toBeCloseTo(1 / 24, 12);
    for (const name of ['gate/up', 'gate/conv', 'gate/down', 'mlp/up', 'mlp/down'])
      expect(startOf(weights, `layer0/${name}/bias`), name).toEqual({ kind: 'zeros' });
  });

  it.each([
    ['roformer-v2', 2],
    ['gau-alpha', 3],
  ] as const)(
    '%s starts its table like its matrices, by root %i of the layers, and reads it at both ends',
    (stack, order) => {
      const weights = weightsOf({ stack, layers: 4 });
      const deviation = 1 / Math.sqrt(8) / 4 ** (1 / order);
      const start = { kind: 'drawn', name: 'cut-normal', values: { deviation } };
      expect(startOf(weights, 'embedding/weight')).toEqual(start);
      expect(startOf(weights, 'layer0/mixer/down/weight')).toEqual(start);
      expect(weights.has('head/weight')).toBe(false);
    },
  );

  it('RoFormerV2 norms its embedding after the dropout', () => {
    const program = new ProgramBuilder(opTable);
    program.entry('all', (builder) => {
      const x = builder.read(program.variable('x', i32(2, 5), 'input'));
      const counter = builder.read(program.variable('counter', i32(5), 'input'));
      stackParallel(builder, [x], null, configOf({ stack: 'roformer-v2', dropout: 0.5 }), { counter });
    });
    const [graph] = program.finish().entries;
    const labels = graph?.nodes.map(({ label }) => label).filter((label) => label.startsWith('embedding/'));
    expect(labels?.map((label) => label.split('/').at(-1))).toEqual(expect.arrayContaining(['dropout', 'rmsNorm']));
    expect(labels?.findIndex((label) => label.endsWith('/dropout'))).toBeLessThan(
      labels?.findIndex((label) => label.endsWith('/rmsNorm')) ?? NaN,
    );
  });

  it('RoFormerV2 norms after each sum and has no weight in them; RWKV-4 starts the ends of its branches at zero', () => {
    const roformer = weightsOf({ stack: 'roformer-v2', layers: 1 });
    expect([...roformer.keys()].filter((name) => name.includes('norm'))).toEqual([]);
    const rwkv = weightsOf({ stack: 'rwkv4', layers: 2 });
    expect(startOf(rwkv, 'layer1/channel-mix/value/weight')).toEqual({ kind: 'zeros' });
    expect(startOf(rwkv, 'layer1/channel-mix/key/weight')).toEqual({
      kind: 'drawn',
      name: 'orthogonal',
      values: { gain: 2 },
    });
    expect(rwkv.get('layer0/channel-mix/mixKey')?.decay).toBe(false);
  });

  it.each([
    ['xlstm[1:1]', 4],
    ['xlstm[7:1]', 16],
  ] as const)(
    '%s: sLSTM is every second or the second of eight, with the heads of the run and an MLP',
    (stack, layers) => {
      const config = configOf({ ...defaultsOf(models.mLstm.fields), stack, layers, heads: 2, expansion: 2, d: 12 });
      const { weights } = built({ ...config, model: models.mLstm, implementation: 'loop' });
      const period = stack === 'xlstm[1:1]' ? 2 : 8;
      const of = (name: string): readonly string[] =>
        Array.from({ length: layers }, (_, layer) => `layer${layer}`).filter((layer) =>
          weights.has(`${layer}/${name}`),
        );
      const second = Array.from({ length: layers / period }, (_, i) => `layer${period * i + 1}`);
      expect(of('mixer/recurrent')).toEqual(second);
      expect(of('mlp/up/weight')).toEqual(second);
      expect(of('mixer/readWeight')).toHaveLength(layers - second.length);
      const shape = (name: string) => weights.get(`layer1/${name}`)?.type.shape;
      expect(shape('mixer/recurrent')).toEqual([2, 24, 6]);
      expect(shape('mixer/input')).toEqual([2, 6, 6]);
      expect(shape('mixer/conv')).toEqual([12, 4]);
      expect(shape('mixer/norm')).toEqual([12]);
      expect(shape('mlp/up/weight')).toEqual([32, 12]);
      expect(shape('mlp/down/weight')).toEqual([12, 16]);
      expect(weights.has('layer1/mixer/down/weight')).toBe(false);
      expect(weights.has('layer1/mlp/up/bias')).toBe(false);
    },
  );

  it('xLSTM has four heads in sLSTM where the mixer of the run has none, and says what width they need', () => {
    const { weights } = built(configOf({ stack: 'xlstm[1:1]', layers: 2 }));
    expect(weights.get('layer1/mixer/recurrent')?.type.shape).toEqual([4, 8, 2]);
    const problem = refuseStack(configOf({ stack: 'xlstm[7:1]', layers: 2, d: 6 }));
    expect(problem === null ? '' : english(problem)).toBe(
      'sLSTM: the number of heads must divide the width of the block, 6, got 4',
    );
  });

  it('blocks that alternate have the models they name', () => {
    const weights = weightsOf({ stack: 'own', block: 'mixer | gru, mlp', layers: 3 });
    expect(weights.has('layer0/mixer/weight')).toBe(true);
    expect(weights.has('layer1/mixer/weightHh')).toBe(true);
    expect(weights.has('layer1/mlp/up/weight')).toBe(true);
    expect(weights.has('layer2/mlp/up/weight')).toBe(false);
  });

  it('a list that cannot be read refuses the network in words', () => {
    const problem = refuseStack(configOf({ stack: 'own', block: 'mlp' }));
    expect(problem === null ? '' : english(problem)).toBe('Parts: one must be a mixer, got "mlp".');
    const unknown = refuseStack(configOf({ stack: 'bert' }));
    expect(unknown === null ? '' : english(unknown)).toContain('Network must be one of paper, nanogpt');
  });
});

describe('ends', () => {
  it('several heads answer at each position, at the last, and on the mean', () => {
    const heads: readonly HeadSpec[] = [
      { outputs: 3 },
      { name: 'class', outputs: 4, at: 'last' },
      { name: 'value', outputs: 1, at: 'pooled' },
    ];
    const { shapes, weights } = built(configOf({}, [tokens], heads));
    expect(shapes).toEqual([
      [2, 5, 3],
      [2, 4],
      [2, 1],
    ]);
    expect(weights.get('head/class/weight')?.type.shape).toEqual([4, 8]);
  });

  it('streams of tokens have a table each, numbers one layer together', () => {
    const inputs: readonly StackInput[] = [
      { ...tokens, name: 'words' },
      { kind: 'features', width: 2 },
      { kind: 'tokens', vocabulary: 3, name: 'days' },
      { kind: 'features', width: 1 },
    ];
    const { weights } = built(configOf({}, inputs));
    expect(weights.get('embedding/words/weight')?.type.shape).toEqual([11, 8]);
    expect(weights.get('embedding/days/weight')?.type.shape).toEqual([3, 8]);
    expect(weights.get('input/weight')?.type.shape).toEqual([8, 3]);
  });
});
