// The stack has the documented layers and parameters and rejects invalid settings.
import { english, type Message } from '../core/say.ts';
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../core/tensor.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { opTable } from '../ops/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { findModel, models } from './registry.ts';
import { refuseStack, stackParallel, stackState, stackStep, stackStart, type StackConfig } from './stack.ts';
import { stackFields } from './stack-fields.ts';

const saidOf = (problem: Message | null): string => (problem === null ? '' : english(problem));

function configOf(
  kind: keyof typeof models,
  fields: FieldValues,
  implementation = 'fused',
  vocabulary = 16,
): StackConfig {
  const model = models[kind];
  const values = { ...defaultsOf(stackFields), ...defaultsOf(model.fields), ...fields };
  return {
    model,
    implementation,
    values,
    inputs: [{ kind: 'tokens', vocabulary }],
    heads: [{ outputs: vocabulary }],
    longest: 8,
  };
}

function parametersOf(config: StackConfig): ReadonlyMap<string, readonly number[]> {
  const program = new ProgramBuilder(opTable);
  program.entry('train', (builder) => {
    const x = builder.read(program.variable('x', { shape: [2, 5], dtype: 'i32' }, 'input'));
    stackParallel(builder, [x], null, config, null);
  });
  const weights = program.variables.filter((variable) => variable.role === 'weight');
  return new Map(weights.map((variable) => [variable.name, variable.type.shape]));
}

const count = (config: StackConfig): number =>
  [...parametersOf(config).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);

// The official layout counts one RMSNorm of width d a layer that its code creates for the MLP even when there is no MLP. It takes
// part in nothing, so it does not exist here: 64 values a layer fewer.
const official = [
  { expansion: 4, layers: 2, minGru: 102_336, minLstm: 135_616 },
  { expansion: 4, layers: 3, minGru: 152_448, minLstm: 202_368 },
  { expansion: 6, layers: 1, minGru: 77_184, minLstm: 102_144 },
  { expansion: 6, layers: 2, minGru: 152_256, minLstm: 202_176 },
  { expansion: 6, layers: 3, minGru: 227_328, minLstm: 302_208 },
];

describe('parameters of the official selective-copy layout (d 64, 16 symbols)', () => {
  for (const row of official) {
    for (const kind of ['minGru', 'minLstm'] as const) {
      it(`${kind} expansion ${row.expansion}, ${row.layers} layers: ${row[kind]} with the unused norms`, () => {
        const config = configOf(kind, { d: 64, layers: row.layers, expansion: row.expansion, learnedStart: true });
        expect(count(config) + 64 * row.layers).toBe(row[kind]);
      });
    }
  }

  it('the language model of the paper has 5.83 million (minGRU) and 6.71 million (minLSTM)', () => {
    const fields = { d: 384, layers: 3, expansion: 2, conv: true, mlp: true, learnedStart: true };
    expect(count(configOf('minGru', fields, 'fused', 65)) / 1e6).toBeCloseTo(5.83, 2);
    expect(count(configOf('minLstm', fields, 'fused', 65)) / 1e6).toBeCloseTo(6.71, 2);
  });
});

describe('every model and implementation', () => {
  for (const model of Object.values(models)) {
    for (const { id } of model.implementations) {
      it(`${model.title} ${id}: the same parameters as the first implementation and as one step`, () => {
        const fields = { d: 6, layers: 2, expansion: 1.5, conv: true, mlp: true, learnedStart: true };
        const config = configOf(model.kind as keyof typeof models, fields, id);
        const first = configOf(model.kind as keyof typeof models, fields);
        expect(parametersOf(config)).toEqual(parametersOf(first));
        const program = new ProgramBuilder(opTable);
        const shapes = program.entry('step', (builder) => {
          const x = builder.read(program.variable('x', { shape: [3], dtype: 'i32' }, 'input'));
          const output = stackStep(builder, [x], stackStart(builder, 3, config), config);
          return { y: builder.shape(output.y), state: output.state.map((value) => builder.shape(value)) };
        });
        expect(shapes.y).toEqual([3, 16]);
        expect(shapes.state).toEqual(stackState(config).map((slot) => [3, ...slot.shape]));
        expect(new Set(program.variables.filter((one) => one.role === 'weight').map((one) => one.name))).toEqual(
          new Set(parametersOf(first).keys()),
        );
      });
    }
  }
});

describe('refusals', () => {
  it('log-scan needs the positive candidate', () => {
    expect(saidOf(refuseStack(configOf('minGru', { candidate: 'identity' }, 'log-scan')))).toBe(
      'minGRU: implementation log-scan needs candidate g (a positive state), got identity',
    );
    expect(refuseStack(configOf('minGru', {}, 'log-scan'))).toBeNull();
  });

  it('an implementation the model does not have is named with those it has', () => {
    expect(saidOf(refuseStack(configOf('gru', {}, 'scan')))).toBe(
      'GRU: implementation must be one of fused, loop, deer, quasi-deer, got scan',
    );
  });

  it('an unknown model is not found', () => {
    expect(findModel('toString')).toBeNull();
    expect(findModel('minGru')).toBe(models.minGru);
  });
});
