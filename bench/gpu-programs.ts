// Scans and a copy as programs, timed against each other on a graphics card. Independent of devices.
import { f32 } from '../src/engine/core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../src/engine/graph/builder.ts';
import { gradients } from '../src/engine/graph/gradient.ts';
import type { Program, ValueId } from '../src/engine/graph/graph.ts';
import * as ops from '../src/engine/ops/functional.ts';
import { opTable } from '../src/engine/ops/registry.ts';

/** Entries `forward` (linearScan), `backward` (linearScanGrad as well) and `copy` over [B, T, H]. */
export function scanProgram(B: number, T: number, H: number): Program {
  const program = new ProgramBuilder(opTable);
  const [decay, added, weight] = ['a', 'x', 'dh'].map((name) => program.variable(name, f32(B, T, H), 'input'));
  const copy = program.variable('y', f32(B, T, H), 'output');
  const result = (name: string, b: GraphBuilder, value: ValueId): void =>
    ops.assign(b, b.read(program.variable(name, b.type(value), 'output')), value);
  program.entry('forward', (b) => result('h', b, ops.linearScan(b, b.read(decay), b.read(added)).y));
  program.entry('backward', (b) => {
    const [a, x] = [b.read(decay), b.read(added)];
    const value = ops.reduceSum(b, ops.mul(b, ops.linearScan(b, a, x).y, b.read(weight)), 'all');
    gradients(b, value, [a, x]).forEach((found, i) => {
      if (found !== null) result(`gradient${i}`, b, found);
    });
  });
  program.entry('copy', (b) => ops.assign(b, b.read(copy), b.read(decay)));
  return program.finish();
}
