// Golden vectors of training: optimiser steps with given gradients, and a small language model over a few AdamW steps.
import { itemAt } from '../core/item.ts';
import { f32 } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { ValueId } from '../graph/graph.ts';
import * as f from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { compare, type Comparison } from './compare.ts';
import type { GoldenConfig, GoldenTensor, GoldenTensors } from './golden.ts';
import { sizeOr, tensorIn } from './golden-read.ts';
import { goldenTolerance } from './tolerances.ts';

export interface GoldenOptimiserCase {
  readonly name: string;
  readonly config: GoldenConfig;
  readonly params0: readonly GoldenTensor[];
  readonly steps: readonly {
    readonly grads: readonly GoldenTensor[];
    readonly grad_norm?: number;
    readonly params: readonly GoldenTensor[];
    readonly exp_avg?: readonly GoldenTensor[];
    readonly exp_avg_sq?: readonly GoldenTensor[];
    readonly momentum_buffer?: readonly GoldenTensor[];
  }[];
}

export interface GoldenLanguageCase {
  readonly name: string;
  readonly config: GoldenConfig;
  readonly inputs: GoldenTensors;
  readonly params0: GoldenTensors;
  readonly steps: readonly {
    readonly loss: number;
    readonly logits: GoldenTensor;
    readonly grads: GoldenTensors;
    readonly params: GoldenTensors;
  }[];
}

type Settings = (b: GraphBuilder, p: string, gradient: ValueId, factor: ValueId, hyper: ValueId) => void;

const betasOf = (config: GoldenConfig): readonly [number, number] => {
  const betas = config['betas'];
  return Array.isArray(betas) ? [Number(betas[0]), Number(betas[1])] : [0, 0];
};

/** The update node of a case's optimiser on the variable `name` and its slots, or null for one this program does not have. */
function updateOf(config: GoldenConfig, decoupled: boolean): Settings | null {
  const weightDecay = sizeOr(config, 'weight_decay', 0);
  const slot = (b: GraphBuilder, kind: string, name: string, like: ValueId) =>
    b.read(b.program.variable(`${kind}/${name}`, b.type(like), 'optimiser'));
  if ('betas' in config) {
    const [beta1, beta2] = betasOf(config);
    return (b, name, g, factor, hyper) => {
      const p = b.read(b.program.variable(name, b.type(g), 'weight'));
      const tensors = { p, m: slot(b, 'exp_avg', name, p), v: slot(b, 'exp_avg_sq', name, p), g, factor, hyper };
      f.adam(b, tensors, { beta1, beta2, eps: Number(config['eps']), weightDecay, decoupled });
    };
  }
  if (!('momentum' in config)) return null;
  return (b, name, g, factor, hyper) => {
    const p = b.read(b.program.variable(name, b.type(g), 'weight'));
    const tensors = { p, momentum: slot(b, 'momentum_buffer', name, p), g, factor, hyper };
    f.sgd(b, tensors, { momentum: Number(config['momentum']), weightDecay });
  };
}

function writeHyper(executable: Executable, config: GoldenConfig, step: number): void {
  const [beta1, beta2] = betasOf(config);
  executable.write('hyper', [Number(config['lr']), 1 - beta1 ** step, 1 - beta2 ** step, 0]);
}

const hyperOf = (b: GraphBuilder): ValueId => b.read(b.program.variable('hyper', f32(4), 'input'));

function optimiserProgram(test: GoldenOptimiserCase, update: Settings): ProgramBuilder {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => {
    const given = test.params0.map(({ shape }, i) => b.read(program.variable(`grad/p${i}`, f32(...shape), 'gradient')));
    const [norm, factor] = f.globalNorm(b, given, sizeOr(test.config, 'clip_global_norm', 0));
    f.assign(b, b.read(program.variable('norm', f32(), 'output')), norm);
    given.forEach((gradient, i) => update(b, `p${i}`, gradient, factor, hyperOf(b)));
  });
  return program;
}

/** Steps with given gradients; compares parameters and slots after each. Null for an optimiser this program does not have. */
export async function checkGoldenOptimiser(
  test: GoldenOptimiserCase,
  device: Device,
  options: CompileOptions,
): Promise<Comparison[] | null> {
  const update = updateOf(test.config, test.name.startsWith('adamw'));
  if (!update) return null;
  const executable = await device.compile(optimiserProgram(test, update).finish(), options);
  const allowed = goldenTolerance[executable.device.precision];
  const comparisons: Comparison[] = [];
  const expectAll = async (step: number, prefix: string, tensors: readonly GoldenTensor[] = []) => {
    for (const [i, { data }] of tensors.entries()) {
      const label = `optimizers ${test.name}: ${prefix}p${i} after step ${step} on ${device.kind}`;
      comparisons.push(compare(label, await executable.read(`${prefix}p${i}`), data, allowed));
    }
  };
  test.params0.forEach(({ data }, i) => executable.write(`p${i}`, data));
  for (const [i, expected] of test.steps.entries()) {
    expected.grads.forEach(({ data }, place) => executable.write(`grad/p${place}`, data));
    writeHyper(executable, test.config, i + 1);
    executable.run('step');
    if (expected.grad_norm !== undefined) {
      comparisons.push(
        compare(`optimizers ${test.name}: norm`, await executable.read('norm'), [expected.grad_norm], allowed),
      );
    }
    await expectAll(i + 1, '', expected.params);
    await expectAll(i + 1, 'exp_avg/', expected.exp_avg);
    await expectAll(i + 1, 'exp_avg_sq/', expected.exp_avg_sq);
    await expectAll(i + 1, 'momentum_buffer/', expected.momentum_buffer);
  }
  await executable.dispose();
  return comparisons;
}

/** h += minGRU_g(RMSNorm(h)) for each layer, then the head: logits [B, T, V]. */
function languageModel(b: GraphBuilder, { config }: GoldenLanguageCase, tensor: (name: string) => ValueId): ValueId {
  let h = f.embedding(b, tensor('x'), tensor('E'));
  for (let layer = 0; layer < Number(config['layers']); layer++) {
    const normal = f.rmsNorm(b, h, tensor(`n${layer}`), Number(config['rms_eps']));
    const u = f.linear(b, normal, tensor(`W${layer}`), tensor(`b${layer}`));
    h = f.add(b, h, f.minGru(b, u, null, 'g').y);
  }
  return f.linear(b, h, tensor('Wo'), tensor('bo'));
}

function languageProgram(test: GoldenLanguageCase, update: Settings): ProgramBuilder {
  const program = new ProgramBuilder(opTable);
  const names = Object.keys(test.params0);
  program.entry('step', (b) => {
    const input = (name: string) =>
      program.variable(name, { shape: tensorIn(test.inputs, name).shape, dtype: 'i32' }, 'input');
    const weight = (name: string) => program.variable(name, f32(...tensorIn(test.params0, name).shape), 'weight');
    const tensor = (name: string) => b.read(name in test.inputs ? input(name) : weight(name));
    const store = (name: string, value: ValueId) =>
      f.assign(b, b.read(program.variable(name, b.type(value), 'output')), value);
    const logits = languageModel(b, test, tensor);
    const { loss } = f.softmaxCrossEntropy(b, logits, tensor('y'));
    store('loss', loss);
    store('logits', logits);
    const found = gradients(b, loss, names.map(tensor));
    const one = f.constant(b, [], 1);
    names.forEach((name, i) => {
      const gradient = itemAt(found, i);
      if (gradient === null) throw new Error(`golden: the loss must depend on ${name}`);
      store(`grad/${name}`, gradient);
      update(b, name, gradient, one, hyperOf(b));
    });
  });
  return program;
}

/** Loss, logits, gradients and parameters at every step of a small language model. */
export async function checkGoldenLanguage(
  test: GoldenLanguageCase,
  device: Device,
  options: CompileOptions,
): Promise<Comparison[]> {
  const update = updateOf(test.config, true);
  if (!update) throw new Error(`golden ${test.name}: the optimiser must be AdamW`);
  const executable = await device.compile(languageProgram(test, update).finish(), options);
  const allowed = goldenTolerance[executable.device.precision];
  const comparisons: Comparison[] = [];
  for (const [name, { data }] of Object.entries({ ...test.inputs, ...test.params0 })) executable.write(name, data);
  for (const [i, { loss, logits, grads, params }] of test.steps.entries()) {
    writeHyper(executable, test.config, i + 1);
    executable.run('step');
    const expected: [string, readonly number[]][] = [
      ['loss', [loss]],
      ['logits', logits.data],
      ...Object.entries(grads).map(([name, { data }]): [string, readonly number[]] => [`grad/${name}`, data]),
      ...Object.entries(params).map(([name, { data }]): [string, readonly number[]] => [name, data]),
    ];
    for (const [name, want] of expected) {
      const label = `charlm ${test.name}: ${name} after step ${i + 1} on ${device.kind}`;
      comparisons.push(compare(label, await executable.read(name), want, allowed));
    }
  }
  await executable.dispose();
  return comparisons;
}
