// The reference device as a device: exact bytes, poison, entries over shared variables, refusals.
import { expect, test } from 'vitest';
import { f32, i32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { add, assign, embedding, reduceSum } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { referenceDevice } from './index.ts';

function program() {
  const builder = new ProgramBuilder(opTable);
  const table = builder.variable('table', f32(4, 3), 'weight');
  const ids = builder.variable('ids', i32(2), 'input');
  const total = builder.variable('total', f32(), 'output');
  builder.entry('sum', (b) => assign(b, b.read(total), reduceSum(b, embedding(b, b.read(ids), b.read(table)), 'all')));
  builder.entry('double', (b) => assign(b, b.read(total), add(b, b.read(total), b.read(total))));
  return builder.finish();
}

const compile = () => referenceDevice.compile(program(), { threads: 1, poison: true });

test('entries share variables, integers stay integers', async () => {
  const executable = await compile();
  executable.write(
    'table',
    Array.from({ length: 12 }, (_, i) => i),
  );
  executable.write('ids', [1, 3]);
  executable.run('sum');
  executable.run('double');
  expect(await executable.read('total')).toEqual(Float64Array.of(2 * (3 + 4 + 5 + 9 + 10 + 11)));
  expect(await executable.read('ids')).toEqual(Int32Array.of(1, 3));
  expect(await executable.read('total', new Float32Array(1))).toEqual(Float32Array.of(84));
});

test('planned bytes are the allocated bytes, part by part', async () => {
  const executable = await compile();
  const report = executable.plannedBytes();
  expect(report).toEqual({
    weights: 8 * 12,
    gradients: 0,
    optimiser: 0,
    activations: 8 * (6 + 1 + 1),
    workspace: 0,
    inputOutput: 8 * (2 + 1),
    total: 8 * 23,
  });
  expect(executable.allocatedBytes()).toBe(report.total);
  await executable.dispose();
  expect(executable.allocatedBytes()).toBe(0);
});

test('what is not there is refused by name', async () => {
  const executable = await compile();
  expect(() => executable.run('train')).toThrow('entry train: not part of this program, got sum, double');
  expect(() => executable.write('ids', [1])).toThrow('write: variable ids takes 2 numbers, got 1');
  expect(() => executable.typeOf('none')).toThrow('variable none: not part of this program');
});
