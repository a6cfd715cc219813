// Activations of parts by name.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gelu, geluErf, relu, sigmoid, silu, square, tanh } from '../ops/functional.ts';
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
