// Cases of diagonalScan: lengths around its chunks and several of them, channels that are no multiple of a vector and more than a block, few and
// many modes, which all fade.
import { normal, startOptions, when, type CaseInput, type OpCase } from '../cases.ts';

const shapes: readonly (readonly [batch: number, time: number, channels: number, modes: number])[] = [
  [1, 1, 1, 1],
  [2, 5, 3, 4],
  [1, 64, 4, 2],
  [2, 65, 7, 3],
  [1, 150, 2, 5],
  [5, 3, 33, 2],
];

/** a inside the circle of radius 0.9, all else small. */
function system(channels: number, modes: number): CaseInput {
  const width = 6 * modes + 1;
  return {
    type: { shape: [channels, width], dtype: 'f32' },
    draw: (stream, i) => (i % width < 2 * modes ? 1.2 * stream.uniform() - 0.6 : 0.5 * stream.normal()),
  };
}

export const diagonalScanCases = (): readonly OpCase<'diagonalScan'>[] =>
  shapes.flatMap(([batch, time, channels, modes]) =>
    startOptions.map((initial) => ({
      name: `diagonalScan [${batch}, ${time}, ${channels}] of ${modes}${initial ? ' from a state' : ''}`,
      attrs: { initial },
      inputs: [
        normal(batch, time, channels),
        system(channels, modes),
        ...when(initial, normal(batch, 2, channels, modes)),
      ],
      differentiable: [0, 1],
    })),
  );
