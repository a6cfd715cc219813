// Cases of selectiveScan: lengths around its chunks and several of them, channels that are no multiple of a vector and more than a block, few and
// many numbers a channel, and steps so large that a state is forgotten at once.
import { given, normal, startOptions, when, type CaseInput, type OpCase } from '../cases.ts';

const shapes: readonly (readonly [batch: number, time: number, channels: number, modes: number])[] = [
  [1, 1, 1, 1],
  [2, 5, 3, 4],
  [1, 16, 4, 16],
  [3, 17, 7, 3],
  [1, 65, 33, 2],
  [2, 40, 20, 5],
  [5, 3, 9, 17],
];

/** u | dt: normal inputs, positive steps. */
function sequence(batch: number, time: number, channels: number, most: number): CaseInput {
  return {
    type: { shape: [batch, time, 2 * channels], dtype: 'f32' },
    draw: (stream, i) => (i % (2 * channels) < channels ? stream.normal() : 0.01 + most * stream.uniform()),
  };
}

/** Rates below 0, and any skip. */
const system = (channels: number, modes: number): CaseInput => ({
  type: { shape: [channels, modes + 1], dtype: 'f32' },
  draw: (stream, i) => (i % (modes + 1) === modes ? stream.normal() : -0.1 - 3 * stream.uniform()),
});

export const selectiveScanCases = (): readonly OpCase<'selectiveScan'>[] => [
  ...shapes.flatMap(([batch, time, channels, modes]) =>
    startOptions.map((initial) => ({
      name: `selectiveScan [${batch}, ${time}, ${channels}] of ${modes}${initial ? ' from a state' : ''}`,
      attrs: { initial },
      inputs: [
        sequence(batch, time, channels, 1),
        normal(batch, time, 2 * modes),
        system(channels, modes),
        ...when(initial, normal(batch, channels, modes)),
      ],
      differentiable: [0, 1],
    })),
  ),
  {
    name: 'selectiveScan of states that are forgotten at once',
    attrs: { initial: true },
    inputs: [
      sequence(2, 20, 5, 40),
      normal(2, 20, 6),
      system(5, 3),
      given(
        Array.from({ length: 30 }, (_, i) => i - 15),
        [2, 5, 3],
      ),
    ],
    differentiable: [0, 1],
  },
];
