// Cases of modalKernel: one mode, modes and channels that are no multiple of a vector, kernels of one tap and of several blocks, real modes.
import { normal, type CaseInput, type OpCase } from '../cases.ts';

/** Parts of decays of at most 0.98. */
const part = (shape: readonly number[]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (stream) => 1.38 * (stream.uniform() - 0.5),
});

/** Slow decays, which differences of 1e-6 still resolve after 129 powers. */
const slow = (shape: readonly number[]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (stream) => 0.88 + 0.07 * stream.uniform(),
});
const little = (shape: readonly number[]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (stream) => 0.1 * stream.uniform(),
});

const sizes: readonly (readonly [channels: number, modes: number, rows: number])[] = [
  [1, 1, 1],
  [3, 2, 5],
  [17, 5, 33],
  [5, 4, 70],
  [2, 9, 129],
];

export const modalKernelCases = (): readonly OpCase<'modalKernel'>[] =>
  sizes.flatMap(([c, n, rows]) =>
    [false, true].map((isSlow) => ({
      name: `modalKernel [${c}, ${n}] ${rows} rows${isSlow ? ', slow' : ''}`,
      attrs: { rows },
      inputs: [
        isSlow ? slow([c, n]) : part([c, n]),
        isSlow ? little([c, n]) : part([c, n]),
        normal(c, n),
        normal(c, n),
      ],
    })),
  );
