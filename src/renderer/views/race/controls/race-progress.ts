// Progress of a race over all runs it concerns. Pure.
import { allDone, type Span } from '../../../../engine/spec/remaining.ts';
import type { RunState } from '../../../../protocol/state.ts';

export interface RaceProgress {
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  /** 0..1 of the budgets of running, waiting, paused and finished runs; null if nothing is left to do. */
  readonly fraction: number | null;
  /** Number of runs in each inactive state, in this order. */
  readonly ended: readonly { readonly status: RunState['status']; readonly count: number }[];
  /** Time until the last run with an estimate is done; null if there is none. */
  readonly remaining: Span | null;
  /** Active runs without an estimate. */
  readonly unknown: number;
}

const waitingFor = new Set<RunState['status']>(['queued', 'preparing']);

const endings = ['finished', 'stopped', 'interrupted', 'diverged', 'failed'] as const;

export function raceProgress(runs: readonly RunState[]): RaceProgress {
  const running = runs.filter((run) => run.status === 'running');
  const waiting = runs.filter((run) => waitingFor.has(run.status));
  const active = [...running, ...waiting];
  const paused = runs.filter((run) => run.status === 'paused');
  const going = active.length + paused.length > 0;
  const counted = [...active, ...paused, ...runs.filter((run) => run.status === 'finished')];
  const share = counted.reduce((sum, run) => sum + run.progress, 0) / Math.max(1, counted.length);
  const finishes = active.map((run) => run.remaining);
  return {
    running: running.length,
    waiting: waiting.length,
    paused: paused.length,
    fraction: going ? share : null,
    ended: endings.flatMap((status) => {
      const count = runs.filter((run) => run.status === status).length;
      return count === 0 ? [] : [{ status, count }];
    }),
    remaining: allDone(finishes),
    unknown: finishes.filter((span) => span === null).length,
  };
}
