// Every optimiser, complete by type.
import { adam, adamW } from './adam.ts';
import type { OptimiserDef } from './optimiser.ts';
import { sgd } from './sgd.ts';

export type OptimiserKind = 'adamw' | 'adam' | 'sgd';

export const optimisers = { adamw: adamW, adam, sgd } satisfies Record<OptimiserKind, OptimiserDef>;

/** The optimiser of that kind; null when there is none. */
export function findOptimiser(kind: string): OptimiserDef | null {
  return Object.hasOwn(optimisers, kind) ? optimisers[kind as OptimiserKind] : null;
}
