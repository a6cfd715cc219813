// The definition of an initialiser: a name, its distribution as a formula, and its source. Models refer to it by name; the distribution is plain data.
import type { RandomStream } from '../../core/philox.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Initialiser } from '../../graph/graph.ts';

export interface InitialiserDef<V extends object> {
  /** In the notation of the source. */
  readonly formula: string;
  readonly source: string;
  /** The distribution for these sizes. */
  law(values: V): Initialiser;
}

export const define = <V extends object>(def: InitialiserDef<V>): InitialiserDef<V> => def;

/** How the numbers of a family of distributions are drawn. `other` repeats the draws of the weight named in the distribution. */
export interface Draw {
  fill(into: Float32Array, drawn: Drawing): void;
}

export interface Drawing {
  readonly shape: Shape;
  readonly values: Readonly<Record<string, number>>;
  readonly random: RandomStream;
  readonly other: RandomStream | null;
}

/** Each number independently, from a uniform draw u in (0, 1]. */
export const each = (make: (u: number, values: Drawing['values']) => number): Draw => ({
  fill(into, { values, random }) {
    for (let i = 0; i < into.length; i++) into[i] = make(1 - random.uniform(), values);
  },
});

/** A parameter of a distribution; a missing one is a bug in its definition. */
export function valueOf(values: Drawing['values'], name: string): number {
  const value = values[name];
  if (value === undefined) throw new Error(`initialiser: ${name} is required, got ${Object.keys(values).join(', ')}`);
  return value;
}
