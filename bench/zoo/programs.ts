// The program of a case, and the tensors that every contender starts from.
import { unwrap } from '../../src/engine/core/result.ts';
import { f32 } from '../../src/engine/core/tensor.ts';
import type { Executable } from '../../src/engine/device/device.ts';
import { ProgramBuilder } from '../../src/engine/graph/builder.ts';
import { gradients } from '../../src/engine/graph/gradient.ts';
import type { Program, ValueId, Variable } from '../../src/engine/graph/graph.ts';
import { startingValues } from '../../src/engine/models/initialisers/registry.ts';
import { models } from '../../src/engine/models/registry.ts';
import type { MixerConfig, ModelDef, OutputSlot } from '../../src/engine/models/model.ts';
import { layoutOf } from '../../src/engine/models/presets/registry.ts';
import * as ops from '../../src/engine/ops/functional.ts';
import { opTable } from '../../src/engine/ops/registry.ts';
import { factorOf } from '../../src/engine/optim/optimiser.ts';
import { buildProgram, names } from '../../src/engine/training/program.ts';
import { setUpRun } from '../../src/engine/training/setup.ts';
import { smallSpec } from '../../src/engine/verify/small-run.ts';
import type { Case } from './cases.ts';

export const learningRate = 1e-3;
const weightDecay = 0.1;
const V = 65;
/** A text of V different symbols. */
const text = (): string => Array.from({ length: 60_000 }, (_, i) => String.fromCharCode(48 + tokenAt(i))).join('');
const tokenAt = (i: number): number => (i * 7 + (i >> 3)) % V;

export interface Built {
  readonly program: Program;
  readonly entry: string;
}

export const build = (one: Case): Built =>
  one.form === 'step' ? { program: stepProgram(one), entry: 'train' } : { program: layerProgram(one), entry: 'step' };

function stepProgram({ model, implementation, values, shape: { B, T } }: Case): Program {
  const spec = smallSpec({
    model,
    implementation,
    fields: values,
    task: 'char-text-v1',
    taskFields: { length: T, evalSequences: B },
    training: { optimiser: 'adamw', learningRate, weightDecay, clip: 1, batch: B },
  });
  return buildProgram(unwrap(setUpRun(spec, text())));
}

function configOf({ implementation, values, shape: { T, D } }: Case): MixerConfig {
  const hidden = Math.max(1, Math.floor(D * Number(values['expansion'])));
  return { width: D, hidden, longest: T, implementation, layer: 0, layers: 1, values };
}

function layerProgram(one: Case): Program {
  const { B, T, D } = one.shape;
  const model: ModelDef = models[one.model];
  const config = configOf(one);
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => {
    const given = (name: string, width: number): ValueId =>
      b.read(program.variable(name, f32(B, T, width), 'weight', { initialiser: { kind: 'normal', deviation: 1 } }));
    const x = given('x', D);
    const { y, more = [] } = b.scope('layer0', () => b.scope('mixer', () => model.parallel(b, x, null, config)));
    const outputs: readonly OutputSlot[] = model.outputs?.(config) ?? [{ name: 'y', width: config.hidden }];
    const all = more.length === 0 ? y : ops.concat(b, [y, ...more], 2);
    const dout = given(
      'dout',
      outputs.reduce((sum, { width }) => sum + width, 0),
    );
    const value = ops.reduceSum(b, ops.mul(b, all, dout), 'all');
    ops.assign(b, b.read(program.variable(names.loss, f32(), 'output')), value);
    const weights = program.variables.filter(({ role, name }) => role === 'weight' && name !== 'dout');
    gradients(
      b,
      value,
      weights.map((weight) => b.read(weight)),
    ).forEach((found, i) => {
      const name = weights[i]?.name ?? '';
      if (found !== null) ops.assign(b, b.read(program.variable(`d/${name}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

/** Start of a weight, as a run with seed 1 has it. */
export const startOf = (variable: Variable): Float32Array => startingValues(variable, 1);

/** Symbols and those after them. */
export function symbols({ B, T }: Case['shape']): { readonly ids: Int32Array; readonly targets: Int32Array } {
  const ids = Int32Array.from({ length: B * T }, (_, i) => tokenAt(i));
  return { ids, targets: ids.map((token) => (token + 1) % V) };
}

/** Writes start and data. */
export function feed(executable: Executable, one: Case, { program }: Built): void {
  for (const variable of program.variables)
    if (variable.role === 'weight') executable.write(variable.name, startOf(variable));
  if (one.form === 'layer') return;
  const { ids, targets } = symbols(one.shape);
  const inputs = program.variables.filter(({ name }) => name.startsWith('train/'));
  [ids, targets].forEach((values, i) => executable.write(inputs[i]?.name ?? '', values));
}

/** The rate and Adam's corrections of step t = 1, 2, …, as the trainer writes them. */
export const hyperAt = (t: number): Float64Array => Float64Array.from([learningRate, 1 - 0.9 ** t, 1 - 0.999 ** t, 0]);

interface Place {
  readonly at: number;
  readonly size: number;
  readonly shape: readonly number[];
}

/** The same for another program: an index, and all numbers in one row. */
export function exported(one: Case, { program }: Built): { readonly index: object; readonly numbers: Float32Array } {
  const rows: Float32Array[] = [];
  let taken = 0;
  const put = (values: Float32Array, shape: readonly number[]): Place => {
    rows.push(values);
    taken += values.length;
    return { at: taken - values.length, size: values.length, shape };
  };
  const variables = program.variables.filter(({ role }) => role === 'weight');
  const weights = Object.fromEntries(variables.map((v) => [v.name, put(startOf(v), v.type.shape)]));
  const groups = Object.fromEntries(variables.map((v) => [v.name, [v.decay, factorOf(v.pace, learningRate)]]));
  const { B, T, D, layers } = one.shape;
  const { ids, targets } = symbols(one.shape);
  const data =
    one.form === 'layer'
      ? {}
      : { ids: put(Float32Array.from(ids), [B, T]), targets: put(Float32Array.from(targets), [B, T]) };
  const found = layoutOf(one.values);
  if ('problem' in found) throw new Error(`bench: the stack of ${one.name} is refused`);
  const index = {
    model: one.peer,
    values: one.values,
    layout: found.layout,
    expansion: one.values['expansion'],
    width: D,
    layers,
    length: T,
    learningRate,
    weightDecay,
    weights,
    groups,
    ...data,
  };
  const numbers = new Float32Array(taken);
  for (let i = 0, at = 0; i < rows.length; at += rows[i]?.length ?? 0, i++) numbers.set(rows[i] ?? [], at);
  return { index, numbers };
}
