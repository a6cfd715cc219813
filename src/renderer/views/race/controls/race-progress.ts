// How far a race is, over all runs it acts on. Pure.
import type { RunState } from '../../../../protocol/lab.ts';

export interface RaceProgress {
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  /** 0..1 of all budgets together. */
  readonly fraction: number;
  /** Seconds until the runs with an estimate are done; null when none has one. */
  readonly seconds: number | null;
  /** Active runs without an estimate. */
  readonly unknown: number;
}

const waitingFor = new Set<RunState['status']>(['queued', 'preparing']);

/** `parallel` runs end together, so the longest counts; in turns or in a queue the times add up. */
export function raceProgress(runs: readonly RunState[], parallel: boolean): RaceProgress {
  const running = runs.filter((run) => run.status === 'running');
  const waiting = runs.filter((run) => waitingFor.has(run.status));
  const active = [...running, ...waiting];
  const counted = runs.filter((run) => run.status !== 'diverged' && run.status !== 'failed');
  const fraction = counted.length === 0 ? 0 : counted.reduce((sum, run) => sum + run.progress, 0) / counted.length;
  const left = active.map((run) => run.etaSeconds);
  const known = left.filter((seconds) => seconds !== null);
  const seconds = parallel ? Math.max(0, ...known) : known.reduce((sum, one) => sum + one, 0);
  return {
    running: running.length,
    waiting: waiting.length,
    paused: runs.filter((run) => run.status === 'paused').length,
    fraction,
    seconds: known.length > 0 ? seconds : null,
    unknown: left.length - known.length,
  };
}
