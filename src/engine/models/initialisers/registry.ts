// Every initialiser by its name, and drawing numbers from a distribution. Adding one = one entry in its family.
import { RandomStream } from '../../core/philox.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Initialiser, Variable } from '../../graph/graph.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { Draw, InitialiserDef } from './define.ts';
import { dense, denseDraws } from './dense.ts';
import { filter } from './filter.ts';
import { gates } from './gates.ts';
import { stateSpace, stateSpaceDraws } from './state-space.ts';

export const initialisers = { ...dense, ...stateSpace, ...gates, ...filter } as const;

type InitialiserName = keyof typeof initialisers;
type ValuesOf<K extends InitialiserName> = Parameters<(typeof initialisers)[K]['law']>[0];

/** The distribution of that name for these sizes. */
export function initialiser<K extends InitialiserName>(name: K, values: ValuesOf<K>): Initialiser {
  const def: InitialiserDef<never> = initialisers[name];
  return def.law(values as never);
}

const draws: Readonly<Record<string, Draw>> = { ...denseDraws, ...stateSpaceDraws };

/** Draws are Philox, keyed by the name of the weight, so equal names and shapes start equal in every variant. */
const streamOf = (seed: number, name: string): RandomStream => new RandomStream(seed, `weights/${name}`);

/** The starting values of a weight, rounded to float32. */
export function startingValues({ name, type, initialiser: law }: Variable, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(type.shape));
  fill(values, type.shape, law, streamOf(seed, name), seed);
  return values;
}

function fill(into: Float32Array, shape: Shape, law: Initialiser, random: RandomStream, seed: number): void {
  switch (law.kind) {
    case 'zeros':
      into.fill(0);
      return;
    case 'constant':
      into.fill(law.value);
      return;
    case 'uniform':
      for (let i = 0; i < into.length; i++) into[i] = law.low + (law.high - law.low) * random.uniform();
      return;
    case 'normal':
      for (let i = 0; i < into.length; i++) into[i] = law.deviation * random.normal();
      return;
    case 'listed':
      fillListed(into, law.values);
      return;
    case 'stacked':
      fillStacked(into, shape, law.parts, random, seed);
      return;
    case 'drawn': {
      const draw = draws[law.name];
      if (draw === undefined) throw new Error(`initialiser: law ${law.name} must be a known one`);
      const other = law.of === undefined ? null : streamOf(seed, law.of);
      draw.fill(into, { shape, values: law.values, random, other });
      return;
    }
    default:
      law satisfies never;
  }
}

function fillListed(into: Float32Array, values: readonly number[]): void {
  if (values.length === 0 || into.length % values.length !== 0)
    throw new Error(`initialiser: ${values.length} listed values must divide the weight's ${into.length}`);
  for (let i = 0; i < into.length; i++) into[i] = values[i % values.length] ?? NaN;
}

function fillStacked(
  into: Float32Array,
  shape: Shape,
  parts: Extract<Initialiser, { kind: 'stacked' }>['parts'],
  random: RandomStream,
  seed: number,
): void {
  const rows = shape[0] ?? 1;
  const covered = parts.reduce((sum, part) => sum + part.rows, 0);
  if (covered !== rows) throw new Error(`stacked initialiser: the parts must cover ${rows} rows, got ${covered}`);
  const width = into.length / rows;
  let row = 0;
  for (const part of parts) {
    const extent = [part.rows, ...shape.slice(1)];
    fill(into.subarray(row * width, (row + part.rows) * width), extent, part.initialiser, random, seed);
    row += part.rows;
  }
}
