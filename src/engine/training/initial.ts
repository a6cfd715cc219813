// Starting weights: Philox draws keyed by (seed, name of the weight), so equal names and shapes start equal in every variant.
import { RandomStream } from '../core/philox.ts';
import { sizeOf, type Shape } from '../core/tensor.ts';
import type { Initialiser, Variable } from '../graph/graph.ts';

/** The starting values of a weight, rounded to float32. */
export function startingValues(variable: Variable, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(variable.type.shape));
  fill(values, variable.type.shape, variable.initialiser, new RandomStream(seed, `weights/${variable.name}`));
  return values;
}

function fill(into: Float32Array, shape: Shape, start: Initialiser, random: RandomStream): void {
  switch (start.kind) {
    case 'zeros':
      into.fill(0);
      return;
    case 'constant':
      into.fill(start.value);
      return;
    case 'uniform':
      for (let i = 0; i < into.length; i++) into[i] = start.low + (start.high - start.low) * random.uniform();
      return;
    case 'normal':
      for (let i = 0; i < into.length; i++) into[i] = start.deviation * random.normal();
      return;
    case 'stacked':
      fillStacked(into, shape, start.parts, random);
      return;
    default:
      start satisfies never;
  }
}

function fillStacked(
  into: Float32Array,
  shape: Shape,
  parts: Extract<Initialiser, { kind: 'stacked' }>['parts'],
  random: RandomStream,
): void {
  const rows = shape[0] ?? 1;
  const covered = parts.reduce((sum, part) => sum + part.rows, 0);
  if (covered !== rows) throw new Error(`stacked initialiser: the parts must cover ${rows} rows, got ${covered}`);
  const width = into.length / rows;
  let row = 0;
  for (const part of parts) {
    fill(
      into.subarray(row * width, (row + part.rows) * width),
      [part.rows, ...shape.slice(1)],
      part.initialiser,
      random,
    );
    row += part.rows;
  }
}
