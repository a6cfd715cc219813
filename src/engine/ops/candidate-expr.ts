// The candidate of minGRU and minLSTM in the language of kernels: the pre-activation v as it is, or made positive by g. Not the reference
// (candidate.ts), which is written by hand.
import { add, constant, lessEqual, mul, select, sigmoid, sub, type Expr } from '../kernel/expr.ts';
import type { Candidate } from './kinds.ts';

interface CandidateExpr {
  readonly value: (v: Expr) => Expr;
  readonly slope: (v: Expr) => Expr;
}

/** The value and its derivative. g(v) = v + 0.5 for v >= 0, else sigmoid(v). */
export const candidateExprs: Readonly<Record<Candidate, CandidateExpr>> = {
  identity: { value: (v) => v, slope: () => constant(1) },
  g: {
    value: (v) => select(lessEqual(0, v), add(v, 0.5), sigmoid(v)),
    slope: (v) => select(lessEqual(0, v), 1, mul(sigmoid(v), sub(1, sigmoid(v)))),
  },
};
