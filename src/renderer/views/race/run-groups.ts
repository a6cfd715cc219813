// Groups runs that differ only by their seed: one row, one line with a band. Pure.
import { itemAt } from '../../../engine/core/item.ts';
import type { FieldValue } from '../../../engine/spec/fields.ts';
import { nameWithoutSeed } from '../../../engine/spec/names.ts';
import type { RunSpec } from '../../../engine/spec/run-spec.ts';
import type { RunState, RunStatus } from '../../../protocol/state.ts';

export interface RunGroup {
  readonly key: string;
  readonly identity: number;
  readonly name: string;
  /** In the order of their seeds; at least one. */
  readonly runs: readonly RunState[];
  readonly first: RunState;
}

/** JSON with sorted keys, so that equal settings give equal text. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Settings of a run without its seed. */
const settingsKey = ({ model, task, training, budget, device }: RunSpec): string =>
  stableJson({ model, task, training, budget, device });

export function groupRuns(runs: readonly RunState[]): readonly RunGroup[] {
  const groups = new Map<string, RunState[]>();
  for (const run of runs) {
    const fork = run.forkedFrom === null ? '' : `${run.forkedFrom.run}@${run.forkedFrom.step}`;
    const key = `${run.variant}|${fork}|${settingsKey(run.spec)}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((members) => {
    const sorted = members.length > 1 ? [...members].sort((a, b) => a.spec.seed - b.spec.seed) : members;
    const first = itemAt(sorted, 0);
    const name = sorted.length > 1 ? nameWithoutSeed(first.name, first.spec.seed) : first.name;
    return { key: first.id, identity: first.identity, name, runs: sorted, first };
  });
}

/** Variants grouped by the value of a setting, in their order; each group has the look of its first run. */
export function groupBySetting(
  groups: readonly RunGroup[],
  valueOf: (spec: RunSpec) => FieldValue | null,
  nameOf: (value: FieldValue | null) => string,
): readonly RunGroup[] {
  const together = Map.groupBy(groups, ({ first }) => valueOf(first.spec));
  return [...together].flatMap(([value, members]) => {
    const [one] = members;
    if (one === undefined) return [];
    return [{ ...one, name: nameOf(value), runs: members.flatMap(({ runs }) => runs) }];
  });
}

const order: readonly RunStatus[] = [
  'running',
  'preparing',
  'queued',
  'paused',
  'interrupted',
  'failed',
  'stopped',
  'diverged',
  'finished',
];

/** Status of a row with several seeds: the most active one. */
export function groupStatus(group: RunGroup): RunStatus {
  return order.find((status) => group.runs.some((run) => run.status === status)) ?? 'queued';
}
