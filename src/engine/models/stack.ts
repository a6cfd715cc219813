// The network around a mixer, every part optional: embedding, [causal conv], norm, mixer with expansion and down-projection, residual,
// [MLP], final norm, head. Pre-norm as the paper's code (appendix C.2). Parallel over time and one step use the same parameters.
// Independent of models: a mixer is anything that implements ModelDef.
import { asIs, label, type Message, say } from '../core/say.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, embedding, linear } from '../ops/functional.ts';
import type { FieldValues } from '../spec/fields.ts';
import { dropped, mlp, norm, type Mode } from './blocks.ts';
import { convOverTime, convSlot, convStep } from './conv-block.ts';
import type { MixerConfig, ModelDef, StateSlot } from './model.ts';
import { readStack, type StackValues } from './stack-fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { startState } from './start.ts';

export type StackInput =
  { readonly kind: 'tokens'; readonly vocabulary: number } | { readonly kind: 'features'; readonly width: number };

export interface StackConfig {
  readonly model: ModelDef;
  readonly implementation: string;
  /** Fields of the stack and of the model together, complete. */
  readonly values: FieldValues;
  readonly input: StackInput;
  /** Width of the head: classes, or 1 for a value. */
  readonly outputs: number;
}

export interface StackOutput {
  /** [B, T, outputs] from `stackParallel`, [B, outputs] from `stackStep`. */
  readonly y: ValueId;
  /** State after the last step, in the order of `stackState`. */
  readonly state: readonly ValueId[];
}

/** H = floor(d expansion), at least 1. */
export const hiddenOf = (values: StackValues): number => Math.max(1, Math.floor(values.d * values.expansion));

export function mixerConfig(config: StackConfig, layer = 0): MixerConfig {
  const values = readStack(config.values);
  const { implementation } = config;
  const place = { layer, layers: values.layers };
  return { width: values.d, hidden: hiddenOf(values), implementation, ...place, values: config.values };
}

/** Problems of the combined settings as a message; null when fine. */
export function refuseStack(config: StackConfig): Message | null {
  if (!config.model.implementations.some((one) => one.id === config.implementation)) {
    const known = config.model.implementations.map((one) => one.id).join(', ');
    return say`${label(config.model.title)}: implementation must be one of ${asIs(known)}, got ${asIs(config.implementation)}`;
  }
  return config.model.refuse?.(mixerConfig(config)) ?? null;
}

/** Everything carried from step to step: per layer the inputs the convolution still needs, then the mixer's state. */
export function stackState(config: StackConfig): readonly StateSlot[] {
  const values = readStack(config.values);
  const mixer = config.model.state(mixerConfig(config));
  return Array.from({ length: values.layers }, (_, layer) =>
    [...(values.conv ? [convSlot(values)] : []), ...mixer.map((slot) => ({ ...slot, name: `mixer/${slot.name}` }))].map(
      (slot) => ({ ...slot, name: `layer${layer}/${slot.name}` }),
    ),
  ).flat();
}

/** The state before the first step, [B, ...shape] each: constants, or learned parameters if set. */
export function stackStart(builder: GraphBuilder, batch: number, config: StackConfig): readonly ValueId[] {
  const values = readStack(config.values);
  const mixer = config.model.state(mixerConfig(config));
  const ofLayer = (): readonly ValueId[] => [
    ...(values.conv ? startState(builder, batch, [convSlot(values)], values.learnedStart) : []),
    ...builder.scope('mixer', () => startState(builder, batch, mixer, values.learnedStart)),
  ];
  return Array.from({ length: values.layers }, (_, layer) => builder.scope(`layer${layer}`, ofLayer)).flat();
}

/**
 * x: tokens i32 [B, T] or features [B, T, I] -> y [B, T, outputs] and the state after T. `state` null = start of the sequence.
 * `mode` says whether dropout acts.
 */
export function stackParallel(
  builder: GraphBuilder,
  x: ValueId,
  state: readonly ValueId[] | null,
  config: StackConfig,
  mode: Mode,
): StackOutput {
  const [batch = 1] = builder.shape(x);
  const { learnedStart } = readStack(config.values);
  const given = state ?? (learnedStart ? stackStart(builder, batch, config) : null);
  return throughLayers(builder, x, given, config, mode, {
    conv: (value, context, values) => convOverTime(builder, value, context, values),
    mix: (value, carried, mixer) => config.model.parallel(builder, value, carried, mixer),
  });
}

/** x: tokens i32 [B] or features [B, I] -> y [B, outputs], with the state before and after. Never drops anything. */
export function stackStep(
  builder: GraphBuilder,
  x: ValueId,
  state: readonly ValueId[],
  config: StackConfig,
): StackOutput {
  return throughLayers(builder, x, state, config, null, {
    conv: (value, context, values) => convStep(builder, value, context, values),
    mix: (value, carried, mixer) => config.model.step(builder, value, carried ?? [], mixer),
  });
}

/** The two parts that act along time; all others act on each position alone. */
interface AlongTime {
  conv(x: ValueId, context: ValueId | null, values: StackValues): { readonly y: ValueId; readonly context: ValueId };
  mix(
    x: ValueId,
    state: readonly ValueId[] | null,
    config: MixerConfig,
  ): { readonly y: ValueId; readonly state: readonly ValueId[] };
}

function throughLayers(
  builder: GraphBuilder,
  x: ValueId,
  state: readonly ValueId[] | null,
  config: StackConfig,
  mode: Mode,
  along: AlongTime,
): StackOutput {
  const values = readStack(config.values);
  const each = stackState(config).length / values.layers;
  const after: ValueId[] = [];
  let value = enter(builder, x, config, values);
  for (let layer = 0; layer < values.layers; layer++) {
    const given = state === null ? null : state.slice(layer * each, (layer + 1) * each);
    const result = builder.scope(`layer${layer}`, () =>
      throughLayer(builder, value, given, config, layer, mode, along),
    );
    value = result.y;
    after.push(...result.state);
  }
  const last = values.finalNorm ? builder.scope('final', () => norm(builder, value, values)) : value;
  return { y: builder.scope('head', () => head(builder, last, config, values)), state: after };
}

/** One block: x += conv(x); x += down(mixer(norm(x))); x += mlp(norm(x)). */
function throughLayer(
  builder: GraphBuilder,
  x: ValueId,
  state: readonly ValueId[] | null,
  config: StackConfig,
  layer: number,
  mode: Mode,
  along: AlongTime,
): StackOutput {
  const values = readStack(config.values);
  const join = (before: ValueId, y: ValueId): ValueId => (values.residual ? add(builder, before, y) : y);
  const after: ValueId[] = [];
  let value = x;
  if (values.conv) {
    const conv = builder.scope('conv', () => along.conv(value, state?.[0] ?? null, values));
    value = join(value, conv.y);
    after.push(conv.context);
  }
  const mixed = builder.scope('mixer', () => {
    const normed = norm(builder, value, values);
    const result = along.mix(normed, state?.slice(values.conv ? 1 : 0) ?? null, mixerConfig(config, layer));
    after.push(...result.state);
    const down = project(builder, result.y, config, values);
    return values.dropoutPlace === 'blocks' ? dropped(builder, down, values.dropout, mode) : down;
  });
  value = join(value, mixed);
  if (values.mlp)
    value = join(
      value,
      builder.scope('mlp', () => mlp(builder, norm(builder, value, values), values, mode)),
    );
  return { y: value, state: after };
}

/** [..., H] -> [..., d], with bias unless the published model has none; omitted if the settings say so and H already equals d. */
function project(builder: GraphBuilder, y: ValueId, { model }: StackConfig, values: StackValues): ValueId {
  const hidden = hiddenOf(values);
  if (values.project === 'when-needed' && hidden === values.d) return y;
  return builder.scope('down', () => {
    const start = initialiser('torch-linear', { fan: hidden });
    const weight = builder.parameter('weight', f32(values.d, hidden), start);
    if (model.downBias === false) return linear(builder, y, weight);
    return linear(builder, y, weight, builder.parameter('bias', f32(values.d), start, { decay: false }));
  });
}

function enter(builder: GraphBuilder, x: ValueId, config: StackConfig, values: StackValues): ValueId {
  const { input } = config;
  if (input.kind === 'tokens') {
    const table = builder.scope('embedding', () =>
      builder.parameter('weight', f32(input.vocabulary, values.d), initialiser('normal', { deviation: 1 })),
    );
    return embedding(builder, x, table);
  }
  return builder.scope('input', () => {
    const start = initialiser('torch-linear', { fan: input.width });
    const weight = builder.parameter('weight', f32(values.d, input.width), start);
    return linear(builder, x, weight, builder.parameter('bias', f32(values.d), start, { decay: false }));
  });
}

function head(builder: GraphBuilder, x: ValueId, config: StackConfig, values: StackValues): ValueId {
  const start = initialiser('torch-linear', { fan: values.d });
  const weight = builder.parameter('weight', f32(config.outputs, values.d), start);
  const bias = values.headBias ? builder.parameter('bias', f32(config.outputs), start, { decay: false }) : null;
  return linear(builder, x, weight, bias);
}
