// Which runs are shown: those the filter keeps, limited to the best N, without hidden ones, or only the solo ones. Every missing run has
// exactly one reason. Pure.
import type { RunId, RunState } from '../../../../protocol/state.ts';
import type { RunGroup } from '../run-groups.ts';
import type { FilterRow, Rule } from './filter.ts';

export interface Limits {
  readonly rules: readonly Rule[];
  /** null = all. */
  readonly best: number | null;
  readonly solo: ReadonlySet<RunId> | null;
  readonly rowOf: (group: RunGroup, run: RunState) => FilterRow;
}

export type Reason = { readonly count: number } & (
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'best'; readonly best: number }
  | { readonly kind: 'hand' | 'solo' }
);

export interface Chosen {
  /** Groups listed in the table: all except those removed by the filter or the number of best. */
  readonly listed: readonly RunGroup[];
  /** Groups drawn in charts: the listed ones that are not hidden manually, or only the solo ones if there are any. */
  readonly drawn: readonly RunGroup[];
  readonly shown: number;
  readonly total: number;
  /** Adds up to what is not shown. */
  readonly reasons: readonly Reason[];
}

const sizeOf = (groups: readonly RunGroup[]): number => groups.reduce((sum, { runs }) => sum + runs.length, 0);

function withRuns(group: RunGroup, keeps: (run: RunState) => boolean): RunGroup[] {
  const runs = group.runs.filter(keeps);
  if (runs.length === 0) return [];
  return [runs.length === group.runs.length ? group : { ...group, runs }];
}

/** `groups` come best first. */
export function chooseRuns(groups: readonly RunGroup[], { rules, best, solo, rowOf }: Limits): Chosen {
  const reasons: Reason[] = [];
  let left = groups;
  for (const rule of rules) {
    const kept = left.flatMap((group) => withRuns(group, (run) => rule.keeps(rowOf(group, run))));
    reasons.push({ kind: 'rule', rule, count: sizeOf(left) - sizeOf(kept) });
    left = kept;
  }
  const listed = best === null ? left : left.slice(0, best);
  if (best !== null) reasons.push({ kind: 'best', best, count: sizeOf(left) - sizeOf(listed) });
  const drawn = listed.flatMap((group) => withRuns(group, (run) => (solo === null ? !run.hidden : solo.has(run.id))));
  reasons.push({ kind: solo === null ? 'hand' : 'solo', count: sizeOf(listed) - sizeOf(drawn) });
  return {
    listed,
    drawn,
    shown: sizeOf(drawn),
    total: sizeOf(groups),
    reasons: reasons.filter(({ count }) => count > 0),
  };
}
