// Ops fused into the store of a product: the same bits in fewer dispatches, and nothing is overwritten while it is still read. With a profile
// nothing is fused, so a profiled program is what the fused one is compared with. Needs an adapter; SwiftShader will do.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../../graph/builder.ts';
import type { Node, Program, ValueId } from '../../graph/graph.ts';
import { accumulate, add, affine, assign, constant, geluErf, matmul, mul, sub, tanh } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { liveness } from '../../plan/liveness.ts';
import { fuseEpilogues } from './fuse-epilogue.ts';
import { compileGpu, planWebgpu, webgpuDevice } from './index.ts';
import { gpuElements, gpuFollowed } from './lowerings.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);

interface Shape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transB: boolean;
  readonly bias: boolean;
}

interface Values {
  readonly product: ValueId;
  /** Of the shape of the product. */
  readonly other: ValueId;
}

/** The ops after the product, and how many of them are fused with it; everything returned is stored. */
const followed: readonly (readonly [string, number, (b: GraphBuilder, values: Values) => readonly ValueId[]])[] = [
  ['a residual', 1, (b, { product, other }) => [add(b, other, product)]],
  ['an activation', 1, (b, { product }) => [geluErf(b, product)]],
  ['an activation of which the product is kept', 1, (b, { product }) => [geluErf(b, product), product]],
  ['a factor', 1, (b, { product, other }) => [mul(b, product, other)]],
  ['its square', 1, (b, { product }) => [mul(b, product, product)]],
  ['scale and shift', 1, (b, { product }) => [affine(b, product, 3, -2)]],
  ['a residual, then an activation', 2, (b, { product, other }) => [tanh(b, sub(b, product, other))]],
  [
    'a residual that is kept, then a factor',
    2,
    (b, { product, other }) => {
      const sum = add(b, product, other);
      return [mul(b, sum, other), sum];
    },
  ],
  [
    'a factor, then a sum, which would not keep its bits',
    1,
    (b, { product, other }) => [add(b, mul(b, product, other), other)],
  ],
];

function programOf({ rows, inner, columns, transB, bias }: Shape, follow: (typeof followed)[number][2]): Program {
  const builder = new ProgramBuilder(opTable);
  const a = builder.variable('a', f32(rows, inner), 'input');
  const w = builder.variable('w', transB ? f32(columns, inner) : f32(inner, columns), 'input');
  const added = builder.variable('bias', f32(columns), 'input');
  const other = builder.variable('other', f32(rows, columns), 'input');
  const outputs = ['y0', 'y1'].map((name) => builder.variable(name, f32(rows, columns), 'output'));
  builder.entry('run', (b) => {
    // Not a variable, so that results may reuse its memory; accumulated values are not computed in their variable.
    const own = affine(b, b.read(other), 2, 1);
    const product = matmul(b, b.read(a), b.read(w), { transB, bias: bias ? b.read(added) : null });
    const made = follow(b, { product, other: own });
    const one = constant(b, [], 1);
    made.forEach((value, i) => accumulate(b, b.read(outputs[i]), value, one));
  });
  return builder.finish();
}

const shapes: readonly Shape[] = [
  { rows: 12, inner: 9, columns: 8, transB: true, bias: true },
  { rows: 17, inner: 8, columns: 7, transB: false, bias: false },
  { rows: 3, inner: 70, columns: 5, transB: true, bias: true },
  { rows: 2, inner: 6, columns: 9, transB: false, bias: false },
  { rows: 20, inner: 600, columns: 8, transB: false, bias: true },
];
const [plainShape] = shapes;

/** A residual in the memory of an operand would be overwritten while it is still being read. */
test('what the product reads is not overwritten', () => {
  const builder = new ProgramBuilder(opTable);
  const x = builder.variable('x', f32(16, 16), 'input');
  const y = builder.variable('y', f32(16, 16), 'output');
  builder.entry('run', (b) => {
    const own = affine(b, b.read(x), 2, 1);
    assign(b, b.read(y), affine(b, add(b, own, matmul(b, own, b.read(x))), 1, 1));
  });
  const made = planWebgpu(builder.finish(), {}).entries.get('run') ?? [];
  expect(made.map(({ op }) => op)).toEqual(['affine', 'matmul', 'binary', 'affine']);
});

test.each(followed)('%s: %i done with the product', (_, count, follow) => {
  const { entries, variables } = programOf(plainShape, follow);
  const [graph] = entries;
  const rules = { ops: opTable, followed: gpuFollowed, follows: ({ op }: Node) => op in gpuElements, maxBindings: 8 };
  const alone = liveness(graph, variables, opTable);
  const { followers, live } = fuseEpilogues(graph, alone, rules);
  expect([...followers.values()].map(({ nodes }) => nodes.length)).toEqual([count]);
  expect(live.nodes.length).toBe(alone.nodes.length - count);
});

test('a product that nothing else reads has no memory', () => {
  const residual = programOf(plainShape, (b, { product, other }) => [add(b, other, product)]);
  const [alone, fused] = [true, false].map((profile) => planWebgpu(residual, { profile }));
  expect(fused.report.activations).toBeLessThan(alone.report.activations);
});

describe.skipIf(missing !== null)(`on an adapter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  describe.each([true, false])('as a processor that plays a GPU: %s', (software) => {
    test.each(followed)('%s: the same bits', async (_, __, follow) => {
      for (const shape of shapes) {
        const [alone, fused] = await Promise.all(
          [true, false].map((profile) => results(shape, follow, profile, software)),
        );
        expect(fused).toEqual(alone);
      }
    });
  });
});

async function results(
  shape: Shape,
  follow: (typeof followed)[number][2],
  profile: boolean,
  software: boolean,
): Promise<readonly ArrayLike<number>[]> {
  const program = programOf(shape, follow);
  const executable = await compileGpu(program, { threads: 1, profile }, (limits) => ({
    ...limits,
    traits: { ...limits.traits, software },
  }));
  for (const [i, { name, type, role }] of program.variables.entries()) {
    if (role !== 'input') continue;
    const size = type.shape.reduce((all, extent) => all * extent, 1);
    executable.write(
      name,
      Float32Array.from({ length: size }, (_, at) => Math.sin(3 * at + i)),
    );
  }
  executable.run('run');
  const outputs = program.variables.filter(({ role }) => role === 'output');
  const read: ArrayLike<number>[] = [];
  for (const { name } of outputs) read.push(await executable.read(name));
  await executable.dispose();
  return read;
}
