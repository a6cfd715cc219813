// The programs that are timed against peers: one training step of a small text model, one recurrent layer forward and backward, one
// matrix product. Written out in full, so that a peer can do exactly the same work. Independent of devices.
import { f32, i32 } from '../src/engine/core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';

/** Batch, length, width, vocabulary, layers of the text step. */
export const textShape = { B: 32, T: 128, D: 128, V: 65, L: 2 } as const;
const { B, T, D } = textShape;
export type TextShape = { readonly [K in keyof typeof textShape]: number };
const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, decoupled: false };
const start = { kind: 'zeros' } as const;

function forward(b: GraphBuilder, ids: ValueId, weights: Map<string, ValueId>, { D, V, L }: TextShape): ValueId {
  const weight = (name: string, ...shape: number[]): ValueId => {
    const value = b.parameter(name, f32(...shape), start);
    weights.set(name, value);
    return value;
  };
  let x = ops.embedding(b, ids, weight('embedding', V, D));
  for (let layer = 0; layer < L; layer++) {
    const u = ops.linear(b, x, weight(`w${layer}`, 2 * D, D), weight(`b${layer}`, 2 * D));
    x = ops.minGru(b, u, null, 'g').y;
  }
  return ops.linear(b, x, weight('head', V, D), weight('headBias', V));
}

/** The training step of the prototype, as a program; with another batch for memory reports, or with another shape. */
export function textStep(batch: number = B, shape: TextShape = textShape): Program {
  const { T } = shape;
  const program = new ProgramBuilder(opTable);
  const ids = program.variable('ids', i32(batch, T), 'input', { samples: true });
  const targets = program.variable('targets', i32(batch, T), 'input', { samples: true });
  const hyper = program.variable('hyper', f32(4), 'input');
  const loss = program.variable('loss', f32(), 'output');
  program.entry('step', (b) => {
    const weights = new Map<string, ValueId>();
    const logits = forward(b, b.read(ids), weights, shape);
    const result = ops.softmaxCrossEntropy(b, logits, b.read(targets));
    ops.assign(b, b.read(loss), result.loss);
    const found = gradients(b, result.loss, [...weights.values()]);
    const factor = ops.constant(b, [], 1);
    [...weights].forEach(([name, p], i) => {
      const type = b.type(p);
      const moment = (kind: string): ValueId => b.read(program.variable(`${kind}/${name}`, type, 'optimiser'));
      const g = found[i];
      if (g === null) throw new Error(`bench: ${name} has no gradient`);
      ops.adam(b, { p, m: moment('m'), v: moment('v'), g, factor, hyper: b.read(hyper) }, adam);
    });
  });
  return program.finish();
}

/** A whole layer [B, T, D] -> [B, T, D]: value sum(h dh) and the gradients of input, weights and biases. */
export function recurrentLayer(kind: 'gru' | 'lstm'): Program {
  const gates = kind === 'gru' ? 3 : 4;
  const program = new ProgramBuilder(opTable);
  const loss = program.variable('loss', f32(), 'output');
  program.entry('step', (b) => {
    const weight = (name: string, ...shape: number[]): ValueId =>
      b.read(program.variable(name, f32(...shape), 'weight'));
    const [x, dh] = [weight('x', B, T, D), weight('dh', B, T, D)];
    const [weightIh, weightHh] = [weight('weightIh', gates * D, D), weight('weightHh', gates * D, D)];
    const [biasIh, biasHh] = [weight('biasIh', gates * D), weight('biasHh', gates * D)];
    const both = kind === 'gru' ? biasIh : ops.add(b, biasIh, biasHh);
    const gx = ops.linear(b, x, weightIh, both);
    const { y: h } = kind === 'gru' ? ops.gru(b, gx, weightHh, biasHh, null) : ops.lstm(b, gx, weightHh, null);
    const value = ops.reduceSum(b, ops.mul(b, h, dh), 'all');
    ops.assign(b, b.read(loss), value);
    gradients(b, value, [x, weightIh, weightHh, biasIh, biasHh]).forEach((found, i) => {
      if (found === null) throw new Error(`bench: gradient ${i} of ${kind} is missing`);
      ops.assign(b, b.read(program.variable(`gradient${i}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

/** c = a b with a [m, k] and b [k, n]. */
export function product(m: number, k: number, n: number): Program {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => {
    const read = (name: string, ...shape: number[]): ValueId => b.read(program.variable(name, f32(...shape), 'weight'));
    const c = ops.matmul(b, read('a', m, k), read('b', k, n));
    ops.assign(b, b.read(program.variable('c', f32(m, n), 'output')), c);
  });
  return program.finish();
}
