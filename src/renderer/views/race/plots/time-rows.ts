// The bars of the account of time: one row per variant, in the order of the memory bars, so that both panels can be read together. Pure.
import { noTime, timeParts, totalOf, workedIn, type TimeAccount } from '../../../../engine/spec/time-account.ts';
import { meanOf } from '../../../../engine/spec/statistics/sample.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { linearTicks } from '../../../charts/scale.ts';
import type { RunGroup } from '../run-groups.ts';

export interface TimeRow {
  readonly key: string;
  readonly name: string;
  /** Mean of the seeds; null when no run of the group keeps an account. */
  readonly account: TimeAccount | null;
  readonly total: number;
  /** Training time divided by the time it had the machine; null before it has worked. */
  readonly ofWork: number | null;
  readonly runs: readonly string[];
}

export interface TimeBars {
  readonly rows: readonly TimeRow[];
  /** Seconds at the right end. */
  readonly scale: number;
  readonly ticks: readonly number[];
  /** Current time of runs under way; null if there are none. */
  readonly now: number | null;
}

const underWay: ReadonlySet<RunState['status']> = new Set(['queued', 'preparing', 'running']);

function meanAccount(accounts: readonly TimeAccount[]): TimeAccount | null {
  if (accounts.length === 0) return null;
  const mean = (part: keyof TimeAccount): number => meanOf(accounts.map((one) => one[part]));
  return Object.fromEntries(timeParts.map((part) => [part, mean(part)])) as Record<keyof TimeAccount, number>;
}

function rowOf({ key, name, runs }: RunGroup): TimeRow {
  const account = meanAccount(runs.flatMap(({ time }) => (time === null ? [] : [time])));
  const worked = workedIn(account ?? noTime);
  return {
    key,
    name,
    account,
    total: totalOf(account ?? noTime),
    ofWork: account === null || worked <= 0 ? null : account.training / worked,
    runs: runs.map(({ id }) => id),
  };
}

/** `order` = keys of the groups as the neighbouring panel shows them. */
export function timeBars(groups: readonly RunGroup[], order: readonly string[]): TimeBars {
  const rows = groups.map(rowOf).toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  const scale = Math.max(1e-3, ...rows.map(({ total }) => total)) * 1.04;
  const live = groups.flatMap(({ runs }) => runs.filter(({ status, time }) => time !== null && underWay.has(status)));
  return {
    rows,
    scale,
    ticks: linearTicks(0, scale, 5),
    now: live.length === 0 ? null : Math.max(...live.map(({ time }) => totalOf(time ?? noTime))),
  };
}
