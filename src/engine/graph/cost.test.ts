// Operations and bytes of a step, by role, against figures worked out by hand; other nodes are not counted.
import { expect, test } from 'vitest';
import { f32, i32 } from '../core/tensor.ts';
import { unwrap } from '../core/result.ts';
import * as op from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { smallSpec } from '../verify/small-run.ts';
import { buildProgram } from '../training/program.ts';
import { setUpRun } from '../training/setup.ts';
import { ProgramBuilder } from './builder.ts';
import { costOf, sumOf, workOf } from './cost.ts';
import { gradients } from './gradient.ts';
import { nodeRoles, type Program } from './graph.ts';

/** 2 sequences of 3 symbols out of 5, vectors of 4, two weights of 20 numbers: an embedding, a head, cross-entropy, Adam. */
function smallStep(): Program {
  const program = new ProgramBuilder(opTable);
  const weights = ['table', 'head'].map((name) => program.variable(name, f32(5, 4), 'weight'));
  program.entry('train', (b) => {
    const data = (name: string) => b.read(program.variable(name, i32(2, 3), 'input'));
    const [table = -1, head = -1] = weights.map((weight) => b.read(weight));
    const y = op.linear(b, op.embedding(b, data('ids'), table), head);
    const { loss } = op.softmaxCrossEntropy(b, y, data('targets'));
    op.assign(b, b.read(program.variable('loss', f32(), 'output')), loss);
    const found = gradients(b, loss, [table, head]).map((id) => id ?? -1);
    b.as('optimiser', () => {
      const [, factor] = op.globalNorm(b, found, 1);
      const hyper = b.read(program.variable('hyper', f32(4), 'input'));
      weights.forEach((weight, i) => {
        const [m = -1, v = -1] = ['m', 'v'].map((slot) =>
          b.read(program.variable(`${slot}/${weight.name}`, weight.type, 'optimiser')),
        );
        const tensors = { p: b.read(weight), m, v, g: found[i] ?? -1, factor, hyper };
        op.adam(b, tensors, { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, decoupled: true });
      });
    });
  });
  return program.finish();
}

test('the cost of a small step equals the one worked out by hand', () => {
  const [train] = smallStep().entries;
  const { forward, backward, optimiser, ...others } = workOf(train, opTable);
  expect(forward).toEqual({
    flops: 2 * 6 * 4 * 5 + 4 * 30,
    // Rows of the embedding: ids, as many rows as ids, the result. Head: x, W, y. Loss: y, targets; loss, log-sum-exps, count. Its copy.
    bytes: 24 + 96 + 96 + (96 + 80 + 120) + (120 + 24 + 4 + 24 + 4) + (4 + 4),
  });
  expect(backward).toEqual({
    // Softmax minus target, dx and dW of the head, rows added into the table.
    flops: 4 * 30 + 2 * (2 * 6 * 4 * 5) + 24,
    bytes: 4 + (120 + 24 + 24 + 4 + 4 + 120) + (120 + 80 + 96) + (120 + 96 + 80) + (24 + 96 + 80),
  });
  expect(optimiser).toEqual({
    flops: 2 * 40 + 14 * 40,
    // The norm reads both gradients. Adam reads weight, moments, gradient, factor and four numbers, and writes weight and moments.
    bytes: 160 + 8 + 2 * (4 * 80 + 4 + 16 + 3 * 80),
  });
  for (const none of Object.values(others)) expect(none).toEqual({ flops: 0, bytes: 0 });
});

const entriesOf = (training: object) =>
  new Map(
    buildProgram(unwrap(setUpRun(smallSpec({ training: { batch: 8, ...training } }), null))).entries.map((entry) => [
      entry.name,
      entry,
    ]),
  );

test('every node of a run has the role of its work, and the roles add up to all of it', () => {
  const whole = entriesOf({ accumulate: 1 });
  const parts = entriesOf({ accumulate: 4 });
  const rolesOf = (entry: string, entries = parts) => new Set(entries.get(entry)!.nodes.map(({ role }) => role));
  expect(rolesOf('train', whole)).toEqual(new Set(['forward', 'backward', 'optimiser']));
  expect(rolesOf('accumulate')).toEqual(new Set(['forward', 'backward', 'accumulate']));
  expect(rolesOf('update')).toEqual(new Set(['optimiser']));
  expect(rolesOf('evaluate')).toEqual(new Set(['forward']));
  const updates = (entries: typeof whole, entry: string) => workOf(entries.get(entry)!, opTable).optimiser.flops;
  expect(updates(parts, 'update')).toBe(updates(whole, 'train'));
  for (const graph of [...whole.values(), ...parts.values()]) {
    const work = workOf(graph, opTable);
    const all = sumOf(graph.nodes.map((node) => costOf(graph, node, opTable)));
    expect(sumOf(nodeRoles.map((role) => work[role]))).toEqual(all);
  }
});

test('an op that is not in the registry is named, not counted as nothing', () => {
  const [train] = smallStep().entries;
  const strange = { ...train.nodes[0], op: 'other', label: 'here' };
  expect(() => costOf(train, strange, opTable)).toThrow('cost: op other (here) is not in the registry');
});
