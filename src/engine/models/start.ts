// How a recurrence starts. Independent of models.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { broadcast, constant, g } from '../ops/functional.ts';
import { initialiser } from './initialisers/registry.ts';
import type { StateSlot } from './model.ts';

/**
 * State [B, ...shape] of each slot before the first step, where none is given: the slot's constant, or with `learned` a parameter
 * of one value a number of the slot, drawn from N(0, 1) and made positive by g if the model needs it (h0 = g(theta), as in the paper's code).
 */
export function startState(
  builder: GraphBuilder,
  batch: number,
  slots: readonly StateSlot[],
  learned: boolean,
): readonly ValueId[] {
  return slots.map((slot) => {
    if (!learned || slot.ring === true) return constant(builder, [batch, ...slot.shape], slot.start);
    const options = { decay: false };
    const theta = builder.parameter(
      `start/${slot.name}`,
      f32(...slot.shape),
      initialiser('normal', { deviation: 1 }),
      options,
    );
    return broadcast(builder, slot.positive === true ? g(builder, theta) : theta, [batch]);
  });
}
