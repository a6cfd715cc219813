// The parts of the stack that act on each position alone: norm, MLP, dropout.
import { streamOf } from '../core/philox.ts';
import { f32, lastOf } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { dropout, geluErf, layerNorm, linear, mul, rmsNorm, split } from '../ops/functional.ts';
import type { StackValues } from './stack-fields.ts';
import { initialiser } from './initialisers/registry.ts';

/** Training: the dropout counter i32 [5]. Null = evaluation and sampling, where nothing is dropped. */
export type Mode = { readonly counter: ValueId } | null;

const ones = initialiser('ones', {});
const plain = { decay: false } as const;

/** RMSNorm x rsqrt(mean x^2 + 1e-6) w, LayerNorm, or nothing; in its own scope. */
export function norm(builder: GraphBuilder, x: ValueId, values: StackValues): ValueId {
  if (values.norm === 'none') return x;
  return builder.scope('norm', () => {
    const weight = builder.parameter('weight', f32(values.d), ones, plain);
    if (values.norm === 'rmsNorm') return rmsNorm(builder, x, weight);
    return layerNorm(builder, x, weight, builder.parameter('bias', f32(values.d), initialiser('zeros', {}), plain));
  });
}

/** Drops with `rate` in training. The stream is the place in the network, so that no two places share a mask. */
export function dropped(builder: GraphBuilder, x: ValueId, rate: number, mode: Mode): ValueId {
  if (mode === null || rate === 0) return x;
  return dropout(builder, x, mode.counter, rate, streamOf(`${builder.path}/dropout`));
}

/**
 * gelu: W2 gelu(W1 x + b1) + b2. gated (GEGLU as the paper's code): [a | b] = W1 x + b1, W2 (a gelu(b) s) + b2 with s [M] starting at 1.
 * M = round(multiplier d); exact GELU.
 */
export function mlp(builder: GraphBuilder, x: ValueId, values: StackValues, mode: Mode): ValueId {
  const inner = Math.max(1, Math.round(values.mlpMultiplier * values.d));
  const hidden =
    values.mlpKind === 'gated' ? gated(builder, x, inner) : geluErf(builder, dense(builder, 'up', x, inner));
  return dropped(builder, dense(builder, 'down', hidden, values.d), values.dropout, mode);
}

function gated(builder: GraphBuilder, x: ValueId, inner: number): ValueId {
  const up = dense(builder, 'up', x, 2 * inner);
  const axis = builder.shape(up).length - 1;
  const [value, gate] = split(builder, up, axis, [inner, inner]);
  const scale = builder.parameter('scale', f32(inner), ones, plain);
  return mul(builder, mul(builder, value, geluErf(builder, gate)), scale);
}

/** y = W x + b with torch's start. */
export function dense(builder: GraphBuilder, name: string, x: ValueId, outputs: number): ValueId {
  const inputs = lastOf(builder.shape(x));
  return builder.scope(name, () => {
    const start = initialiser('torch-linear', { fan: inputs });
    const weight = builder.parameter('weight', f32(outputs, inputs), start);
    return linear(builder, x, weight, builder.parameter('bias', f32(outputs), start, plain));
  });
}
