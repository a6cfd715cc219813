// How weights start (the defaults of torch, which the paper uses unchanged) and how a recurrence starts. Independent of models.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import { broadcast, constant, g } from '../ops/functional.ts';
import type { StateSlot } from './model.ts';

/** U(-1/sqrt(fan), 1/sqrt(fan)): nn.Linear with fan = inputs, nn.GRU, nn.LSTM and nn.RNN with fan = H. */
export function uniformFan(fan: number, shift = 0): Initialiser {
  const bound = 1 / Math.sqrt(fan);
  return { kind: 'uniform', low: shift - bound, high: shift + bound };
}

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
      { kind: 'normal', deviation: 1 },
      options,
    );
    return broadcast(builder, slot.positive === true ? g(builder, theta) : theta, [batch]);
  });
}
