// Activations of parts by name.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gatedBy, gelu, geluErf, mul, relu, sigmoid, silu, square, tanh } from '../ops/functional.ts';
import type { GateFn } from '../ops/kinds.ts';
import type { Activation } from './layout.ts';

const functions: Readonly<Record<Activation, (builder: GraphBuilder, x: ValueId) => ValueId>> = {
  gelu: geluErf,
  geluTanh: gelu,
  relu,
  relu2: (builder, x) => square(builder, relu(builder, x)),
  silu,
  sigmoid,
  tanh,
};

export const activate = (builder: GraphBuilder, activation: Activation, x: ValueId): ValueId =>
  functions[activation](builder, x);

/** The same functions by the names that a gate has for them; none for a chain of two. */
const opening = {
  gelu: 'geluErf',
  geluTanh: 'gelu',
  relu: 'relu',
  relu2: null,
  silu: 'silu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
} as const satisfies Readonly<Record<Activation, GateFn | null>>;

/** x times an activation of z. */
export function activated(builder: GraphBuilder, activation: Activation, x: ValueId, z: ValueId): ValueId {
  const fn = opening[activation];
  return fn === null ? mul(builder, x, activate(builder, activation, z)) : gatedBy(builder, fn, x, z);
}
