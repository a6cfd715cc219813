// Building and differentiating graphs: labels and shapes in errors, sums over several uses, no work for gradients that are not needed.
import { expect, test } from 'vitest';
import { f32, i32 } from '../core/tensor.ts';
import { opTable } from '../ops/registry.ts';
import { ProgramBuilder, type GraphBuilder } from './builder.ts';
import { gradients } from './gradient.ts';

const one = (builder: GraphBuilder, op: string, inputs: number[], attrs: object) => builder.apply(op, inputs, attrs)[0];

function inEntry<T>(build: (builder: GraphBuilder) => T): T {
  return new ProgramBuilder(opTable).entry('test', build);
}

const input = (builder: GraphBuilder, name: string, ...shape: number[]) =>
  builder.read(builder.program.variable(name, f32(...shape), 'input'));

test('a shape error names the place, the op, the requirement and what came instead', () => {
  const build = () =>
    inEntry((b) =>
      b.scope('layer1/mixer', () => one(b, 'minGru', [input(b, 'u', 2, 5, 7)], { candidate: 'g', initial: false })),
    );
  expect(build).toThrow('layer1/mixer/minGru: minGru: u must be [B, T, 2H], got [2, 5, 7]');
});

test('a shape that other inputs fix is named with its numbers', () => {
  const build = () =>
    inEntry((b) => one(b, 'minGru', [input(b, 'u', 2, 5, 6), input(b, 'h0', 2, 4)], { candidate: 'g', initial: true }));
  expect(build).toThrow('h0 must be [B, H] = [2, 3], got [2, 4]');
});

test('a missing input and a wrong element type are named', () => {
  expect(() => inEntry((b) => one(b, 'rmsNorm', [input(b, 'x', 2, 3)], { eps: 1e-6 }))).toThrow(
    'rmsNorm: 2 inputs required (x, weight), got 1',
  );
  const ids = (b: GraphBuilder) => b.read(b.program.variable('ids', i32(2), 'input'));
  expect(() => inEntry((b) => one(b, 'unary', [ids(b)], { fn: 'exp' }))).toThrow(
    'unary: x must hold f32 elements, got i32',
  );
});

test('a variable asked for again must be the same', () => {
  const program = new ProgramBuilder(opTable);
  program.variable('w', f32(2, 3), 'weight');
  expect(program.variable('w', f32(2, 3), 'weight').name).toBe('w');
  expect(() => program.variable('w', f32(3, 2), 'weight')).toThrow(
    'variable w: declared as weight [2, 3], got weight [3, 2]',
  );
});

test('contributions of several uses are added, and the seed defaults to 1', () => {
  inEntry((b) => {
    const x = input(b, 'x', 3);
    const square = one(b, 'binary', [x, x], { fn: 'mul' });
    const loss = one(b, 'reduceSum', [square], { over: 'all', mean: false });
    const [dx] = gradients(b, loss, [x]);
    expect(b.shape(dx ?? -1)).toEqual([3]);
    expect(b.nodes.filter(({ attrs }) => 'fn' in attrs && attrs.fn === 'add')).toHaveLength(1);
  });
});

test('a target that the loss does not depend on has no gradient, and nothing is built for it', () => {
  inEntry((b) => {
    const x = input(b, 'x', 3);
    const other = input(b, 'other', 3);
    const loss = one(b, 'reduceSum', [x], { over: 'all', mean: false });
    expect(gradients(b, loss, [other])).toEqual([null]);
    expect(b.nodes.map(({ op }) => op)).toEqual(['reduceSum', 'constant']);
  });
});

test('an unneeded gradient of an input is not built', () => {
  inEntry((b) => {
    const [x, w] = [input(b, 'x', 4, 3), input(b, 'w', 5, 3)];
    const y = one(b, 'matmul', [x, w], { transA: false, transB: true, bias: false });
    gradients(b, one(b, 'reduceSum', [y], { over: 'all', mean: false }), [w]);
    expect(b.nodes.filter(({ op }) => op === 'matmul')).toHaveLength(2);
  });
});

test('a loss must be a scalar and depend on differentiable ops only', () => {
  expect(() => inEntry((b) => gradients(b, input(b, 'x', 2), []))).toThrow(
    'gradients: the loss must be a scalar, got [2]',
  );
  const throughNorm = () =>
    inEntry((b) => {
      const x = input(b, 'x', 2);
      const [norm] = b.apply('globalNorm', [x], { max: 1 });
      return gradients(b, norm, [x]);
    });
  expect(throughNorm).toThrow('gradients: op globalNorm (globalNorm) has no gradient');
});

test('an output that serves only the backward pass cannot be a loss', () => {
  const build = () =>
    inEntry((b) => {
      const x = input(b, 'x', 2, 3);
      const [, rstd] = b.apply('rmsNorm', [x, input(b, 'w', 3)], { eps: 1e-6 });
      return gradients(b, one(b, 'reduceSum', [rstd], { over: 'all', mean: false }), [x]);
    });
  expect(build).toThrow('rmsNorm: output rstd has no gradient; only y can be part of a loss');
});
