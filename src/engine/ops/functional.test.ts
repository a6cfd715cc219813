// The functions for model authors compute what their names say, on the reference device.
import { expect, test } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  broadcast,
  concat,
  constant,
  div,
  elu,
  exp,
  leakyRelu,
  linear,
  log,
  matmul,
  max,
  mul,
  neg,
  oneMinus,
  pad,
  reciprocal,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  sigmoid,
  silu,
  slice,
  softplus,
  split,
  sqrt,
  square,
  sub,
  tanh,
} from './functional.ts';
import { opTable } from './registry.ts';

/** The numbers of one value, for x [2, 3] = 1 … 6. */
async function evaluate(build: (b: GraphBuilder, x: ValueId) => ValueId): Promise<number[]> {
  const program = new ProgramBuilder(opTable);
  const x = program.variable('x', f32(2, 3), 'input');
  program.entry('run', (b) => {
    const value = build(b, b.read(x));
    b.apply('assign', [b.read(program.variable('y', b.type(value), 'output')), value], {});
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1, poison: true });
  executable.write('x', [1, 2, 3, 4, 5, 6]);
  executable.run('run');
  return Array.from(await executable.read('y'));
}

test('arithmetic, with a row and with a scalar', async () => {
  const row = (b: GraphBuilder) => constant(b, [3], 2);
  expect(await evaluate((b, x) => add(b, x, row(b)))).toEqual([3, 4, 5, 6, 7, 8]);
  expect(await evaluate((b, x) => sub(b, x, constant(b, [], 1)))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await evaluate((b, x) => mul(b, x, x))).toEqual([1, 4, 9, 16, 25, 36]);
  expect(await evaluate((b, x) => div(b, x, row(b)))).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
  expect(await evaluate((b, x) => max(b, x, constant(b, [3], 3.5)))).toEqual([3.5, 3.5, 3.5, 4, 5, 6]);
  expect(await evaluate((b, x) => affine(b, x, -2, 1))).toEqual([-1, -3, -5, -7, -9, -11]);
});

test('functions that undo each other', async () => {
  const same = [1, 2, 3, 4, 5, 6];
  const close = (values: number[]) => values.map((value) => Number(value.toFixed(12)));
  expect(close(await evaluate((b, x) => log(b, exp(b, x))))).toEqual(same);
  expect(close(await evaluate((b, x) => sqrt(b, square(b, x))))).toEqual(same);
  expect(close(await evaluate((b, x) => reciprocal(b, reciprocal(b, x))))).toEqual(same);
  expect(await evaluate((b, x) => neg(b, neg(b, x)))).toEqual(same);
  expect(await evaluate((b, x) => oneMinus(b, oneMinus(b, x)))).toEqual(same);
  expect(await evaluate((b, x) => concat(b, split(b, x, 1, [1, 2]), 1))).toEqual(same);
  expect(await evaluate((b, x) => reshape(b, reshape(b, x, [6]), [2, 3]))).toEqual(same);
  expect(await evaluate((b, x) => slice(b, pad(b, x, 1, 2, 7), 1, 2, 3))).toEqual(same);
});

test('rectifiers on negative numbers', async () => {
  const negative = (b: GraphBuilder, x: ValueId) => neg(b, slice(b, reshape(b, x, [6]), 0, 0, 2)); // -1, -2
  expect(await evaluate((b, x) => relu(b, negative(b, x)))).toEqual([0, 0]);
  expect(await evaluate((b, x) => leakyRelu(b, negative(b, x)))).toEqual([-0.01, -0.02]);
  expect(await evaluate((b, x) => elu(b, negative(b, x)))).toEqual([Math.expm1(-1), Math.expm1(-2)]);
});

test('identities of the smooth ones', async () => {
  const twice = await evaluate((b, x) => sub(b, affine(b, sigmoid(b, affine(b, x, 2)), 2, -1), tanh(b, x)));
  const swish = await evaluate((b, x) => sub(b, silu(b, x), mul(b, x, sigmoid(b, x))));
  const plus = await evaluate((b, x) => sub(b, sub(b, softplus(b, x), softplus(b, neg(b, x))), x));
  for (const zero of [...twice, ...swish, ...plus]) expect(Math.abs(zero)).toBeLessThan(1e-14);
});

test('sums, means and products', async () => {
  expect(await evaluate((b, x) => reduceSum(b, x, 'rows'))).toEqual([5, 7, 9]);
  expect(await evaluate((b, x) => reduceSum(b, x, 'last'))).toEqual([6, 15]);
  expect(await evaluate((b, x) => reduceMean(b, x, 'all'))).toEqual([3.5]);
  expect(await evaluate((b, x) => matmul(b, x, x, { transB: true }))).toEqual([14, 32, 32, 77]);
  expect(await evaluate((b, x) => linear(b, x, x, constant(b, [2], 1)))).toEqual([15, 33, 33, 78]);
  expect(await evaluate((b, x) => broadcast(b, reduceSum(b, x, 'rows'), [2]))).toEqual([5, 7, 9, 5, 7, 9]);
});
