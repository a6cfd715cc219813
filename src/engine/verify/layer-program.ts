// One LSTM with the product of its input, a loss and the gradients of everything, for checks of devices that compute a layer as a whole.
// Independent of devices and the test runner.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { f32, sizeOf } from '../core/tensor.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import * as ops from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';

export interface LayerSizes {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly start: boolean;
  /** Other outputs the loss depends on. */
  readonly also?: 'gx' | 'c';
  /** Left out = with a bias. */
  readonly bias?: boolean;
  /** The input is data: it has no gradient. */
  readonly data?: boolean;
}

/** Widths of input and state that differ, an input as wide as the gates, more samples than a group, more columns than a panel. */
export const layerSizes: readonly LayerSizes[] = [
  { B: 1, T: 1, D: 1, H: 1, start: false },
  { B: 3, T: 7, D: 5, H: 9, start: false },
  { B: 3, T: 7, D: 5, H: 9, start: true },
  { B: 2, T: 4, D: 20, H: 5, start: true },
  { B: 43, T: 3, D: 33, H: 16, start: true },
  { B: 2, T: 150, D: 18, H: 34, start: false },
  { B: 4, T: 6, D: 500, H: 20, start: false },
];

/** An entry `step` that writes the loss and `d/<name>` of each weight. */
export function layerProgram({ B, T, D, H, start, also, bias = true, data = false }: LayerSizes): Program {
  const program = new ProgramBuilder(opTable);
  const loss = program.variable('loss', f32(), 'output');
  program.entry('step', (b) => {
    const weights = new Map<string, ValueId>();
    const weight = (name: string, ...shape: number[]): ValueId => {
      const value = b.read(program.variable(name, f32(...shape), 'weight'));
      if (!(data && name === 'x')) weights.set(name, value);
      return value;
    };
    const x = weight('x', B, T, D);
    const matrix = weight('weightIh', 4 * H, D);
    const gx = ops.linear(b, x, matrix, bias ? weight('bias', 4 * H) : null);
    const state = start ? [weight('h0', B, H), weight('c0', B, H)] : null;
    const { y: h, cells } = ops.lstm(b, gx, weight('weight', 4 * H, H), state);
    const value = lossOf(b, h, also === 'gx' ? gx : also === 'c' ? cells : null);
    ops.assign(b, b.read(loss), value);
    const names = [...weights.keys()];
    gradients(b, value, [...weights.values()]).forEach((found, i) => {
      if (found === null) throw new Error(`no gradient of ${names[i] ?? ''}`);
      ops.assign(b, b.read(program.variable(`d/${names[i] ?? ''}`, b.type(found), 'output')), found);
    });
  });
  return program.finish();
}

function lossOf(b: GraphBuilder, h: ValueId, other: ValueId | null): ValueId {
  const squares = ops.reduceSum(b, ops.mul(b, h, h), 'all');
  return other === null ? squares : ops.add(b, squares, ops.reduceSum(b, ops.mul(b, other, other), 'all'));
}

export type LayerResults = ReadonlyMap<string, ArrayLike<number>>;

/** Loss and gradients on a device, from the same random weights everywhere. */
export async function layerResults(device: Device, program: Program, options: CompileOptions): Promise<LayerResults> {
  const executable = await device.compile(program, options);
  for (const { name, type, role } of program.variables) {
    if (role !== 'weight') continue;
    const stream = new RandomStream(3, name);
    const values = Float32Array.from({ length: sizeOf(type.shape) }, () => 0.4 * stream.normal());
    executable.write(name, values);
  }
  executable.run('step');
  const results = new Map<string, ArrayLike<number>>();
  for (const { name, role } of program.variables) if (role === 'output') results.set(name, await executable.read(name));
  await executable.dispose();
  return results;
}

/** Largest distance of two results as a share of the largest number of each tensor. */
export function resultDistance(got: LayerResults, want: LayerResults): number {
  let largest = 0;
  for (const [name, values] of want) {
    const scale = Math.max(1e-6, ...Array.from(values, Math.abs));
    const other = got.get(name);
    if (other?.length !== values.length) return Infinity;
    Array.from(values).forEach((value, i) => {
      const apart = Math.abs(itemAt(other, i) - value) / scale;
      largest = Number.isNaN(apart) ? Infinity : Math.max(largest, apart);
    });
  }
  return largest;
}
