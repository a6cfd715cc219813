// An LSTM with its products as one layer: the same function as before, on the device that has kernels for it and on the reference.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../core/philox.ts';
import { f32, sizeOf } from '../../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../../graph/builder.ts';
import { gradients } from '../../graph/gradient.ts';
import type { Node, Program, ValueId } from '../../graph/graph.ts';
import * as ops from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import type { Device, Executable } from '../device.ts';
import { referenceDevice } from '../reference/index.ts';
import { fuseLayers } from './fuse-layers.ts';
import { cpuDevice, nativeModule } from './index.ts';

interface Layer {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly start: boolean;
  /** Other outputs the loss depends on. */
  readonly also?: 'gx' | 'c';
}

function layerProgram({ B, T, D, H, start, also }: Layer): Program {
  const program = new ProgramBuilder(opTable);
  const loss = program.variable('loss', f32(), 'output');
  program.entry('step', (b) => {
    const weights = new Map<string, ValueId>();
    const weight = (name: string, ...shape: number[]): ValueId => {
      const value = b.read(program.variable(name, f32(...shape), 'weight'));
      weights.set(name, value);
      return value;
    };
    const x = weight('x', B, T, D);
    const matrix = weight('weightIh', 4 * H, D);
    const gx = ops.linear(b, x, matrix, weight('bias', 4 * H));
    const state = start ? { h0: weight('h0', B, H), c0: weight('c0', B, H) } : null;
    const [h, c] = ops.lstm(b, gx, weight('weight', 4 * H, H), state);
    const value = lossOf(b, h, also === 'gx' ? gx : also === 'c' ? c : null);
    ops.assign(b, b.read(loss), value);
    const names = [...weights.keys()];
    gradients(b, value, [...weights.values()]).forEach((found, i) => {
      if (found === null) throw new Error(`no gradient of ${names[i]}`);
      ops.assign(b, b.read(program.variable(`d/${names[i]}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

function lossOf(b: GraphBuilder, h: ValueId, other: ValueId | null): ValueId {
  const squares = ops.reduceSum(b, ops.mul(b, h, h), 'all');
  return other === null ? squares : ops.add(b, squares, ops.reduceSum(b, ops.mul(b, other, other), 'all'));
}

const nodesOf = (program: Program): readonly Node[] => program.entries.flatMap(({ nodes }) => nodes);
const kindsOf = (program: Program): string[] =>
  nodesOf(program).map(({ op, attrs }) =>
    [op, ...Object.keys(attrs).filter((key) => key === 'layer' || key === 'through')].join(' '),
  );

async function resultsOf(device: Device, program: Program, threads = 1): Promise<Map<string, ArrayLike<number>>> {
  const executable: Executable = await device.compile(program, {
    threads,
    poison: true,
    schedule: 'op-by-op',
    module: 'native',
  });
  for (const { name, type, role } of program.variables) {
    const stream = new RandomStream(3, name);
    if (role === 'weight')
      executable.write(
        name,
        Float32Array.from({ length: sizeOf(type.shape) }, () => 0.4 * stream.normal()),
      );
  }
  executable.run('step');
  const results = new Map<string, ArrayLike<number>>();
  for (const { name, role } of program.variables) if (role === 'output') results.set(name, await executable.read(name));
  await executable.dispose();
  return results;
}

/** Largest distance of two results as a share of the largest number of each tensor. */
function distance(got: ReadonlyMap<string, ArrayLike<number>>, want: ReadonlyMap<string, ArrayLike<number>>): number {
  let largest = 0;
  for (const [name, values] of want) {
    const scale = Math.max(1e-6, ...Array.from(values, Math.abs));
    const other = got.get(name) ?? [];
    Array.from(values).forEach((value, i) => {
      const apart = Math.abs((other[i] ?? NaN) - value) / scale;
      largest = Number.isNaN(apart) ? Infinity : Math.max(largest, apart);
    });
  }
  return largest;
}

const layers: readonly Layer[] = [
  { B: 1, T: 1, D: 1, H: 1, start: false },
  { B: 3, T: 7, D: 5, H: 9, start: false },
  { B: 3, T: 7, D: 5, H: 9, start: true },
  { B: 43, T: 3, D: 33, H: 16, start: true },
  { B: 2, T: 150, D: 18, H: 34, start: false },
  { B: 4, T: 6, D: 500, H: 20, start: false },
];
const state = await nativeModule();

describe.each(layers)('a layer of %j', (layer) => {
  const program = layerProgram(layer);
  const fused = fuseLayers(program);

  test('contains its products, and they are gone from the graph', () => {
    expect(kindsOf(fused).filter((kind) => /lstm|matmul/.test(kind))).toEqual(['lstm layer', 'lstmGrad through']);
    expect(kindsOf(program)).toContain('matmul');
  });

  test('is the same function', async () => {
    expect(distance(await resultsOf(referenceDevice, fused), await resultsOf(referenceDevice, program))).toBeLessThan(
      1e-12,
    );
  });

  const why = 'why' in state ? ` (skipped: ${english(state.why)})` : '';
  test.skipIf(why !== '')(`on native kernels, the same bits for any number of threads${why}`, async () => {
    const want = await resultsOf(referenceDevice, program);
    const [first, ...others] = [1, 2, 3].map((threads) => resultsOf(cpuDevice, program, threads));
    const one = await first;
    expect(distance(one ?? new Map(), want)).toBeLessThan(2e-5);
    for (const other of others) expect(await other).toEqual(one);
  });
});

test('a product that something else reads stays, a gradient that arrives at the cells too', () => {
  const layer = { B: 2, T: 3, D: 4, H: 5, start: false };
  const read = kindsOf(fuseLayers(layerProgram({ ...layer, also: 'gx' })));
  expect(read).toContain('lstm');
  const arriving = kindsOf(fuseLayers(layerProgram({ ...layer, also: 'c' })));
  expect(arriving).toContain('lstm layer');
  expect(arriving).toContain('lstmGrad');
});
