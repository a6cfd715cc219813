// What is computed on a table and looked up afterwards is what would be computed on the rows, with the same gradients; large tables are left alone.
import { describe, expect, test } from 'vitest';
import { itemAt } from '../core/item.ts';
import { f32, i32 } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { ValueId, Variable } from '../graph/graph.ts';
import { linearOfTwo } from '../models/ring.ts';
import * as ops from './functional.ts';
import { opTable } from './registry.ts';

const [B, T, D] = [3, 5, 4];
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + seed));

type Make = (b: GraphBuilder, x: ValueId, weight: (...shape: number[]) => ValueId) => ValueId;

/** y and the gradients of a weighted sum of it, and how many rows the named op has. */
async function found(V: number, make: Make, hidden: boolean) {
  const program = new ProgramBuilder(opTable);
  const weights: Variable[] = [];
  const rows = program.entry('step', (b) => {
    const weight = (...shape: number[]): ValueId => {
      const one = program.variable(`w${weights.length}`, f32(...shape), 'weight');
      weights.push(one);
      return b.read(one);
    };
    const table = weight(V, D);
    const ids = b.read(program.variable('ids', i32(B, T), 'input'));
    const looked = ops.embedding(b, ids, table);
    // Nothing sees through this one.
    const y = make(b, hidden ? ops.affine(b, looked, 1, 0) : looked, weight);
    const dy = b.read(program.variable('dy', b.type(y), 'input'));
    ops.assign(b, b.read(program.variable('y', b.type(y), 'output')), y);
    const value = ops.reduceSum(b, ops.mul(b, y, dy), 'all');
    const all = weights.map((one) => b.read(one));
    gradients(b, value, all).forEach((gradient, i) => {
      if (gradient !== null) ops.assign(b, b.read(program.variable(`d${i}`, b.type(gradient), 'output')), gradient);
    });
    const { nodes } = b;
    return nodes.flatMap(({ op, inputs }) => (op === 'matmul' ? [b.shape(itemAt(inputs, 0)).slice(0, -1)] : []));
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  for (const [i, { name, type }] of weights.entries())
    executable.write(
      name,
      numbers(
        type.shape.reduce((a, b) => a * b, 1),
        i,
      ),
    );
  executable.write(
    'ids',
    Array.from({ length: B * T }, (_, i) => (i * i + i) % V),
  );
  executable.write(
    'dy',
    numbers(
      executable.typeOf('dy').shape.reduce((a, b) => a * b, 1),
      99,
    ),
  );
  executable.run('step');
  const values = [await executable.read('y')];
  for (const i of weights.keys()) values.push(await executable.read(`d${i}`));
  await executable.dispose();
  return { rows, values: values.map((one) => Array.from(one)) };
}

const cases: Readonly<Record<string, Make>> = {
  'a product with a bias': (b, x, w) => ops.linear(b, x, w(6, D), w(6)),
  'an RMS norm': (b, x, w) => ops.rmsNorm(b, x, w(D)),
  'a layer norm and a product': (b, x, w) => ops.linear(b, ops.layerNorm(b, x, w(D), w(D)), w(3, D)),
  'a function of each number': (b, x) => ops.silu(b, x),
  'a row times each row': (b, x, w) => ops.mul(b, x, w(D)),
  'a gate': (b, x, w) => ops.gatedBy(b, 'silu', ops.linear(b, x, w(6, D)), ops.linear(b, x, w(6, D))),
  'parts of the columns': (b, x, w) => {
    const [left, right] = ops.split(b, ops.linear(b, x, w(5, D)), 2, [2, 3]);
    return ops.add(b, ops.reduceSum(b, left, 'last'), ops.reduceSum(b, right, 'last'));
  },
  'columns side by side': (b, x, w) => ops.concat(b, [x, ops.linear(b, x, w(2, D))], 2),
  'the input and the one before': (b, x, w) => linearOfTwo(b, x, null, w(6, 2 * D), w(6)),
  'the input and the one before, with a start': (b, x, w) => linearOfTwo(b, x, w(B, 1, D), w(6, 2 * D), null),
};

describe('rows of a small table', () => {
  test.each(Object.entries(cases))('%s', async (_, make) => {
    const [table, rows] = [await found(4, make, false), await found(4, make, true)];
    expect(table.values).toHaveLength(rows.values.length);
    table.values.forEach((values, i) => {
      const want = rows.values[i] ?? [];
      expect(values).toHaveLength(want.length);
      values.forEach((value, j) => expect(value).toBeCloseTo(want[j] ?? NaN, 12));
    });
  });

  test('a product has as many rows as the table, and as many as are looked up if the table is large', async () => {
    const product: Make = (b, x, w) => ops.linear(b, x, w(6, D));
    expect((await found(4, product, false)).rows).toContainEqual([4]);
    expect((await found(4, product, true)).rows).toContainEqual([B, T]);
    expect((await found(14, product, false)).rows).toContainEqual([B, T]);
  });
});
