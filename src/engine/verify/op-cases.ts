// The cases of every op that a graph is built from, as its record has them. Gradient ops are reached through the gradient of their forward op.
import type { OpCase } from '../ops/cases.ts';
import type { GradientKind, OpKind } from '../ops/kinds.ts';
import { records } from '../ops/registry.ts';

const found = Object.entries(records).flatMap(([kind, { cases }]) => (cases ? [[kind, cases()] as const] : []));

/** Cases by op. */
export const opCases = Object.fromEntries(found) as {
  readonly [K in Exclude<OpKind, GradientKind>]: readonly OpCase<K>[];
};
