// Cases of attentionStep: widths that are no multiple of a vector, an empty cache, a full one, one that has gone round, samples at different
// positions, positions so large that floats lose their angle, and scores so large that exp without a maximum would overflow.
import { given, normal, wide, type CaseInput, type OpCase } from '../cases.ts';

interface Sizes {
  readonly heads: number;
  readonly dk: number;
  readonly dv: number;
  readonly P: number;
  readonly at: readonly number[];
  readonly base?: number;
  readonly draw?: (...shape: number[]) => CaseInput;
}

const sizes: readonly Sizes[] = [
  { heads: 1, dk: 1, dv: 1, P: 1, at: [0] },
  { heads: 1, dk: 2, dv: 3, P: 1, at: [7] },
  { heads: 2, dk: 5, dv: 3, P: 6, at: [0, 3] },
  { heads: 2, dk: 4, dv: 4, P: 6, at: [5, 6, 23] },
  { heads: 3, dk: 17, dv: 19, P: 40, at: [38] },
  { heads: 1, dk: 8, dv: 8, P: 131, at: [100_000] },
  { heads: 4, dk: 32, dv: 32, P: 70, at: [69], base: 0 },
  { heads: 1, dk: 70, dv: 150, P: 9, at: [20] },
  { heads: 2, dk: 4, dv: 4, P: 33, at: [32], draw: wide },
];

function caseOf({ heads, dk, dv, P, at, base = 10_000, draw = normal }: Sizes): OpCase<'attentionStep'> {
  const B = at.length;
  const turned = base === 0 ? ', not turned' : '';
  return {
    name: `attentionStep ${heads} heads of ${dk} and ${dv}, ${P} rows, at ${at.join(', ')}${turned}${draw === wide ? ', large scores' : ''}`,
    attrs: { heads, keyWidth: dk, scale: dk ** -0.5, base },
    inputs: [draw(B, heads * (2 * dk + dv)), draw(B, P, heads * (dk + dv)), given([...at], [B, 1])],
  };
}

export const attentionStepCases = (): readonly OpCase<'attentionStep'>[] => sizes.map(caseOf);
