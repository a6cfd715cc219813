// gatedBy is one op where that saves a pass, and the two that it stands for where a program counts what is written; numbers and FLOPs are the same.
import { expect, test } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { referenceDevice } from '../../device/reference/index.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { workOf } from '../../graph/cost.ts';
import { gradients } from '../../graph/gradient.ts';
import { assign, gatedBy, reduceSum } from '../functional.ts';
import type { GateFn } from '../kinds.ts';
import { opTable } from '../registry.ts';
import { gateFunctions } from './kernel.ts';

const shape = [3, 7] as const;

async function found(fn: GateFn, asWritten: boolean) {
  const program = new ProgramBuilder(opTable, { asWritten });
  const names = ['x', 'opening'] as const;
  const weights = names.map((name) => program.variable(name, f32(...shape), 'weight'));
  program.entry('step', (b) => {
    const [x, opening] = weights.map((one) => b.read(one)) as [number, number];
    const y = gatedBy(b, fn, x, opening);
    assign(b, b.read(program.variable('y', f32(...shape), 'output')), y);
    gradients(b, reduceSum(b, y, 'all'), [x, opening]).forEach((gradient, i) => {
      if (gradient !== null) assign(b, b.read(program.variable(`d${i}`, f32(...shape), 'output')), gradient);
    });
  });
  const finished = program.finish();
  const [entry] = finished.entries;
  const executable = await referenceDevice.compile(finished, { threads: 1 });
  names.forEach((name, i) =>
    executable.write(
      name,
      Array.from({ length: 21 }, (_, at) => Math.sin(12.9898 * (at + 1) + i)),
    ),
  );
  executable.run('step');
  const values = [];
  for (const name of ['y', 'd0', 'd1']) values.push(...(await executable.read(name)));
  await executable.dispose();
  const work = entry === undefined ? [] : Object.values(workOf(entry, opTable));
  const flops = work.reduce((sum, one) => sum + one.flops, 0);
  return { ops: entry?.nodes.map(({ op }) => op) ?? [], flops, values };
}

test.each(gateFunctions)('%s', async (fn) => {
  const [one, written] = [await found(fn, false), await found(fn, true)];
  expect(one.ops).toContain('gate');
  expect(one.ops).not.toContain('unary');
  expect(written.ops).not.toContain('gate');
  expect(one.flops).toBe(written.flops);
  expect(one.flops).toBeGreaterThan(0);
  expect(one.values).toHaveLength(63);
  one.values.forEach((value, i) => expect(value).toBeCloseTo(written.values[i] ?? NaN, 6));
});
