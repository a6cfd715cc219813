// The bars of training memory: the planned bytes of each variant on one linear scale from 0, and the measured growth. Pure.
import { linearTicks } from '../../../charts/scale.ts';
import { worstCheck, type MemoryCheck } from '../../../../engine/spec/memory-check.ts';
import type { MemoryReport } from '../../../../engine/spec/metrics.ts';
import type { RunGroup } from '../run-groups.ts';

export interface MemoryRow {
  readonly key: string;
  readonly name: string;
  /** Null until the run is prepared. */
  readonly report: MemoryReport | null;
  /** Over the baseline's plan; null without a baseline or a plan. */
  readonly ratio: number | null;
  /** Measured growth of the run furthest from its plan; null before one was measured. */
  readonly check: MemoryCheck | null;
  readonly runs: readonly string[];
}

export interface MemoryBars {
  /** The largest plan first; those without one last. */
  readonly rows: readonly MemoryRow[];
  /** Bytes at the right end. */
  readonly scale: number;
  /** Bytes of the marks on the axis. */
  readonly ticks: readonly number[];
}

const mebibyte = 2 ** 20;
const planOf = (group: RunGroup): MemoryReport | null =>
  group.runs.map((run) => run.facts?.memory ?? null).find((report) => report !== null) ?? null;

export function memoryBars(groups: readonly RunGroup[], baseline: RunGroup | null): MemoryBars {
  const base = baseline === null ? null : planOf(baseline);
  const rows = groups.map((group): MemoryRow => {
    const report = planOf(group);
    return {
      key: group.key,
      name: group.name,
      report,
      ratio: report !== null && base !== null ? report.total / base.total : null,
      check: worstCheck(group.runs.map((run) => run.facts)),
      runs: group.runs.map((run) => run.id),
    };
  });
  const bytes = ({ report }: MemoryRow): number => report?.total ?? -1;
  const sorted = rows.toSorted((a, b) => bytes(b) - bytes(a));
  const ends = sorted.map((row) => Math.max(bytes(row), row.check?.growth.bytes ?? 0));
  const scale = Math.max(mebibyte / 1024, ...ends) * 1.04;
  return { rows: sorted, scale, ticks: linearTicks(0, scale / mebibyte, 5).map((tick) => tick * mebibyte) };
}
