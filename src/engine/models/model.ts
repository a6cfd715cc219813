// The interface of a recurrent model ("mixer"): a map over time and a single step from the same parameters.
// The stack around it (embedding, conv, norm, MLP, head) is in stack.ts and independent of models.
import type { Message } from '../core/say.ts';
import type { Shape } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { Family } from '../spec/families.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { MetricLook, ModelMetricName } from '../spec/task-metrics.ts';

export interface MixerConfig {
  /** D: width of the input. */
  readonly width: number;
  /** H: width of the state. */
  readonly hidden: number;
  readonly implementation: string;
  /** Index of this layer from 0, and the number of layers: shared parameters may act differently on each layer. */
  readonly layer: number;
  readonly layers: number;
  /** Longest sequence that is trained or evaluated: what a growing state has room for. */
  readonly longest: number;
  /** The model's own fields, complete. */
  readonly values: FieldValues;
}

/** One carried tensor, [B, ...shape]. */
export interface StateSlot {
  readonly name: string;
  readonly shape: Shape;
  /** Value of every cell before the first step when no state is given. */
  readonly start: number;
  /** The state is positive by definition of the model: a learned start goes through g, and log-space may take its logarithm. */
  readonly positive?: boolean;
  /** Inputs of the last steps, oldest first: their initial value is never learned. */
  readonly ring?: boolean;
  /** Says which rows of other slots are filled: nothing to learn from, so it has no gradient. */
  readonly marks?: boolean;
}

/** One result of a mixer at a position. */
export interface OutputSlot {
  readonly name: string;
  readonly width: number;
}

export interface MixerOutput {
  /** The first of `outputs`, [B, T, width] from `parallel`, [B, width] from `step`. */
  readonly y: ValueId;
  /** The others, in their order. */
  readonly more?: readonly ValueId[];
  /** State after the last step, in the order of `state`. */
  readonly state: readonly ValueId[];
}

export interface Implementation {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** One set of nodes a time step: the graph, and the time to plan it, grow with the length. */
  readonly unrolled?: boolean;
  /** What a device must offer to compute it; left out = every device does. */
  readonly needs?: string;
  /** What it tells of every step of training (GraphBuilder.tell): of several layers the largest value counts. */
  readonly tells?: readonly ModelMetric[];
  /** Where it may give no numbers: another implementation of the same weights that always does, and computes the steps at which it did not. */
  readonly fallback?: string;
}

/** A quantity that an implementation tells of a step. */
export interface ModelMetric extends MetricLook {
  readonly name: ModelMetricName;
}

/** Implementations that every device computes. */
export const everywhere = (implementations: readonly Implementation[]): readonly Implementation[] =>
  implementations.filter(({ needs }) => needs === undefined);

/** How a model writes text symbol by symbol, where that is cheaper with a state of its own, which is changed where it lies. */
export interface Writing {
  state(config: MixerConfig): readonly StateSlot[];
  /** The same y as the model's step; the carried values are variables, and one that comes back as it was is already changed. */
  step(builder: GraphBuilder, x: ValueId, state: readonly ValueId[], config: MixerConfig): MixerOutput;
}

export interface ModelDef {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly family: Family;
  /** When it was published. */
  readonly year: number;
  /** One step in the field's signs, a line each; ⊙ multiplies elementwise. */
  readonly equations: readonly string[];
  /** Citation with equation numbers. */
  readonly paper: string;
  /** Settings with which it stands in the network it was published in; left out = the usual ones, or that network is not here. */
  readonly published?: FieldValues;
  readonly fields: Fields;
  readonly implementations: readonly Implementation[];
  /** False: the published layer projects its result without a bias. */
  readonly downBias?: false;
  /** Whether it rounds its numbers: differences do not see its gradient, and a rounding may fall to the other side on another device. */
  rounds?(values: FieldValues): boolean;
  /** Largest angle in radians by which its state first turns in a step, where that is large: float32 knows it to a few ulp of itself. */
  turns?(values: FieldValues): number;
  /** Problems of a combination of settings (`log-scan` needs the positive candidate) as a message; null when fine. */
  refuse?(config: MixerConfig): Message | null;
  state(config: MixerConfig): readonly StateSlot[];
  /** Left out: y of the width of the state. Several (a real and an imaginary part) are read by the block beside each other. */
  outputs?(config: MixerConfig): readonly OutputSlot[];
  /** x [B, T, D] -> y [B, T, H]. `state` null = start of the sequence. All implementations use the same parameters by name. */
  parallel(builder: GraphBuilder, x: ValueId, state: readonly ValueId[] | null, config: MixerConfig): MixerOutput;
  /** x [B, D] -> y [B, H], written in elementary ops: the readable definition. */
  step(builder: GraphBuilder, x: ValueId, state: readonly ValueId[], config: MixerConfig): MixerOutput;
  /** Left out: text is written by `step`. */
  readonly writing?: Writing;
}

/** Numbers at a position of all outputs together. */
export const outputWidth = (model: ModelDef, config: MixerConfig): number =>
  model.outputs?.(config).reduce((sum, { width }) => sum + width, 0) ?? config.hidden;
