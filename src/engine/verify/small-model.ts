// A small language model with its update as a program, for tests of devices: views, dropout, partial sums, a scan, a cell with a matrix,
// results in place, a second entry that shares a variable. Independent of devices.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { f32, i32, sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import * as ops from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';

/** Batch, length, width, vocabulary. */
export type ModelSizes = readonly [B: number, T: number, D: number, V: number];

const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01, decoupled: true };
type Weight = (name: string, ...shape: readonly number[]) => ValueId;

function lossOf(b: GraphBuilder, tokens: ValueId, counter: ValueId, weight: Weight, [B, T, D, V]: ModelSizes): ValueId {
  let x = ops.embedding(b, tokens, weight('embedding', V, D));
  x = ops.dropout(b, x, counter, 0.2, 3);
  x = ops.reshape(b, ops.reshape(b, x, [B * T, D]), [B, T, D]);
  const normed = ops.rmsNorm(b, x, weight('norm', D));
  const u = ops.linear(b, normed, weight('w0', 2 * D, D), weight('b0', 2 * D));
  x = ops.add(b, x, ops.minGru(b, u, null, 'g').y);
  const gx = ops.linear(b, x, weight('w1', 3 * D, D), weight('b1', 3 * D));
  x = ops.gru(b, gx, weight('u1', 3 * D, D), weight('c1', 3 * D), null).y;
  return ops.softmaxCrossEntropy(b, ops.linear(b, x, weight('head', V, D), null), tokens).loss;
}

/** Entry `step`: one update of the weights by clipped gradients and Adam. Entry `double`: doubles the loss of the last step. */
export function smallModel(sizes: ModelSizes): Program {
  const [B, T] = sizes;
  const program = new ProgramBuilder(opTable);
  const ids = program.variable('ids', i32(B, T), 'input');
  const counter = program.variable('counter', i32(5), 'input');
  const hyper = program.variable('hyper', f32(4), 'input');
  const loss = program.variable('loss', f32(), 'output');
  program.entry('step', (b) => {
    const weights: ValueId[] = [];
    const weight: Weight = (name, ...shape) => {
      const value = b.parameter(name, f32(...shape), { kind: 'zeros' });
      weights.push(value);
      return value;
    };
    const result = lossOf(b, b.read(ids), b.read(counter), weight, sizes);
    ops.assign(b, b.read(loss), result);
    const found = gradients(b, result, weights).map((g) => g ?? result);
    const [, factor] = ops.globalNorm(b, found, 1);
    weights.forEach((p, i) => {
      const moment = (kind: string): ValueId => b.read(program.variable(`${kind}${i}`, b.type(p), 'optimiser'));
      ops.adam(b, { p, m: moment('m'), v: moment('v'), g: itemAt(found, i), factor, hyper: b.read(hyper) }, adam);
    });
  });
  program.entry('double', (b) => ops.assign(b, b.read(loss), ops.add(b, b.read(loss), b.read(loss))));
  return program.finish();
}

/** Writes weights and tokens, the same for the same sizes. */
export function beginSmallModel(executable: Executable, program: Program, [, , , V]: ModelSizes): void {
  for (const { name, type, role } of program.variables) {
    const stream = new RandomStream(1, name);
    const draw = role === 'weight' ? () => 0.3 * stream.normal() : () => stream.below(V);
    if (role === 'weight' || name === 'ids') executable.write(name, Array.from({ length: sizeOf(type.shape) }, draw));
  }
}

/** Update number 1, 2, ... */
export function stepSmallModel(executable: Executable, number: number): void {
  executable.write('counter', [1, 2, number, 0, 0]);
  executable.write('hyper', [1e-3, 1 - 0.9 ** number, 1 - 0.999 ** number, 0]);
  executable.run('step');
}
