// The cases of every op that a graph is built from. Gradient ops are reached through the gradient of their forward op.
import { cellCases } from './op-cases-cells.ts';
import { elementwiseCases } from './op-cases-elementwise.ts';
import { matrixCases } from './op-cases-matrix.ts';
import { sequenceCases } from './op-cases-sequence.ts';
import { updateCases } from './op-cases-update.ts';
import type { OpKind } from '../ops/kinds.ts';
import type { OpCase } from './cases.ts';

/** Ops that exist only as the gradient of another one. */
export type GradientKind = Extract<OpKind, `${string}Grad`>;

/** Cases by op. Complete by type: an op without cases does not compile. */
export const opCases: { readonly [K in Exclude<OpKind, GradientKind>]: readonly OpCase<K>[] } = {
  ...elementwiseCases,
  ...matrixCases,
  ...sequenceCases,
  ...updateCases,
  ...cellCases,
};
