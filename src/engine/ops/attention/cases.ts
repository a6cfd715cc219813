// Cases of attention: lengths around the tiles of its kernels, heads, widths that are no multiple of a vector, values of another width, a
// past of any length, partly empty, and scores so large that exp without a maximum would overflow.
import { given, normal, wide, type CaseInput, type OpCase } from '../cases.ts';

interface Sizes {
  readonly B: number;
  readonly T: number;
  readonly heads: number;
  readonly dk: number;
  readonly dv: number;
  readonly P?: number;
  /** Rows at the beginning of the past that are empty. */
  readonly empty?: number;
  readonly draw?: (...shape: number[]) => CaseInput;
  readonly shares?: 'squaredRelu';
}

const sizes: readonly Sizes[] = [
  { B: 1, T: 1, heads: 1, dk: 1, dv: 1 },
  { B: 2, T: 5, heads: 2, dk: 3, dv: 3 },
  { B: 1, T: 33, heads: 3, dk: 4, dv: 4 },
  { B: 2, T: 70, heads: 1, dk: 17, dv: 5 },
  { B: 1, T: 131, heads: 2, dk: 8, dv: 8 },
  { B: 1, T: 300, heads: 1, dk: 3, dv: 2 },
  { B: 1, T: 600, heads: 1, dk: 2, dv: 2 },
  { B: 1, T: 9, heads: 1, dk: 260, dv: 259 },
  { B: 2, T: 20, heads: 2, dk: 4, dv: 4, draw: wide },
  { B: 1, T: 1, heads: 1, dk: 2, dv: 2, P: 1, empty: 0 },
  { B: 2, T: 1, heads: 2, dk: 4, dv: 4, P: 70, empty: 0 },
  { B: 2, T: 1, heads: 2, dk: 5, dv: 3, P: 6, empty: 6 },
  { B: 2, T: 3, heads: 1, dk: 3, dv: 3, P: 5, empty: 3 },
  { B: 1, T: 40, heads: 2, dk: 3, dv: 3, P: 40, empty: 0 },
  { B: 1, T: 70, heads: 2, dk: 4, dv: 4, P: 150, empty: 100 },
  { B: 1, T: 290, heads: 1, dk: 2, dv: 2, P: 300, empty: 7 },
  { B: 1, T: 1, heads: 1, dk: 3, dv: 2, shares: 'squaredRelu' },
  { B: 2, T: 5, heads: 2, dk: 3, dv: 3, shares: 'squaredRelu' },
  { B: 2, T: 131, heads: 1, dk: 17, dv: 21, shares: 'squaredRelu' },
  { B: 1, T: 300, heads: 1, dk: 3, dv: 2, draw: wide, shares: 'squaredRelu' },
  { B: 2, T: 1, heads: 1, dk: 5, dv: 3, P: 6, empty: 6, shares: 'squaredRelu' },
  { B: 1, T: 70, heads: 2, dk: 4, dv: 4, P: 150, empty: 100, shares: 'squaredRelu' },
];

function caseOf({ B, T, heads, dk, dv, P = 0, empty = 0, draw = normal, shares }: Sizes): OpCase<'attention'> {
  const filled = Array.from({ length: B * P }, (_, i) => (i % P < empty ? 0 : 1 - (i % 3) / 4));
  const past = P === 0 ? [] : [draw(B, P, heads * (dk + dv)), given(filled, [B, P, 1])];
  const before = P === 0 ? '' : `, ${P} before, ${empty} of them empty`;
  return {
    name: `attention [${B}, ${T}], ${heads} heads of ${dk} and ${dv}${before}${draw === wide ? ', large scores' : ''}${shares === undefined ? '' : ', squared relu'}`,
    attrs: { heads, keyWidth: dk, scale: dk ** -0.5, past: P > 0, shares: shares ?? 'softmax' },
    inputs: [draw(B, T, heads * (2 * dk + dv)), ...past],
    differentiable: [0],
    wanted: P === 0 ? [0] : [0, 1],
  };
}

export const attentionCases = (): readonly OpCase<'attention'>[] => sizes.map(caseOf);
