// The interface of a part of a block: the width of its result, its carried state, and its graph, over time and for one step.
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { reshape } from '../../ops/functional.ts';
import type { FieldValues } from '../../spec/fields.ts';
import type { Mode } from '../blocks.ts';
import type { Layout } from '../layout.ts';
import type { ModelDef, StateSlot } from '../model.ts';

/** The position of a part. */
export interface Place {
  readonly layout: Layout;
  readonly layer: number;
  readonly layers: number;
  /** Longest sequence that is trained or evaluated. */
  readonly longest: number;
  /** Of the run. */
  readonly model: ModelDef;
  readonly implementation: string;
  readonly values: FieldValues;
  /** Carried states are variables of a program that writes text. */
  readonly writing?: boolean;
  /** Each recurrence has a second one beside it that reads the sequence from its end. */
  readonly bidirectional?: boolean;
}

/** What is passed through a network while its parts are built. */
export interface Flow {
  /** x [B, T, width], or [B, width]. */
  readonly along: 'time' | 'step';
  readonly mode: Mode;
  /** The next `count` carried tensors; null at the start of a sequence. */
  take(count: number): readonly ValueId[] | null;
  /** Their values after this part, in the same order. */
  keep(after: readonly ValueId[]): void;
}

export interface PartDef<P> {
  /** Output width for input width `width`. */
  width(part: P, width: number, place: Place): number;
  /** Names are relative to the part's own scope; '' = its own name. */
  slots(part: P, width: number, place: Place): readonly StateSlot[];
  build(builder: GraphBuilder, x: ValueId, part: P, place: Place, flow: Flow): ValueId;
}

/** A part that is the same at each position and carries nothing. */
export const pointwise = <P>(
  build: PartDef<P>['build'],
  width: PartDef<P>['width'] = (_, given) => given,
): PartDef<P> => ({ width, slots: () => [], build });

/** Builds one step with the form over time: x [B, D] as a sequence of one. */
export function asSequence(
  builder: GraphBuilder,
  x: ValueId,
  { along }: Flow,
  build: (x: ValueId) => ValueId,
): ValueId {
  if (along === 'time') return build(x);
  const [batch = 1, width = 1] = builder.shape(x);
  const y = build(reshape(builder, x, [batch, 1, width]));
  return reshape(builder, y, [batch, builder.shape(y)[2] ?? 1]);
}
