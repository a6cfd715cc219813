// Cases of matrixState: lengths around the chunks of its kernels, widths that are no multiple of a vector, each kind of decay, with sums and with a
// state before; decays so strong that a quotient of products of them would be 0 / 0.
import { given, normal, when, type CaseInput, type OpCase } from '../cases.ts';
import type { MatrixStateAttrs } from './sizes.ts';

interface Sizes {
  readonly B: number;
  readonly T: number;
  readonly heads: number;
  readonly dk: number;
  readonly dv: number;
  readonly decay: MatrixStateAttrs['decay'];
  readonly sums?: boolean;
  readonly initial?: boolean;
  /** What logarithms of decays are about. */
  readonly size?: number;
}

const sizes: readonly Sizes[] = [
  { B: 1, T: 1, heads: 1, dk: 1, dv: 1, decay: 'none' },
  { B: 2, T: 5, heads: 2, dk: 3, dv: 2, decay: 'none', sums: true, initial: true },
  { B: 1, T: 33, heads: 3, dk: 4, dv: 4, decay: 'none', sums: true },
  { B: 1, T: 1, heads: 2, dk: 3, dv: 5, decay: 'head', initial: true },
  { B: 2, T: 17, heads: 2, dk: 5, dv: 3, decay: 'head', sums: true, initial: true },
  { B: 1, T: 70, heads: 1, dk: 17, dv: 20, decay: 'head' },
  { B: 1, T: 40, heads: 1, dk: 4, dv: 33, decay: 'head', size: 60 },
  { B: 1, T: 1, heads: 2, dk: 3, dv: 5, decay: 'key', initial: true },
  { B: 2, T: 16, heads: 2, dk: 3, dv: 3, decay: 'key', sums: true },
  { B: 1, T: 65, heads: 2, dk: 18, dv: 7, decay: 'key', initial: true },
  { B: 1, T: 40, heads: 1, dk: 3, dv: 4, decay: 'key', initial: true, size: 60 },
  { B: 1, T: 20, heads: 1, dk: 70, dv: 68, decay: 'key' },
];

/** Logarithms between -2 size and 0. */
const logs = (size: number, shape: readonly number[]): CaseInput => ({
  ...given([], shape),
  draw: (stream) => -2 * size * stream.uniform(),
});

function caseOf({
  B,
  T,
  heads,
  dk,
  dv,
  decay,
  sums = false,
  initial = false,
  size = 0.3,
}: Sizes): OpCase<'matrixState'> {
  const columns = decay === 'key' ? heads * dk : heads;
  const named = [sums ? ', sums' : '', initial ? ', from a state' : '', size > 1 ? ', strong' : ''].join('');
  return {
    name: `matrixState [${B}, ${T}], ${heads} heads of ${dk} and ${dv}, decay ${decay}${named}`,
    attrs: { heads, decay, sums, initial },
    inputs: [
      normal(B, T, heads * dk),
      normal(B, T, heads * dk),
      normal(B, T, heads * dv),
      ...when(decay !== 'none', logs(size, [B, T, columns])),
      ...when(initial, normal(B, heads, dk, dv + (sums ? 1 : 0))),
    ],
  };
}

export const matrixStateCases = (): readonly OpCase<'matrixState'>[] => sizes.map(caseOf);
